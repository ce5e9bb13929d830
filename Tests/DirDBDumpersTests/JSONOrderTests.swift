import DirDB
import DirDBDumpers
import Testing

@Suite("Order of JSON numbers")
struct JSONOrderTests {
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
