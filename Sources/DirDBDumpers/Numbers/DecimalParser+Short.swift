/// The fast way for nearly all numbers of results: a point among few digits, and no exponent.
extension DecimalParser {
    /// The real number at the start of the text, if it is `[-]digits.digits` with at most 7 digits before the point, 15
    /// in all, and no exponent behind it.
    ///
    /// Up to 8 digits and up to 7 behind them make an integer of 15 digits, where zeros take the place of those that are
    /// missing at the end, so that how many there are costs neither a branch nor a shift. The integer and the power of
    /// ten are exact, so that the one division rounds once.
    /// - Returns: The value, and where the number ends; nil for all other texts, which may be numbers too.
    @inline(__always)
    static func shortDouble(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (value: Double, next: UnsafePointer<UInt8>)? {
        guard end - start >= 18 else { return nil }
        var digits = start
        var first = word(digits)
        let isNegative = UInt8(truncatingIfNeeded: first) == UInt8(ascii: "-")
        // A branch is foreseen, while the place of the digits, were it computed, would have to be waited for.
        if isNegative {
            digits += 1
            first = word(digits)
        }
        let point = otherBytes(first)
        // Where there is no other byte this is the place of a digit.
        let pointPlace = point.trailingZeroBitCount &>> 3 & 7
        guard digits[pointPlace] == UInt8(ascii: ".") else { return nil }
        let behind = word(digits + 1)
        // Up to the point the digits as they are, then those behind it.
        let leading = behind ^ (first ^ behind) & bytesBefore(point)
        let leadingEnd = otherBytes(leading)
        var mantissa: UInt64
        var next = digits + 1
        if leadingEnd == 0 {
            let trailing = word(digits + 9)
            let trailingEnd = otherBytes(trailing)
            guard trailingEnd != 0 else { return nil }
            mantissa = eightValues(leading &- zeros) &* 10_000_000
            // The first of eight bytes is a zero, and seven follow.
            mantissa &+= eightValues(((trailing &- zeros) & bytesBefore(trailingEnd)) &<< 8)
            next += 8 &+ trailingEnd.trailingZeroBitCount &>> 3
        } else {
            let count = leadingEnd.trailingZeroBitCount &>> 3
            guard count > 0 else { return nil }
            mantissa = eightValues((leading &- zeros) & bytesBefore(leadingEnd)) &* 10_000_000
            next += count
        }
        guard next.pointee | 0x20 != UInt8(ascii: "e") else { return nil }
        let magnitude = Double(Int64(truncatingIfNeeded: mantissa)) / shortPowersOfTen[pointPlace]
        return (isNegative ? -magnitude : magnitude, next)
    }

    /// Reads numbers of the usual kind, as long as there are any with the usual byte behind them.
    ///
    /// - Parameters:
    ///   - next: Where the first begins; then behind the last one's separator.
    ///   - end: Behind the last byte that may be read.
    ///   - target: Where the values go.
    ///   - stride: How far apart they go.
    ///   - count: How many there are at most.
    ///   - separator: What is behind each but the last of so many.
    ///   - terminator: What is behind the last.
    /// - Returns: How many were read; what is there then may be a number too.
    package static func usualDoubles(
        _ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        into target: UnsafeMutablePointer<Double>, stride: Int = 1, count: Int,
        separator: UInt8, terminator: UInt8
    ) -> Int {
        var place = target
        for number in 0..<count {
            guard let (value, behind) = shortDouble(next, end),
                behind.pointee == (number == count - 1 ? terminator : separator)
            else { return number }
            place.pointee = value
            place += stride
            next = behind + 1
        }
        return count
    }

    /// What 15 digits are divided by, for each number of digits before the point.
    private static let shortPowersOfTen: InlineArray<8, Double> = [
        1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9, 1e8,
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

    /// All bits of the bytes before the first that is marked by its high bit.
    @inline(__always)
    private static func bytesBefore(_ marks: UInt64) -> UInt64 {
        (marks ^ (marks &- 1)) &>> 8
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
