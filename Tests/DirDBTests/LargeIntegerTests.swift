import DirDB
import Testing

@Suite("Integers beyond Int64 in JSON")
struct LargeIntegerTests {
    static let texts = [
        "9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "1267650600228229401496703205377", "-1" + String(repeating: "0", count: 400),
    ]

    @Test("They are read and written to the last digit, alone and among everything else", arguments: texts)
    func kept(text: String) throws {
        for document in [text, "{\"a\": [\(text), \"\(text)\", {\"\(text)\": -\(1)}], \"b\": NaN}"] {
            #expect(try JSON(parsing: document).serialized() == document)
        }
        guard case .largeInteger = try JSON(parsing: text) else {
            Issue.record("\(text) is not a large integer")
            return
        }
    }

    @Test("What Int64 holds is an integer, and what JSON does not take for an integer is not one")
    func bounds() throws {
        #expect(try JSON(parsing: "[9223372036854775807, NaN]")[0] == .integer(.max))
        #expect(try JSON(parsing: "[-9223372036854775808, NaN]")[0] == .integer(.min))
        for text in [
            "", "-", "1", "09223372036854775808", "+9223372036854775808", "9223372036854775807", "--1e4",
        ] {
            #expect(LargeInteger(text) == nil)
        }
        #expect(throws: DirDBError.self) { try JSON(parsing: "[NaN, 09223372036854775808]") }
    }
}
