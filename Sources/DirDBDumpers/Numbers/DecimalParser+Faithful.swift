/// Whether a number can stand for its text.
extension DecimalParser {
    /// The real number at the start of the text, if its text can be given back from it, see `isFaithful`.
    ///
    /// - Returns: The value, and where the text stops being part of the number; nil for any other text.
    @inline(__always)
    static func faithfulDouble(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        // At most 15 digits: all of them come back.
        if let found = shortDouble(start, end) { return hasLeadingZero(start, found.next) ? nil : found }
        return anyFaithfulDouble(start, end)
    }

    @inline(never)
    private static func anyFaithfulDouble(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        guard let found = double(start, end), isFaithful(start, found.next, found.value) else { return nil }
        return found
    }

    /// Whether the digits begin with a zero that another digit follows, as those of names do: `007`, `-01.5`.
    @inline(__always)
    static func hasLeadingZero(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        var digit = start
        if digit < end && (digit.pointee == UInt8(ascii: "-") || digit.pointee == UInt8(ascii: "+")) {
            digit += 1
        }
        return end - digit > 1 && digit.pointee == UInt8(ascii: "0") && digit[1] &- UInt8(ascii: "0") <= 9
    }

    /// Whether an equal number can be given back for a text that was read as `value`.
    ///
    /// A text of digits alone must equal the value, and have no plus before it, which is that of a telephone number. Any
    /// other is the decimal number that the value is written as: either by the fewest digits, or rounded to as many digits
    /// as the text has, such as `1.000000000000000056e-01` for 0.1. Not so are `0.10000000000000000000001`, `1e400` and
    /// what has a leading zero.
    ///
    /// The number is the whole text, and the value what ``double(_:_:)`` makes of it.
    static func isFaithful(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ value: Double
    ) -> Bool {
        if !value.isFinite || hasLeadingZero(start, end) { return false }
        let text = DecimalText(start, end)
        if text.isInteger {
            let digits = start.pointee == UInt8(ascii: "-") ? start + 1 : start
            return uint64(digits, end).flatMap(double(equalTo:)) == value.magnitude
        }
        if text.significantCount == 0 { return true }
        if value == 0 { return false }
        // Any number of 15 digits is the shortest text of a value that is not subnormal.
        if text.significantCount <= 15 && value.isNormal { return true }
        if text.count <= 19, let isRounded = isRounded(text, value.magnitude), isRounded { return true }
        return text.isShortest(of: value.magnitude) || text.isRounding(of: value.magnitude)
    }

    /// The real that an integer equals and that is written by the same digits; nil where there is none.
    static func double(equalTo magnitude: UInt64) -> Double? {
        guard let value = Double(exactly: magnitude) else { return nil }
        if magnitude <= 1 << 53 { return value }
        var digits = String(magnitude)
        let isSame = digits.withUTF8 { bytes in
            bytes.baseAddress.map { DecimalText($0, $0 + bytes.count).isShortest(of: value) } ?? false
        }
        return isSame ? value : nil
    }

    /// The integer without sign that is the whole text; nil where it is none, or beyond `UInt64`.
    static func uint64(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt64? {
        if start == end { return nil }
        var value: UInt64 = 0
        for byte in UnsafeBufferPointer(start: start, count: end - start) {
            let digit = byte &- UInt8(ascii: "0")
            let (product, isBeyond) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooMuch) = product.addingReportingOverflow(UInt64(digit))
            if digit > 9 || isBeyond || isTooMuch { return nil }
            value = sum
        }
        return value
    }

    /// Whether the value is at most half a unit of the last of at most 19 digits away, in pairs of doubles whose sum is
    /// exact to 100 bits; nil where that is too close to tell, or the powers of ten are not exact.
    private static func isRounded(_ text: DecimalText, _ value: Double) -> Bool? {
        let exponent = text.unit
        guard exponent >= -44, exponent <= 0, let mantissa = text.mantissa else { return nil }
        let high = Double(mantissa)
        let whole = UInt64(high)
        let low = mantissa >= whole ? Double(mantissa - whole) : -Double(whole - mantissa)
        let powers = (exactPowersOfTen[min(-exponent, 22)], exactPowersOfTen[max(-exponent - 22, 0)])
        let product = value * powers.0
        let rest = (-product).addingProduct(value, powers.0)
        let scaled = product * powers.1
        let scaledRest = (-scaled).addingProduct(product, powers.1) + rest * powers.1
        let distance = ((scaled - high) + (scaledRest - low)).magnitude
        return (distance - 0.5).magnitude < 1e-6 ? nil : distance < 0.5
    }
}
