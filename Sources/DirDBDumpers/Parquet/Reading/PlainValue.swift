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
            return word(bytes, UInt64.self).map { bits in
                column.annotation?.isUnsigned == true ? JSON(bits) : .integer(Int64(bitPattern: bits))
            }
        case .float: return word(bytes, UInt32.self).flatMap { real(Double(Float(bitPattern: $0))) }
        case .double: return word(bytes, UInt64.self).flatMap { real(Double(bitPattern: $0)) }
        case .float16: return word(bytes, UInt16.self).flatMap { real(Double(Float16(bitPattern: $0))) }
        case .string: return String(validating: bytes, as: UTF8.self).map { .string($0) }
        case .binary, .fixedBinary:
            return .string(BinaryColumn([bytes]).text(0, logicalType: column.logicalType))
        case .decimal:
            guard case .decimal(_, let scale)? = column.annotation, bytes.count <= 256,
                let integer = bigEndian(bytes, column)
            else { return nil }
            return integer.withUnsafeBufferPointer { .string(FixedDecimal.text($0, scale: Int(scale))) }
        // Their order in statistics was never defined.
        case .none, .int96: return nil
        }
    }

    /// A text whose order is that of decimals; nil where the value itself has it.
    static func rank(_ bytes: [UInt8], _ column: ParquetColumn) -> JSON? {
        guard column.representation == .decimal, let integer = bigEndian(bytes, column) else { return nil }
        let isNegative = integer.first ?? 0 >= 0x80
        let extended = [UInt8](repeating: isNegative ? 0xFF : 0, count: max(0, 256 - integer.count)) + integer
        // One character for each half byte, those of negative numbers first.
        let halves = extended.flatMap { [$0 >> 4, $0 & 0xF] }.map { UInt8(ascii: "A") + $0 }
        return .string((isNegative ? "-" : "0") + String(decoding: halves, as: UTF8.self))
    }

    /// The bytes of an integer, the highest first.
    private static func bigEndian(_ bytes: [UInt8], _ column: ParquetColumn) -> [UInt8]? {
        switch column.physical {
        case .int32: bytes.count == 4 ? bytes.reversed() : nil
        case .int64: bytes.count == 8 ? bytes.reversed() : nil
        default: bytes
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
