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
        let written = try value.serialized(allowsNaN: true)
        #expect(try JSON(parsing: written).serialized(allowsNaN: true) == written)
        #expect(throws: DirDBError.self) { try value.serialized() }
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
        ("{NaN: 1}", 1, 4, "string or '}' expected near 'NaN'"),
        ("{\"a\": NaN, NaN : 1}", 1, 14, "string or '}' expected near 'NaN'"),
        ("{\"a\": NaN, NaN 1}", 1, 16, "':' expected near '1'"),
        ("NaNx", 1, 4, "invalid token near 'NaNx'"),
        ("[NaN, NaNx]", 1, 10, "invalid token near 'NaNx'"),
        ("-NaN", 1, 1, "invalid token near '-'"),
        ("[NaN,\n NaN, -NaN]", 2, 7, "invalid token near '-'"),
        ("\"a\"NaN", 1, 6, "end of file expected near 'NaN'"),
        ("[\"é\", NaN, \"a\"NaN]", 1, 17, "']' expected near 'NaN'"),
        ("[-Infinity, \"a\" -Infinity]", 1, 25, "']' expected near '-Infinity'"),
        ("NaN NaN", 1, 7, "end of file expected near 'NaN'"),
        ("NaN\"a\"", 1, 6, "end of file expected near '\"a\"'"),
        ("[NaN, 1 2]", 1, 9, "']' expected near '2'"),
        ("[NaN, NaN", 1, 10, "']' expected near end of file"),
        ("[NaN, \"NaN, NaN]", 1, 17, "premature end of input near '\"NaN, NaN]'"),
        ("nan", 1, 3, "invalid token near 'nan'"), ("+Infinity", 1, 1, "invalid token near '+'"),
        ("--Infinity", 1, 1, "invalid token near '-'"), ("[NaN, inf]", 1, 9, "invalid token near 'inf'"),
        ("1NaN", 1, 4, "end of file expected near 'NaN'"), ("NaNé", 1, 3, "invalid token near 'NaN'"),
    ]

    @Test("Errors give line and column of the original text, also behind a token", arguments: refusedCases)
    func refused(text: String, line: Int, column: Int, problem: String) {
        #expect(throws: DirDBError.invalidJSON(line: line, column: column, problem)) {
            try JSON(parsing: text)
        }
    }

    @Test("Numbers out of range behind a token are placed in the original text")
    func numbersBehindToken() {
        for digits in ["9223372036854775808", "1e400"] {
            let error = #expect(throws: DirDBError.self) { try JSON(parsing: "[Infinity, \(digits)]") }
            #expect(error?.message.hasPrefix("line 1, column \(digits.count + 11): ") == true)
        }
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

    @Test("A nonce that occurs in the text, literally or escaped, is drawn again", arguments: 0..<4)
    func collision(form: Int) throws {
        var random = SplitMix64(state: 7)
        let first = try #require(JSONNaNTokens(in: Array("NaN".utf8), using: &random))
        let marker = try #require(first.reals.keys.first)
        let escaped = marker.utf8.enumerated().map { index, byte in
            // All escaped, every third, or the first only.
            form == 1 || (form == 2 && index % 3 == 0) || (form == 3 && index == 0)
                ? "\\u00" + String(byte, radix: 16) : String(UnicodeScalar(byte))
        }
        let text = Array("[\"\(escaped.joined())\", NaN]".utf8)
        random = SplitMix64(state: 7)
        let second = try #require(JSONNaNTokens(in: text, using: &random))
        #expect(second.reals[marker] == nil)
        let value = try JSON(jansson: second.replacedText, reals: second.reals)
        #expect(value[0] == .string(marker))
        #expect(value[1].asDouble?.isNaN == true)
    }

    @Test("A text without bare tokens is not parsed again")
    func noTokens() {
        var random = SystemRandomNumberGenerator()
        for text in [#"["NaN"]"#, "NaNx", "{NaN: 1}", "[1", ""] {
            #expect(JSONNaNTokens(in: Array(text.utf8), using: &random) == nil)
        }
    }

    @Test("100,000 tokens are read")
    func manyTokens() throws {
        let text = "[" + String(repeating: "NaN, ", count: 99_999) + "Infinity]"
        let value = try JSON(parsing: text)
        #expect(value.asArray?.count == 100_000)
        #expect(try value.serialized(allowsNaN: true) == text)
    }
}
