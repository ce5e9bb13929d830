/// The digits of a decimal number as they are written: 0.DIGITS × 10^point, without zeros before them.
struct DecimalText {
    private var digits: [UInt8] = []
    private var point = 0
    /// Whether there is neither a point nor an exponent.
    let isInteger: Bool

    /// - Parameters:
    ///   - start: The first byte of a number as ``DecimalParser/double(_:_:)`` reads it.
    ///   - end: After its last byte.
    init(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        var hasPoint = false
        var next = start
        while next < end, next.pointee | 0x20 != UInt8(ascii: "e") {
            let digit = next.pointee &- UInt8(ascii: "0")
            if next.pointee == UInt8(ascii: ".") {
                hasPoint = true
            } else if digit <= 9 {
                if digit > 0 || !digits.isEmpty { digits.append(digit) }
                // A zero that comes before all others and behind the point moves it.
                if hasPoint { point -= digits.isEmpty ? 1 : 0 } else { point += digits.isEmpty ? 0 : 1 }
            }
            next += 1
        }
        isInteger = !hasPoint && next == end
        if next == end { return }
        var exponent = 0
        let isNegative = next + 1 < end && next[1] == UInt8(ascii: "-")
        for byte in UnsafeBufferPointer(start: next + 1, count: end - next - 1)
        where byte &- UInt8(ascii: "0") <= 9 {
            if exponent < 100_000 { exponent = exponent * 10 + Int(byte - UInt8(ascii: "0")) }
        }
        point += isNegative ? -exponent : exponent
    }

    /// The number of digits.
    var count: Int { digits.count }

    /// The number of digits without zeros after them.
    var significantCount: Int { digits.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0 }

    /// The power of ten of the last digit.
    var unit: Int { point - digits.count }

    /// The digits as an integer; nil where they are more than 19.
    var mantissa: UInt64? {
        digits.count <= 19 ? digits.reduce(0) { $0 &* 10 &+ UInt64($1) } : nil
    }

    /// Whether these are the fewest digits that tell a positive value from all others.
    func isShortest(of value: Double) -> Bool {
        var text = value.description
        return text.withUTF8 { bytes in
            bytes.baseAddress.map { DecimalText($0, $0 + bytes.count).isEqual(digits[...], point) } ?? false
        }
    }

    /// Whether these are the digits of a positive value, rounded to as many; of two roundings alike, either.
    func isRounding(of value: Double) -> Bool {
        let exact = DecimalText(exactly: value)
        if exact.count <= count { return exact.isEqual(digits[...], point) }
        let (kept, rest) = (exact.digits[..<count], exact.digits[count...])
        let half =
            rest.first.map { $0 == 5 ? (rest.dropFirst().allSatisfy { $0 == 0 } ? 0 : 1) : $0 > 5 ? 1 : -1 }
            ?? -1
        if half <= 0 && isEqual(kept, exact.point) { return true }
        if half < 0 { return false }
        var above = DecimalText(digits: Array(kept), point: exact.point)
        above.increment()
        return isEqual(above.digits[...], above.point)
    }

    private func isEqual(_ other: ArraySlice<UInt8>, _ otherPoint: Int) -> Bool {
        let length = max(count, other.count)
        func padded(_ digits: ArraySlice<UInt8>) -> [UInt8] {
            Array(digits) + repeatElement(0, count: length - digits.count)
        }
        return point == otherPoint && padded(digits[...]) == padded(other)
    }
}

// MARK: Exact digits

extension DecimalText {
    private init(digits: [UInt8], point: Int) {
        (self.digits, self.point, isInteger) = (digits, point, false)
    }

    /// Adds a unit of the last digit.
    private mutating func increment() {
        var place = digits.count - 1
        while place >= 0 && digits[place] == 9 {
            digits[place] = 0
            place -= 1
        }
        if place >= 0 {
            digits[place] += 1
        } else {
            digits.insert(1, at: 0)
            point += 1
        }
    }

    /// All digits of a positive finite value, at most 767: an integer times a power of two, which is one of five and one
    /// of ten where it is negative.
    private init(exactly value: Double) {
        let shift = Int(value.exponent) - 52
        // Subnormal values have fewer bits, which this takes as zeros.
        var words: [UInt64] = []
        var rest = UInt64(value / value.ulp)
        let power = value.isNormal ? shift : -1074
        while rest > 0 {
            words.append(rest % Self.base)
            rest /= Self.base
        }
        let (factor, step): (UInt64, Int) = power < 0 ? (5, 13) : (2, 29)
        var left = power.magnitude
        while left > 0 {
            let count = min(Int(left), step)
            Self.multiply(&words, by: (0..<count).reduce(1) { product, _ in product * factor })
            left -= UInt(count)
        }
        var text: [UInt8] = []
        for word in words.reversed() {
            let part = Array(String(word).utf8).map { $0 - UInt8(ascii: "0") }
            if !text.isEmpty { text += repeatElement(0, count: 9 - part.count) }
            text += part
        }
        self.init(digits: text, point: text.count + min(power, 0))
    }

    private static let base: UInt64 = 1_000_000_000

    private static func multiply(_ words: inout [UInt64], by factor: UInt64) {
        var carry: UInt64 = 0
        for place in words.indices {
            let product = words[place] * factor + carry
            words[place] = product % base
            carry = product / base
        }
        while carry > 0 {
            words.append(carry % base)
            carry /= base
        }
    }
}
