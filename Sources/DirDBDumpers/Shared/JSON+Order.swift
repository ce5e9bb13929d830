public import DirDB

extension JSON {
    /// Whether this number is less than another, by their exact values.
    ///
    /// - Returns: nil where one of the two is not a number; NaN is neither less nor greater than any number.
    /// - Complexity: O(*n*) in the number of digits.
    public func precedes(number other: JSON) -> Bool? {
        guard let left = asDouble, let right = other.asDouble else { return nil }
        // Rounding keeps the order, so only equal results may hide one; of an integer they have no fraction.
        if left != right { return left < right }
        switch (self, other) {
        case (.real, .real): return false
        case (.real(let number), _) where number.isInfinite: return number < 0
        case (_, .real(let number)) where number.isInfinite: return number > 0
        default: return LargeInteger.precedes(integerText, other.integerText)
        }
    }

    private var integerText: String {
        switch self {
        case .integer(let value): String(value)
        case .largeInteger(let value): value.text
        case .real(let value): LargeInteger.text(of: value)
        default: ""
        }
    }
}

extension LargeInteger {
    fileprivate static func precedes(_ left: String, _ right: String) -> Bool {
        let (isLeftNegative, isRightNegative) = (left.hasPrefix("-"), right.hasPrefix("-"))
        if isLeftNegative != isRightNegative { return isLeftNegative }
        let (lesser, greater) = isLeftNegative ? (right.utf8, left.utf8) : (left.utf8, right.utf8)
        return lesser.count == greater.count
            ? lesser.lexicographicallyPrecedes(greater) : lesser.count < greater.count
    }

    /// The decimal digits of a number without a fraction.
    fileprivate static func text(of number: Double) -> String {
        var digits = Array(String(number.magnitude.significandBitPattern | 1 << 52).utf8.reversed())
        guard number.exponent > 52 else { return String(Int64(number)) }
        for _ in 52..<number.exponent {
            var carry: UInt8 = 0
            for index in digits.indices {
                let double = (digits[index] - 48) * 2 + carry
                digits[index] = double % 10 + 48
                carry = double / 10
            }
            if carry > 0 { digits.append(carry + 48) }
        }
        return (number < 0 ? "-" : "") + String(decoding: digits.reversed(), as: UTF8.self)
    }
}
