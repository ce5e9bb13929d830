/// Numbers from decimal text, in place: no copies, no strings, no locale.
///
/// `double` gives the nearest `Double`, ties to even, to the bit as `strtod` and Python's `float` do. Most numbers
/// need one multiplication or division (Clinger 1990), the others one or two wide multiplications (Lemire 2021;
/// Mushtak and Lemire 2022 show that 19 digits never need more), and those of more than 19 digits the standard
/// library.
package enum DecimalParser {
    /// The real number at the start of the text: `[+-]digits[.digits][e[+-]digits]`, where the digits before or
    /// behind the point may be missing.
    ///
    /// - Parameters:
    ///   - start: The first byte.
    ///   - end: Behind the last byte that may be read.
    /// - Returns: The value, and where the text stops being part of the number; nil when none begins there.
    package static func double(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        shortDouble(start, end) ?? anyDouble(start, end)
    }

    @inline(never)
    private static func anyDouble(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        var next = start
        if next == end { return nil }
        let isNegative = next.pointee == UInt8(ascii: "-")
        if isNegative || next.pointee == UInt8(ascii: "+") { next += 1 }
        let digits = next
        var mantissa: UInt64 = 0
        next = readDigits(next, end, &mantissa)
        var digitCount = next - digits
        var exponent = 0
        if next < end && next.pointee == UInt8(ascii: ".") {
            let fraction = next + 1
            next = readDigits(fraction, end, &mantissa)
            exponent = fraction - next
            digitCount -= exponent
        }
        if digitCount == 0 { return nil }
        if next < end && next.pointee | 0x20 == UInt8(ascii: "e") {
            next = readExponent(next, end, &exponent)
        }
        if digitCount > 19 && digitCount - leadingZeros(digits, next) > 19 {
            return (longDouble(start, next), next)
        }
        let magnitude = scaled(mantissa, exponent)
        return (isNegative ? -magnitude : magnitude, next)
    }

    /// The integer at the start of the text: `[+-]digits`.
    ///
    /// - Parameters:
    ///   - start: The first byte.
    ///   - end: Behind the last byte that may be read.
    /// - Returns: The value, and where the digits end; nil when there are none, or the value is beyond `Int64`.
    package static func int64(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Int64, next: UnsafePointer<UInt8>)? {
        if end - start >= 8 {
            let word = Self.word(start)
            // Not more than seven digits, and no sign.
            let bits = otherBytes(word).trailingZeroBitCount & ~7
            if bits != 0 && bits != 64 {
                let digits = (word &- zeros) &<< UInt64(truncatingIfNeeded: 64 &- bits)
                return (Int64(truncatingIfNeeded: eightValues(digits)), start + bits >> 3)
            }
        }
        return anyInt64(start, end)
    }

    @inline(never)
    private static func anyInt64(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Int64, next: UnsafePointer<UInt8>)? {
        var next = start
        if next == end { return nil }
        let isNegative = next.pointee == UInt8(ascii: "-")
        if isNegative || next.pointee == UInt8(ascii: "+") { next += 1 }
        let digits = next
        var magnitude: UInt64 = 0
        next = readDigits(next, end, &magnitude)
        let digitCount = next - digits
        if digitCount == 0 || digitCount > 19 && digitCount - leadingZeros(digits, next) > 19 { return nil }
        // 19 digits fit into 64 bits without, but not with the sign.
        if magnitude > UInt64(Int64.max) + (isNegative ? 1 : 0) { return nil }
        return (Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude), next)
    }

    /// A power of ten that is a `Double` without rounding.
    static let exactPowersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18,
        1e19, 1e20, 1e21, 1e22,
    ]

    /// mantissa × 10^exponent.
    private static func scaled(_ mantissa: UInt64, _ exponent: Int) -> Double {
        // Both factors are exact, so the one operation rounds once.
        if exponent >= -22 && exponent <= 22 && mantissa <= 1 << 53 {
            return exactPowersOfTen.withUnsafeBufferPointer { powers in
                exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
            }
        }
        return eiselLemire(mantissa, exponent)
    }
}

// MARK: Digits

extension DecimalParser {
    /// Appends digits to a number, up to eight at a time; beyond 19 the number is worth nothing.
    ///
    /// How many there are costs no branch that is hard to foresee.
    @inline(__always)
    private static func readDigits(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ number: inout UInt64
    ) -> UnsafePointer<UInt8> {
        var next = start
        while end - next >= 8 {
            let word = Self.word(next)
            let others = otherBytes(word)
            if others == 0 {
                number = number &* 100_000_000 &+ eightValues(word &- zeros)
                next += 8
                continue
            }
            let count = others.trailingZeroBitCount &>> 3
            if count == 0 { return next }
            // Zeros before the digits, in the bytes that come first.
            let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* count)
            number = number &* powersOfTen[count] &+ eightValues((word &- zeros) &<< shift)
            return next + count
        }
        while next < end {
            let digit = next.pointee &- UInt8(ascii: "0")
            if digit > 9 { break }
            number = number &* 10 &+ UInt64(digit)
            next += 1
        }
        return next
    }

    private static let powersOfTen: InlineArray<8, UInt64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000,
    ]

    /// Adds the number behind an e; where there is none the e is not part of the number.
    private static func readExponent(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ exponent: inout Int
    ) -> UnsafePointer<UInt8> {
        var next = start + 1
        if next == end { return start }
        let isNegative = next.pointee == UInt8(ascii: "-")
        if isNegative || next.pointee == UInt8(ascii: "+") { next += 1 }
        let digits = next
        var value = 0
        while next < end {
            let digit = next.pointee &- UInt8(ascii: "0")
            if digit > 9 { break }
            // Beyond, 19 digits are 0 or infinity anyway.
            if value < 100_000 { value = value * 10 + Int(digit) }
            next += 1
        }
        if next == digits { return start }
        exponent += isNegative ? -value : value
        return next
    }

    /// The number of digits that are zeros before the first that is not, whatever the place of the point.
    private static func leadingZeros(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
        var next = start
        var count = 0
        while next < end && (next.pointee == UInt8(ascii: "0") || next.pointee == UInt8(ascii: ".")) {
            if next.pointee == UInt8(ascii: "0") { count += 1 }
            next += 1
        }
        return count
    }

    @inline(never)
    private static func longDouble(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double {
        let text = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
        return Double(text) ?? .nan
    }
}
