import DirDB

/// Single values in plain encoding, as statistics have them.
enum PlainValue {
    /// The value as JSON; nil when the bytes are none of that type, or no number.
    static func json(_ bytes: [UInt8], _ column: ParquetColumn) -> JSON? {
        switch column.representation {
        case .bool: return bytes.count == 1 ? .bool(bytes[0] != 0) : nil
        case .int32:
            return word(bytes, UInt32.self).map { bits in
                column.annotation?.isUnsigned == true
                    ? .integer(Int64(bits)) : .integer(Int64(Int32(bitPattern: bits)))
            }
        case .unsigned32: return word(bytes, UInt32.self).map { .integer(Int64($0)) }
        case .int64:
            return word(bytes, UInt64.self).flatMap { bits in
                if column.annotation?.isUnsigned == true { return Int64(exactly: bits).map { .integer($0) } }
                return .integer(Int64(bitPattern: bits))
            }
        case .float: return word(bytes, UInt32.self).flatMap { real(Double(Float(bitPattern: $0))) }
        case .double: return word(bytes, UInt64.self).flatMap { real(Double(bitPattern: $0)) }
        case .float16: return word(bytes, UInt16.self).flatMap { real(Double(Float16(bitPattern: $0))) }
        case .string: return String(validating: bytes, as: UTF8.self).map { .string($0) }
        // Their order in statistics was never defined.
        case .none, .int96: return nil
        }
    }

    private static func word<Word: FixedWidthInteger>(_ bytes: [UInt8], _: Word.Type) -> Word? {
        guard bytes.count == MemoryLayout<Word>.size else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | Word($1) }
    }

    private static func real(_ value: Double) -> JSON? {
        value.isNaN ? nil : .real(value)
    }
}
