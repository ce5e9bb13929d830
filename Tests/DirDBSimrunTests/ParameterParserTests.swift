import DirDB
import TestSupport
import Testing

@testable import DirDBSimrun

@Suite struct ParameterParserTests {
    private static let path = "x.param"

    static let texts: [(String, JSON)] = [
        ("{}", [:]), ("[]", []), ("()", []), ("( )", []), ("(1)", 1), ("(1,)", [1]), ("(1.0,)", [1.0]),
        ("(1, 2)", [1, 2]), ("[(0.0, 1.0), (2.0, 3.0),]", [[0.0, 1.0], [2.0, 3.0]]),
        ("((1, (2,)), [])", [[1, [2]], []]), ("(\"a\")", "a"),
        ("{'a': 1, \"b\": 2,}", ["a": 1, "b": 2]), ("{'b': 1, 'a': 2, 'b': 3}", ["b": 3, "a": 2]),
        ("None", .null), ("null", .null), ("[True, true, False, false]", [true, true, false, false]),
        ("0", 0), ("-0", 0), ("-90", -90), ("+7", 7), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("-90.0", -90.0), ("1e3", 1000.0), ("1E-3", 0.001),
        ("5.", 5.0), (".5", 0.5), ("0.0000326", 3.26e-05), ("-.5e+1", -5.0), ("00.5", 0.5),
        ("0.1234567890123456789012345", .real(0.1234567890123456789012345)),
        ("Infinity", .real(.infinity)), ("-inf", .real(-.infinity)),
        ("'\u{e9}\u{1F600}'", "\u{e9}\u{1F600}"), ("u'a'", "a"), ("{u'a': u\"b\"}", ["a": "b"]),
        (#""\u00e9\ud83d\ude00\n\t\\\/\"""#, "\u{e9}\u{1F600}\n\t\\/\""),
        (#"'\'\x41\U0001F600\a\v\b\f\r'"#, "'A\u{1F600}\u{7}\u{B}\u{8}\u{C}\r"),
        ("'a # b'", "a # b"), ("# first\n{ # then\n'a': # a\n 1 # one\n, }# last", ["a": 1]),
        ("\u{FEFF}{}", [:]), ("\t\r\n{}\r\n\n", [:]), ("'a\"b'", "a\"b"),
    ]

    @Test(
        "JSON, and Python's literals of the same values, are read as Python's json would have them",
        arguments: texts)
    func values(_ text: String, _ value: JSON) throws {
        let read = try ParameterParser.parse(Array(text.utf8), path: Self.path)
        #expect(PythonJSON.text(of: read) == PythonJSON.text(of: value))
        #expect(read == value)
    }

    static let refusals: [(String, String)] = [
        ("", "line 1, column 1: the file ends where a value was expected"),
        ("{'a': 1", "line 1, column 8: the file ends where a comma or } was expected"),
        ("{'a' 1}", "line 1, column 6: found \"1\" where a colon after the key was expected"),
        ("{\n  a: 1}", "line 2, column 3: found \"a\" where a key in quotes or } was expected"),
        ("{1: 1}", "line 1, column 2: found \"1\" where a key in quotes or } was expected"),
        ("['é' 'b']", "line 1, column 6: found \"'\" where a comma or ] was expected"),
        ("(1, 2]", "line 1, column 6: found \"]\" where a comma or ) was expected"),
        ("[,]", "line 1, column 2: found \",\" where a value was expected"),
        ("{} {}", "line 1, column 4: found \"{\" where the end of the file after the value was expected"),
        ("'a\n'", "line 1, column 1: a string is not closed before the line ends"),
        ("'a", "line 1, column 1: a string is not closed before the line ends"),
        (#"'\q'"#, "line 1, column 3: found \"q\" where an escape that JSON or Python has was expected"),
        (#"'\ud83d'"#, "line 1, column 2: an escape stands for no character"),
        (#"'\ud83d\u0041'"#, "line 1, column 2: an escape is half a character"),
        (#"'\x4'"#, "line 1, column 5: found \"'\" where a hexadecimal digit was expected"),
        ("nil", "line 1, column 1: found \"n\" where a value was expected"),
        ("Truer", "line 1, column 1: found \"T\" where a value was expected"),
        ("010", "line 1, column 1: an integer begins with 0"),
        (
            "[1,\n 9223372036854775808]",
            "line 2, column 2: an integer is beyond 64 bits, from -2^63 to 2^63 - 1"
        ),
        ("1e400", "line 1, column 1: a real is beyond 1.8e308"),
        ("-", "line 1, column 2: the file ends where a digit was expected"),
        (".", "line 1, column 2: the file ends where a digit was expected"),
        ("-x", "line 1, column 2: found \"x\" where a digit was expected"),
        ("1e", "line 1, column 3: the file ends where a digit of the exponent was expected"),
        ("1.2.3", "line 1, column 4: found \".\" where the end of the number was expected"),
        ("3L", "line 1, column 2: found \"L\" where the end of the number was expected"),
        ("\u{1}", "line 1, column 1: found the byte 1 where a value was expected"),
    ]

    @Test("Anything else is refused with line and column, and what was expected there", arguments: refusals)
    func errors(_ text: String, _ cause: String) {
        #expect(
            throws: DirDBError(
                .damagedData, path: Self.path, subject: "x.param cannot be read", cause,
                remedy: "correct the file, or import without the parameter files (--no-parameters)")
        ) { try ParameterParser.parse(Array(text.utf8), path: Self.path) }
    }

    @Test("A string that is not UTF-8 is refused")
    func invalidUTF8() {
        let error = #expect(throws: DirDBError.self) {
            try ParameterParser.parse([0x27, 0xFF, 0x27], path: Self.path)
        }
        #expect(error?.message.contains("line 1, column 1: a string is not UTF-8") == true)
    }

    @Test(
        "Nesting is capped at 100 levels, in lists, tuples and objects alike", arguments: ["[", "(", "{'a':"])
    func depth(_ opening: String) throws {
        let closing = opening == "[" ? "]" : opening == "(" ? ",)" : "}"
        func text(_ levels: Int) -> [UInt8] {
            Array(
                (String(repeating: opening, count: levels) + "1" + String(repeating: closing, count: levels))
                    .utf8)
        }
        _ = try ParameterParser.parse(text(99), path: Self.path)
        let error = #expect(throws: DirDBError.self) { try ParameterParser.parse(text(100), path: Self.path) }
        #expect(error?.message.contains("the nesting is deeper than 100 levels") == true)
        #expect(throws: DirDBError.self) {
            try ParameterParser.parse(Array(String(repeating: opening, count: 100_000).utf8), path: Self.path)
        }
    }

    @Test("Every beginning of a file and any change of its bytes is an error or a value, never a crash")
    func damage() {
        let text = Array(
            "{'a': [(1.5e-3, -2,), {\"b\": u'\\u00e9\\n'}], # c\n 'd': None, 'e': True, 'f': 12345678901, }"
                .utf8)
        func check(_ bytes: [UInt8]) {
            do { _ = PythonJSON.text(of: try ParameterParser.parse(bytes, path: Self.path)) } catch {
                #expect(
                    error.code == .damagedData && error.message.hasPrefix("x.param cannot be read: line "))
            }
        }
        for end in text.indices { check(Array(text[..<end])) }
        var random = SplitMix64(state: 1)
        for _ in 0..<5000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(text.randomElement(using: &random) ?? 0, at: place)
                }
            }
            check(bytes)
        }
    }
}
