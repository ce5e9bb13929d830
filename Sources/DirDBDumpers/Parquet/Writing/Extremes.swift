/// The least and greatest of the values seen, by the order that the format defines for their type.
enum Extremes {
    case none
    case signed(Int64, Int64)
    case unsigned(UInt64, UInt64)
    case real(Double, Double)
    case bytes([UInt8], [UInt8])
    /// There are values without an order, or too long ones.
    case unknown

    // Long extremes make the footer slow to read.
    private static let longestString = 1024

    mutating func update(signed min: Int64, _ max: Int64) {
        if case .signed(let low, let high) = self {
            self = .signed(Swift.min(low, min), Swift.max(high, max))
        } else {
            self = .signed(min, max)
        }
    }

    mutating func update(unsigned min: UInt64, _ max: UInt64) {
        if case .unsigned(let low, let high) = self {
            self = .unsigned(Swift.min(low, min), Swift.max(high, max))
        } else {
            self = .unsigned(min, max)
        }
    }

    /// A NaN makes them unknown for good.
    mutating func update(real range: (min: Double, max: Double)?) {
        switch (self, range) {
        case (.unknown, _), (_, nil): self = .unknown
        case (.real(let low, let high), .some(let range)):
            self = .real(Swift.min(low, range.min), Swift.max(high, range.max))
        case (_, .some(let range)): self = .real(range.min, range.max)
        }
    }

    mutating func update(_ string: UnsafeRawBufferPointer) {
        switch self {
        case .unknown: return
        case .bytes(let low, let high):
            let isLow = Self.isLess(string, low)
            guard isLow || Self.isLess(high, string) else { return }
            if string.count > Self.longestString {
                self = .unknown
            } else {
                self = isLow ? .bytes(Array(string), high) : .bytes(low, Array(string))
            }
        default:
            self = string.count > Self.longestString ? .unknown : .bytes(Array(string), Array(string))
        }
    }

    private static func isLess(_ left: UnsafeRawBufferPointer, _ right: [UInt8]) -> Bool {
        right.withUnsafeBytes { isLess(left, $0) }
    }

    private static func isLess(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
        left.withUnsafeBytes { isLess($0, right) }
    }

    private static func isLess(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.lexicographicallyPrecedes(right)
    }

    /// Both in plain encoding; nil when they are not to be written.
    func plain(_ representation: ParquetColumn.Representation) -> (min: [UInt8], max: [UInt8])? {
        switch self {
        case .none, .unknown: return nil
        case .bytes(let low, let high):
            if representation == .decimal { return (Self.signFlipped(low), Self.signFlipped(high)) }
            return (low, high)
        case .signed(let low, let high):
            let size = representation == .bool ? 1 : representation == .int64 ? 8 : 4
            return (Self.bytes(UInt64(bitPattern: low), size), Self.bytes(UInt64(bitPattern: high), size))
        case .unsigned(let low, let high): return (Self.bytes(low, 8), Self.bytes(high, 8))
        case .real(var low, var high):
            // The format has no order between the zeros: the range must take in both.
            if low == 0 { low = -0.0 }
            if high == 0 { high = 0.0 }
            if representation == .float {
                return (
                    Self.bytes(UInt64(Float(low).bitPattern), 4),
                    Self.bytes(UInt64(Float(high).bitPattern), 4)
                )
            }
            return (Self.bytes(low.bitPattern, 8), Self.bytes(high.bitPattern, 8))
        }
    }

    /// An integer, the highest byte first, with the other sign bit: so their bytes have the order of the numbers.
    static func signFlipped(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        if !bytes.isEmpty { bytes[0] ^= 0x80 }
        return bytes
    }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
}

// MARK: Kernels

extension Extremes {
    /// The least and greatest of some integers, at least one.
    static func of<Integer: FixedWidthInteger>(
        _ values: UnsafePointer<Integer>, _ count: Int
    ) -> (Integer, Integer) {
        var (low, high) = (values[0], values[0])
        for place in 0..<count {
            low = Swift.min(low, values[place])
            high = Swift.max(high, values[place])
        }
        return (low, high)
    }

    /// The least and greatest of some doubles, at least one; nil when one is NaN.
    static func of(_ values: UnsafePointer<Double>, _ count: Int) -> (min: Double, max: Double)? {
        var low = SIMD8<Double>(repeating: .infinity)
        var high = -low
        var ordered = SIMDMask<SIMD8<Int64>>(repeating: true)
        let whole = count & ~7
        for place in stride(from: 0, to: whole, by: 8) {
            let next = UnsafeRawPointer(values + place).loadUnaligned(as: SIMD8<Double>.self)
            ordered .&= next .== next
            low.replace(with: next, where: next .< low)
            high.replace(with: next, where: next .> high)
        }
        var (min, max) = (low.min(), high.max())
        for place in whole..<count {
            let next = values[place]
            if next.isNaN { return nil }
            min = Swift.min(min, next)
            max = Swift.max(max, next)
        }
        return all(ordered) ? (min, max) : nil
    }

    /// The least and greatest of some floats, at least one; nil when one is NaN.
    static func of(_ values: UnsafePointer<Float>, _ count: Int) -> (min: Double, max: Double)? {
        var low = SIMD16<Float>(repeating: .infinity)
        var high = -low
        var ordered = SIMDMask<SIMD16<Int32>>(repeating: true)
        let whole = count & ~15
        for place in stride(from: 0, to: whole, by: 16) {
            let next = UnsafeRawPointer(values + place).loadUnaligned(as: SIMD16<Float>.self)
            ordered .&= next .== next
            low.replace(with: next, where: next .< low)
            high.replace(with: next, where: next .> high)
        }
        var (min, max) = (low.min(), high.max())
        for place in whole..<count {
            let next = values[place]
            if next.isNaN { return nil }
            min = Swift.min(min, next)
            max = Swift.max(max, next)
        }
        return all(ordered) ? (Double(min), Double(max)) : nil
    }
}
