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

    /// In ascending order; NaN is left out.
    static let ordered: [JSON] = [
        .real(-.infinity), number("-1" + String(repeating: "0", count: 400)), .real(-1e300),
        number("-9223372036854775809"), .integer(.min), .integer(-9_007_199_254_740_993),
        .real(-9_007_199_254_740_992), 0,
        0.5, .real(9_007_199_254_740_992), .integer(9_007_199_254_740_993), .integer(.max), .real(0x1p63),
        number("9223372036854775809"), number("18446744073709551615"), .real(0x1p64),
        number("1267650600228229401496703205375"), .real(0x1p100), number("1267650600228229401496703205377"),
        .real(1e300), number("1" + String(repeating: "0", count: 400)), .real(.infinity),
    ]

    private static func number(_ text: String) -> JSON { LargeInteger(text).map(JSON.largeInteger) ?? .null }

    @Test("Numbers are compared by their exact values, integers of any size with reals too")
    func order() {
        for (left, lesser) in Self.ordered.enumerated() {
            for (right, greater) in Self.ordered.enumerated() {
                #expect(lesser.precedes(number: greater) == (left < right), "\(lesser) < \(greater)")
            }
        }
        #expect(
            JSON.real(.nan).precedes(number: 1) == false
                && JSON.integer(1).precedes(number: .real(.nan)) == false)
        #expect(JSON.string("1").precedes(number: 2) == nil && JSON.integer(1).precedes(number: nil) == nil)
    }
}
