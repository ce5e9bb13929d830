import DirDB
import Testing

@Suite("JSON writing")
struct JSONWritingTests {
    static let writtenCases: [(JSON, String)] = [
        (nil, "null"), (true, "true"), (false, "false"), (0, "0"), (.integer(.min), "-9223372036854775808"),
        (1.0, "1.0"), (0.1, "0.1"), (.real(-0.0), "-0.0"), (.real(.leastNonzeroMagnitude), "5e-324"),
        (1e23, "1e+23"),
        (.real(.greatestFiniteMagnitude), "1.7976931348623157e+308"),
        ([], "[]"), ([:], "{}"), ([1, [2.5, nil]], "[1, [2.5, null]]"),
        (["b": 1, "a": [1, 2.5], "": [:]], #"{"b": 1, "a": [1, 2.5], "": {}}"#),
        ("é/😀\u{7F}\u{2028}", "\"é/😀\u{7F}\u{2028}\""),
        ("a\"b\\c\n\r\t\u{8}\u{C}\u{0}\u{1}\u{1F} ", #""a\"b\\c\n\r\t\b\f\u0000\u0001\u001f ""#),
        (["\"\n": 1], #"{"\"\n": 1}"#),
    ]

    @Test(
        "A value is written on one line in the style of Python and reads back as the same",
        arguments: writtenCases)
    func written(value: JSON, text: String) throws {
        #expect(try value.serialized() == text)
        #expect(try value.serializedBytes() == Array(text.utf8))
        #expect(try JSON(parsing: text) == value)
    }

    @Test("NaN and the infinities are written as bare tokens, as Python's json does")
    func allowed() throws {
        let value: JSON = [.real(.nan), .real(.infinity), .real(-.infinity), .real(-.nan)]
        #expect(try value.serialized() == "[NaN, Infinity, -Infinity, NaN]")
    }

    static let notFiniteCases: [(JSON, String, String)] = [
        (.real(.nan), "the value", "NaN"),
        (["stats": ["max": .real(.infinity)]], "stats.max", "Infinity"),
        (["tags": [1, "x", .real(-.infinity)]], "tags[2]", "-Infinity"),
        ([[.real(.nan)]], "[0][0]", "NaN"),
        (["a": [["b": .real(.nan)]]], "a[0].b", "NaN"),
        (["a\u{1B}": .real(.nan)], "a\\u{1B}", "NaN"),
    ]

    @Test(
        "Strict JSON refuses them, and the error names the key path and the remedy", arguments: notFiniteCases
    )
    func notFinite(value: JSON, path: String, token: String) {
        let error = #expect(throws: DirDBError.self) { try value.serialized(isStrict: true) }
        #expect(error?.code == .invalidJSON)
        #expect(
            error?.message
                == "\(path): \(token) is not a number of the JSON standard; store null or a string, or do not ask for strict"
                + " JSON")
    }

    @Test("A key with NUL is refused, since the text could not be read")
    func keyWithNUL() {
        let error = #expect(throws: DirDBError.self) { try (["a": ["b\0": 1]] as JSON).serialized() }
        #expect(error?.message == "a.b\\0: the key holds a NUL character; rename the key")
    }

    @Test("More than 500 levels of nesting are refused", arguments: [500, 501, 600])
    func nesting(depth: Int) throws {
        var value: JSON = []
        for level in 1..<depth { value = level % 2 == 0 ? [value] : ["k": value] }
        if depth <= 500 {
            #expect(try JSON(parsing: try value.serialized()) == value)
        } else {
            let error = #expect(throws: DirDBError.self) { try value.serialized() }
            #expect(error?.message.hasSuffix("deeper than 500 levels; flatten the value") == true)
        }
    }
}
