import Testing

@testable import DirDB

@Suite("JSON parsing")
struct JSONParsingTests {
    static let validCases: [(String, JSON)] = [
        ("null", nil), ("true", true), (" false\n", false), ("1", 1), ("-0", 0), ("1.0", 1.0), ("1e2", 100.0),
        ("\"\"", ""), ("[]", []), ("{}", [:]), ("\t[1 , 2]\r\n", [1, 2]),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("1e-400", 0.0), ("5e-324", .real(.leastNonzeroMagnitude)),
        ("1.7976931348623157e308", .real(.greatestFiniteMagnitude)),
        (#"{"b": 1, "a": 2, "b": 3}"#, ["b": 3, "a": 2]),
        (#""a\u0000b""#, "a\0b"), (#""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#, "é😀/\u{8}\u{C}\n\r\t\"\\"),
        ("\"é/\u{7F}😀\u{FFFF}\"", "é/\u{7F}😀\u{FFFF}"),
    ]

    @Test("Valid text gives its value", arguments: validCases)
    func valid(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test("The order of keys is that of the text, and a repeated key keeps its first place")
    func order() throws {
        #expect(try JSON(parsing: #"{"z": 1, "a": 2, "z": 3, "m": 4}"#).asObject?.keys == ["z", "a", "m"])
    }

    @Test("-0 is the integer 0 and -0.0 the negative real zero")
    func negativeZero() throws {
        #expect(try JSON(parsing: "-0").asInt == 0)
        #expect(try JSON(parsing: "-0.0").asDouble?.sign == .minus)
    }

    static let malformedCases: [(String, Int, Int, String)] = [
        ("", 1, 1, "the text is empty"),
        (" \n ", 2, 2, "unexpected token near end of file"),
        ("[1,\n", 2, 1, "']' expected near end of file"),
        ("\"abc", 1, 5, "premature end of input near '\"abc'"),
        ("{} x", 1, 4, "end of file expected near 'x'"),
        ("{}{}", 1, 3, "end of file expected near '{'"),
        ("[1 2]", 1, 4, "']' expected near '2'"),
        ("{\"a\": 1,}", 1, 9, "string or '}' expected near '}'"),
        ("{\"é\": 1,\n \"é\" 2}", 2, 6, "':' expected near '2'"),
        ("[\n\n  tru]", 3, 5, "invalid token near 'tru'"),
        ("01", 1, 1, "invalid token near '0'"), ("1.", 1, 2, "invalid token near '1.'"),
        ("[é]", 1, 2, "invalid token near 'é'"), ("\"é\" é", 1, 5, "end of file expected near 'é'"),
        ("'a'", 1, 1, "invalid token near '''"),
        ("\u{FEFF}{}", 1, 1, "invalid token near '\\u{FEFF}'"),
        ("[\u{1B}[31m]", 1, 2, "invalid token near '\\u{1B}'"),
        ("\"a\nb\"", 1, 2, "unexpected newline near '\"a'"),
        ("\"a\u{1}b\"", 1, 2, "control character 0x1 near '\"a'"),
        (#""\x""#, 1, 3, #"invalid escape near '"\x'"#),
        ("{}\0", 1, 3, "a NUL byte"), ("1\0", 1, 2, "a NUL byte"), ("\"é\0\"", 1, 3, "a NUL byte"),
    ]

    @Test("Malformed text is refused with the place of the last character read", arguments: malformedCases)
    func malformed(text: String, line: Int, column: Int, problem: String) {
        #expect(throws: DirDBError.invalidJSON(line: line, column: column, problem)) {
            try JSON(parsing: text)
        }
    }

    static let notUTF8Cases: [([UInt8], Int, String)] = [
        ([0xFF], 1, "unable to decode byte 0xff"),
        ([0x5B, 0x80], 2, "unable to decode byte 0x80"),
        ([0x22, 0xC3, 0xA9, 0xC0, 0x80, 0x22], 3, "unable to decode byte 0xc0 near '\"é'"),
        ([0x22, 0xED, 0xA0, 0x80, 0x22], 2, "unable to decode byte 0xed near '\"'"),
        ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 2, "unable to decode byte 0xf4 near '\"'"),
        ([0x22, 0xC3], 2, "unable to decode byte 0xc3 near '\"'"),
    ]

    @Test(
        "Bytes that are not UTF-8 are refused: stray, overlong, surrogate, too high, cut",
        arguments: notUTF8Cases)
    func notUTF8(text: [UInt8], column: Int, problem: String) {
        #expect(throws: DirDBError.invalidJSON(line: 1, column: column, problem)) { try JSON(parsing: text) }
    }

    @Test(
        "What is JSON and cannot be kept is refused as unsupported, with its place and what to write instead",
        arguments: [
            ("[1e400]", 6, "write a number up to 1.8e308"), ("-1e400", 6, "write a number up to 1.8e308"),
            (#""\ud800""#, 8, #"invalid Unicode '\uD800' near '"\ud800"'; write text that is Unicode"#),
            (
                #"{"a\u0000": 1}"#, 10,
                #"NUL byte in object key not supported near '"a\u0000"'; choose a key without NUL"#
            ),
        ])
    func notKept(text: String, column: Int, sentence: String) {
        let error = #expect(throws: DirDBError.self) { try JSON(parsing: text) }
        #expect(error?.code == .unsupportedFormat)
        #expect(error?.message.hasPrefix("line 1, column \(column): ") == true)
        #expect(error?.message.contains(sentence) == true)
    }

    @Test("500 levels of nesting are read and written", arguments: [("[", "]"), ("{\"a\":", "}")])
    func deepest(open: String, close: String) throws {
        let text =
            String(repeating: open, count: 499) + (open == "[" ? "[]" : "{}")
            + String(repeating: close, count: 499)
        let value = try JSON(parsing: text)
        #expect(try JSON(parsing: try value.serialized()) == value)
    }

    @Test(
        "More than 500 levels of nesting are refused at the bracket which is too many",
        arguments: [501, 2048, 2049, 3000, 100_000], [false, true])
    func tooDeep(depth: Int, isClosed: Bool) {
        let text =
            "[\"[[\\\"[\",\n" + String(repeating: "[", count: depth - 1)
            + (isClosed ? String(repeating: "]", count: depth) : "")
        // Below jansson's own limit an open bracket is the error that comes first.
        if !isClosed && depth <= 2048 {
            #expect(throws: DirDBError.self) { try JSON(parsing: text) }
            return
        }
        let problem = "the nesting is deeper than 500 levels"
        #expect(
            throws: DirDBError.invalidJSON(line: 2, column: 500, problem, remedy: "flatten the value")
        ) {
            try JSON(parsing: text)
        }
    }

    @Test("The error of a text has the code for JSON and no path, which the caller adds")
    func errorParts() {
        let error = #expect(throws: DirDBError.self) { try JSON(parsing: "[1,\n x]") }
        #expect(error?.code == .invalidJSON)
        #expect(error?.path == "")
        #expect(error?.message == "line 2, column 2: invalid token near 'x'; correct the text")
    }
}
