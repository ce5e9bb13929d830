/// The leading 128 bits of the powers of five by which a decimal of at most 19 digits may be scaled.
///
/// Computed at first use, in some 10,000 divisions and multiplications. As the algorithm wants them (Lemire 2021,
/// "Number parsing at a gigabyte per second"): truncated, only the reciprocals down to 5^-27 are rounded up.
enum PowersOfFive {
    /// The exponents; with any below, 19 digits make 0, with any above, infinity.
    static let exponents = -342...308

    /// For each exponent the higher, then the lower half.
    static let halves: [UInt64] = {
        let reciprocals = (1...342).reversed().map { number in
            let leading = reciprocalBits[number]
            return number <= 27 ? leading + 1 : leading
        }
        return (reciprocals + powerBits).flatMap {
            [UInt64(truncatingIfNeeded: $0 >> 64), UInt64(truncatingIfNeeded: $0)]
        }
    }()

    private static let wordCount = 16

    /// The leading bits of 5^n.
    private static let powerBits: [UInt128] = {
        var words = [UInt64](repeating: 0, count: wordCount)
        words[0] = 1
        return (0...308).map { number in
            if number > 0 { multiplyByFive(&words) }
            return leadingBits(words)
        }
    }()

    /// The leading bits of 2^960 / 5^n: dividing a quotient that was rounded down gives the quotient rounded down.
    private static let reciprocalBits: [UInt128] = {
        var words = [UInt64](repeating: 0, count: wordCount)
        words[wordCount - 1] = 1
        return (0...342).map { number in
            if number > 0 { divideByFive(&words) }
            return leadingBits(words)
        }
    }()

    private static func multiplyByFive(_ words: inout [UInt64]) {
        var carry: UInt64 = 0
        for index in words.indices {
            let product = words[index].multipliedFullWidth(by: 5)
            let (sum, overflow) = product.low.addingReportingOverflow(carry)
            words[index] = sum
            carry = product.high + (overflow ? 1 : 0)
        }
    }

    private static func divideByFive(_ words: inout [UInt64]) {
        var remainder: UInt64 = 0
        for index in words.indices.reversed() {
            let division = UInt64(5).dividingFullWidth((remainder, words[index]))
            words[index] = division.quotient
            remainder = division.remainder
        }
    }

    /// The highest 128 bits from the highest that is set on; zeros follow where there are fewer.
    private static func leadingBits(_ words: [UInt64]) -> UInt128 {
        let top = words.lastIndex { $0 != 0 } ?? 0
        func word(_ offset: Int) -> UInt64 { top >= offset ? words[top - offset] : 0 }
        let shift = word(0).leadingZeroBitCount
        let whole = UInt128(word(0)) << 64 | UInt128(word(1))
        return shift == 0 ? whole : whole << UInt128(shift) | UInt128(word(2) >> UInt64(64 - shift))
    }
}
