extension DecimalParser {
    /// The `Double` nearest to mantissa × 10^exponent, for any mantissa of at most 19 digits.
    ///
    /// The product with a power of five of 128 bits has enough correct bits to round, except where it lies halfway,
    /// which only small exponents allow and is seen. Names and steps are those of Lemire 2021, section 5 to 9.
    static func eiselLemire(_ mantissa: UInt64, _ exponent: Int) -> Double {
        if mantissa == 0 || exponent < PowersOfFive.exponents.lowerBound { return 0 }
        if exponent > PowersOfFive.exponents.upperBound { return .infinity }
        let leadingZeros = mantissa.leadingZeroBitCount
        let product = product(mantissa << UInt64(leadingZeros), exponent)
        let upperBit = Int(product.high >> 63)
        let shift = UInt64(upperBit + 9)
        // The 53 bits of a Double and one more to round by.
        var bits = product.high >> shift
        // floor(log2(10^exponent)), in fixed point.
        var power = ((217_706 * exponent) >> 16) + 63 + upperBit - leadingZeros + 1023
        if power <= 0 { return subnormal(bits, power) }
        if product.low <= 1 && exponent >= -4 && exponent <= 23 && bits & 3 == 1
            && bits << shift == product.high
        {
            // Halfway exactly: to even, which is down.
            bits &= ~1
        }
        bits = (bits + (bits & 1)) >> 1
        if bits >= 1 << 53 {
            bits = 1 << 52
            power += 1
        }
        if power >= 0x7FF { return .infinity }
        return Double(bitPattern: bits & ~(1 << 52) | UInt64(power) << 52)
    }

    private static func product(_ mantissa: UInt64, _ exponent: Int) -> (high: UInt64, low: UInt64) {
        let place = 2 * (exponent - PowersOfFive.exponents.lowerBound)
        return PowersOfFive.halves.withUnsafeBufferPointer { halves in
            var (high, low) = mantissa.multipliedFullWidth(by: halves[place])
            // Only where all the bits behind those needed are ones could the lower half matter.
            if high & 0x1FF == 0x1FF {
                let lower = mantissa.multipliedFullWidth(by: halves[place + 1]).high
                let (sum, overflow) = low.addingReportingOverflow(lower)
                low = sum
                if overflow { high += 1 }
            }
            return (high, low)
        }
    }

    private static func subnormal(_ bits: UInt64, _ power: Int) -> Double {
        if 1 - power >= 64 { return 0 }
        var bits = bits >> UInt64(1 - power)
        bits = (bits + (bits & 1)) >> 1
        // Rounded up to 2^52 it is the smallest normal number, whose bits these are.
        return Double(bitPattern: bits)
    }
}
