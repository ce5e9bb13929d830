/// The fast way for nearly all numbers of results: a point among few digits, and no exponent.
extension DecimalParser {
    /// The real number at the start of the text, if it is `[-]digits.digits` with at most 7 digits before the point,
    /// and a tab, comma, blank or another byte below `-` is behind it among the first 16.
    ///
    /// Where it ends follows from little, so that a processor is at the next number before it has the value of this
    /// one; and how many digits there are costs no branch. The mantissa and the power of ten are exact, so that the one
    /// division rounds once.
    /// - Returns: The value, and where the number ends; nil for all other texts, which may be numbers too.
    @inline(__always)
    static func shortDouble(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        guard end - start >= 17 else { return nil }
        let isNegative = start.pointee == UInt8(ascii: "-")
        let firstEnd = separators(word(start))
        let secondEnd = separators(word(start + 8))
        guard firstEnd | secondEnd != 0 else { return nil }
        let length =
            firstEnd != 0
            ? firstEnd.trailingZeroBitCount &>> 3 : 8 &+ secondEnd.trailingZeroBitCount &>> 3
        let digits = start + (isNegative ? 1 : 0)
        let (first, second) = (word(digits), word(digits + 8))
        let pointPlace = UInt64(truncatingIfNeeded: otherBytes(first).trailingZeroBitCount & ~7)
        // Without another byte the place is 64, which shifts to the first byte, a digit.
        guard UInt8(truncatingIfNeeded: first &>> pointPlace) == UInt8(ascii: ".") else { return nil }
        // The bytes behind the point move to its place.
        let before = (1 &<< pointPlace) &- 1
        let low = first & before | (first &>> 8 | second &<< 56) & ~before
        // The highest byte becomes one that is no digit.
        let high = second &>> 8
        let (lowOthers, highOthers) = (otherBytes(low), otherBytes(high))
        let bits = UInt64(
            truncatingIfNeeded: lowOthers != 0
                ? lowOthers.trailingZeroBitCount & ~7 : 64 &+ highOthers.trailingZeroBitCount & ~7)
        guard bits != 0, digits + Int(truncatingIfNeeded: bits &>> 3) + 1 == start + length else {
            return nil
        }
        // Zeros come before the digits, into the bytes that come first.
        let values = UInt128(high &- zeros) &<< 64 | UInt128(low &- zeros)
        let padded = values &<< UInt128(128 &- bits)
        let mantissa =
            eightValues(UInt64(truncatingIfNeeded: padded)) &* 100_000_000
            &+ eightValues(UInt64(truncatingIfNeeded: padded &>> 64))
        let power = shortPowersOfTen[Int(truncatingIfNeeded: (bits &- pointPlace) &>> 3)]
        let magnitude = Double(Int64(truncatingIfNeeded: mantissa)) / power
        return (isNegative ? -magnitude : magnitude, start + length)
    }

    private static let shortPowersOfTen: InlineArray<16, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}

// MARK: Eight bytes at a time

extension DecimalParser {
    static var zeros: UInt64 { 0x3030_3030_3030_3030 }

    @inline(__always)
    static func word(_ start: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
    }

    /// Bytes that are none of 0x30...0x39 have their high bit set.
    ///
    /// Adding 0x46 or subtracting 0x30 leaves the range of ASCII. Only the first such byte and the absence of any are
    /// sure, because of carries to those behind it.
    @inline(__always)
    static func otherBytes(_ word: UInt64) -> UInt64 {
        ((word &+ 0x4646_4646_4646_4646) | (word &- zeros)) & 0x8080_8080_8080_8080
    }

    /// Bytes below 0x2D, which is the minus, have their high bit set; all others do not.
    @inline(__always)
    private static func separators(_ word: UInt64) -> UInt64 {
        ~((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x5353_5353_5353_5353 | word) & 0x8080_8080_8080_8080
    }

    /// The number of eight digits, given by their values: pairs, then fours, then all in three multiplications.
    @inline(__always)
    static func eightValues(_ word: UInt64) -> UInt64 {
        let value = word &* 10 &+ word &>> 8
        let high = (value & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let low = ((value &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (high &+ low) &>> 32
    }
}
