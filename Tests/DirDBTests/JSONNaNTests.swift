import TestSupport
import Testing

@testable import DirDB

@Suite("JSON with NaN and infinities")
struct JSONNaNTests {
    @Test(
        "The bare tokens of Python's json are read as reals wherever a value may stand",
        arguments: [
            "NaN", "Infinity", "-Infinity", " NaN\n", "[NaN]", "[NaN, -Infinity, Infinity, NaN]",
            #"{"a": NaN}"#, #"{"a": NaN , "b": [1, [Infinity]], "c": {"d": -Infinity}}"#, "[NaN,1,NaN\n]",
            #"{"a": NaN, "a": Infinity}"#, #"["NaN", NaN, "\"NaN", "\\", NaN]"#,
        ])
    func tokens(text: String) throws {
        let value = try JSON(parsing: text)
        let written = try value.serialized()
        #expect(try JSON(parsing: written).serialized() == written)
        #expect(throws: DirDBError.self) { try value.serialized(isStrict: true) }
    }

    @Test("Each token has its value, and strings which look like tokens stay strings")
    func values() throws {
        let value = try JSON(
            parsing: #"[NaN, Infinity, -Infinity, "NaN", " Infinity", "\"NaN\"", {"NaN": NaN}]"#)
        #expect(value[0].asDouble?.isNaN == true)
        #expect(value[1] == .real(.infinity))
        #expect(value[2] == .real(-.infinity))
        #expect(value[3] == "NaN")
        #expect(value[4] == " Infinity")
        #expect(value[5] == "\"NaN\"")
        #expect(value[6].NaN.asDouble?.isNaN == true)
    }

    static let refusedCases: [(String, Int, Int, String)] = [
        ("{NaN: 1}", 1, 2, "string or '}' expected near '0'"),
        ("{\"a\": NaN, NaN : 1}", 1, 12, "string or '}' expected near '0'"),
        ("{\"a\": NaN, NaN 1}", 1, 12, "string or '}' expected near '0'"),
        ("NaNx", 1, 4, "invalid token near 'NaNx'"),
        ("[NaN, NaNx]", 1, 10, "invalid token near 'NaNx'"),
        ("-NaN", 1, 1, "invalid token near '-'"),
        ("[NaN,\n NaN, -NaN]", 2, 7, "invalid token near '-'"),
        ("\"a\"NaN", 1, 4, "end of file expected near '0'"),
        ("[\"é\", NaN, \"a\"NaN]", 1, 15, "']' expected near '0'"),
        ("NaN NaN", 1, 5, "end of file expected near '0'"),
        ("NaN\"a\"", 1, 6, "end of file expected near '\"a\"'"),
        ("[NaN, 1 2]", 1, 9, "']' expected near '2'"),
        ("[NaN, NaN", 1, 10, "']' expected near end of file"),
        ("[NaN, \"NaN, NaN]", 1, 17, "premature end of input near '\"NaN, NaN]'"),
        ("nan", 1, 3, "invalid token near 'nan'"), ("+Infinity", 1, 1, "invalid token near '+'"),
        ("--Infinity", 1, 1, "invalid token near '-'"), ("[NaN, inf]", 1, 9, "invalid token near 'inf'"),
        ("1NaN", 1, 4, "end of file expected near 'NaN'"), ("NaNé", 1, 3, "invalid token near 'NaN'"),
        ("[NaN, 9223372036854775808x]", 1, 25, "too big integer near '9223372036854775808'"),
    ]

    @Test("Errors give line and column of the original text, also after a token", arguments: refusedCases)
    func refused(text: String, line: Int, column: Int, problem: String) {
        let error = #expect(throws: DirDBError.self) { try JSON(parsing: text) }
        #expect(
            error?.message.hasPrefix("line \(line), column \(column): \(problem); ") == true,
            "\(String(describing: error))")
    }

    @Test("A real out of range after a token is placed in the original text")
    func realAfterToken() {
        let error = #expect(throws: DirDBError.self) { try JSON(parsing: "[Infinity, 1e400]") }
        #expect(error?.message.hasPrefix("line 1, column 16: ") == true)
    }

    @Test("Too deep nesting around a token is placed in the original text", arguments: [501, 3000])
    func deepToken(depth: Int) {
        let text =
            "[NaN, " + String(repeating: "[", count: depth - 1) + "NaN" + String(repeating: "]", count: depth)
        let problem = "the nesting is deeper than 500 levels"
        #expect(
            throws: DirDBError.invalidJSON(line: 1, column: 506, problem, remedy: "flatten the value")
        ) {
            try JSON(parsing: text)
        }
    }

    @Test(
        "Strings and keys that look like marks stay what they are beside a token",
        arguments: ["n", "s", "nNaN", "sNaN", "", #"\"n"#, #"\u0000"#, "é", "n9223372036854775808"])
    func looksLikeMark(text: String) throws {
        let value = try JSON(parsing: "{\"\(text.contains("u0000") ? "k" : text)\": [\"\(text)\", NaN]}")
        let alone = try JSON(parsing: "\"\(text)\"")
        #expect(value.asObject?.values.first?[0] == alone)
        #expect(text.contains("u0000") || value.asObject?.keys.first == alone.asString)
    }

    @Test("100,000 tokens are read")
    func manyTokens() throws {
        let text = "[" + String(repeating: "NaN, ", count: 99_999) + "Infinity]"
        let value = try JSON(parsing: text)
        #expect(value.asArray?.count == 100_000)
        #expect(try value.serialized() == text)
    }
}
