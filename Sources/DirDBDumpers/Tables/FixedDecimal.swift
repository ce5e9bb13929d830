/// Decimal numbers as texts, and as the integers in two's complement that files keep.
enum FixedDecimal {
    /// The number of bytes that integers of this many digits need.
    static func width(precision: Int) -> Int {
        // The largest magnitude is below 10^precision; a bit is the sign.
        magnitude(String(repeating: "9", count: precision).utf8).bitCount / 8 + 1
    }

    /// The text of an integer, the highest byte first, divided by 10^scale; all of its digits.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>, scale: Int) -> String {
        let isNegative = bytes.first ?? 0 >= 0x80
        var limbs: [UInt32] = []
        // The lowest limb first; of a negative number all bits are inverted, and 1 is added.
        for start in stride(from: bytes.count, to: 0, by: -4) {
            limbs.append(
                bytes[max(0, start - 4)..<start].reduce(isNegative ? .max : 0) { $0 << 8 | UInt32($1) })
        }
        if isNegative {
            var carry = true
            for index in limbs.indices {
                limbs[index] = ~limbs[index]
                if carry { (limbs[index], carry) = limbs[index].addingReportingOverflow(1) }
            }
            if carry { limbs.append(1) }
        }
        return text(limbs, isNegative, scale: scale)
    }

    /// The text of an integer divided by 10^scale.
    static func text(_ value: Int64, scale: Int) -> String {
        let magnitude = value.magnitude
        return text(
            [UInt32(truncatingIfNeeded: magnitude), UInt32(magnitude >> 32)], value < 0, scale: scale)
    }

    private static func text(_ limbs: [UInt32], _ isNegative: Bool, scale: Int) -> String {
        var limbs = limbs
        var digits: [UInt8] = []
        while limbs.contains(where: { $0 != 0 }) {
            var rest: UInt64 = 0
            for index in limbs.indices.reversed() {
                let (quotient, remainder) = (rest << 32 | UInt64(limbs[index])).quotientAndRemainder(
                    dividingBy: 1_000_000_000)
                limbs[index] = UInt32(truncatingIfNeeded: quotient)
                rest = remainder
            }
            for _ in 0..<9 {
                digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
            }
        }
        while digits.count > scale + 1 && digits.last == UInt8(ascii: "0") { digits.removeLast() }
        while digits.count < scale + 1 { digits.append(UInt8(ascii: "0")) }
        if scale > 0 { digits.insert(UInt8(ascii: "."), at: scale) }
        if isNegative { digits.append(UInt8(ascii: "-")) }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    /// The integer that a text times 10^scale is, the highest byte first.
    /// - Returns: nil when the text is not a decimal number, or has more digits than there may be.
    static func bytes(
        _ text: UnsafeBufferPointer<UInt8>, precision: Int, scale: Int, width: Int
    ) -> [UInt8]? {
        let isNegative = text.first == UInt8(ascii: "-")
        let unsigned = isNegative ? text.dropFirst() : text[...]
        let parts = unsigned.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else {
            return nil
        }
        let fraction = parts.count == 2 ? Array(parts[1]) : []
        guard fraction.count <= scale else { return nil }
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: scale - fraction.count)
        let digits = (Array(whole) + fraction + zeros).drop { $0 == UInt8(ascii: "0") }
        guard digits.count <= precision, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        var limbs = magnitude(digits)
        while limbs.count * 4 < width { limbs.append(0) }
        var bytes = (0..<width).map { UInt8(truncatingIfNeeded: limbs[$0 / 4] >> UInt32($0 % 4 * 8)) }
        if isNegative {
            var carry = true
            for index in bytes.indices {
                bytes[index] = ~bytes[index]
                if carry { (bytes[index], carry) = bytes[index].addingReportingOverflow(1) }
            }
        }
        return bytes.reversed()
    }

    /// The integer of these digits, the lowest limb first.
    private static func magnitude(_ digits: some Sequence<UInt8>) -> [UInt32] {
        var limbs: [UInt32] = [0]
        for digit in digits {
            var carry = UInt64(digit & 0xF)
            for index in limbs.indices {
                let product = UInt64(limbs[index]) * 10 + carry
                limbs[index] = UInt32(truncatingIfNeeded: product)
                carry = product >> 32
            }
            if carry > 0 { limbs.append(UInt32(carry)) }
        }
        return limbs
    }
}

extension [UInt32] {
    fileprivate var bitCount: Int { count * 32 - (last?.leadingZeroBitCount ?? 0) }
}
