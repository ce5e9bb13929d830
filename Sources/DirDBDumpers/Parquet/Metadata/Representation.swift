extension ParquetColumn {
    /// How a column's values become those of a table.
    enum Representation: Sendable {
        case bool
        case int32
        case int64
        /// Stored in 32 bits, widened to 64.
        case unsigned32
        case float
        case double
        /// Stored in 16 bits, widened to 32.
        case float16
        case string
        case binary
        /// Bytes of one length.
        case fixedBinary
        /// An integer, given by its digits.
        case decimal
        /// Days and nanoseconds in 96 bits, which become nanoseconds since 1970.
        case int96
    }
}

extension ParquetColumn.Representation {
    /// How values that are so stored and annotated become those of a table.
    /// - Returns: nil when they cannot, or the format has no such pair (LogicalTypes.md of Parquet).
    init?(_ physical: PhysicalType, _ annotation: Annotation?, length: Int) {
        switch (physical, annotation) {
        case (.int96, _): self = .int96
        case (.boolean, nil), (.boolean, .null): self = .bool
        case (.int32, .integer(32, false)): self = .unsigned32
        case (.int32, nil), (.int32, .null), (.int32, .date), (.int32, .time(.milliseconds, _)),
            (.int32, .integer(8, _)), (.int32, .integer(16, _)), (.int32, .integer(32, _)):
            self = .int32
        case (.int64, nil), (.int64, .null), (.int64, .timestamp), (.int64, .time(.microseconds, _)),
            (.int64, .time(.nanoseconds, _)), (.int64, .integer(64, _)):
            self = .int64
        case (.float, nil), (.float, .null): self = .float
        case (.double, nil), (.double, .null): self = .double
        case (.byteArray, .string), (.byteArray, .json), (.byteArray, .enumeration): self = .string
        case (.byteArray, nil), (.byteArray, .null), (.byteArray, .bson): self = .binary
        case (.fixedLengthByteArray, .float16) where length == 2: self = .float16
        case (.fixedLengthByteArray, .uuid) where length == 16: self = .fixedBinary
        case (.fixedLengthByteArray, .interval) where length == 12: self = .fixedBinary
        case (.fixedLengthByteArray, nil) where length > 0: self = .fixedBinary
        case (_, .decimal(let precision, let scale))
        where Self.isDecimal(physical, Int(precision), Int(scale), length: length):
            self = .decimal
        default: return nil
        }
    }

    private static func isDecimal(
        _ physical: PhysicalType, _ precision: Int, _ scale: Int, length: Int
    ) -> Bool {
        // Arrow has no more digits either.
        guard (1...76).contains(precision), (0...precision).contains(scale) else { return false }
        return switch physical {
        case .int32: precision <= 9
        case .int64: precision <= 18
        case .byteArray: true
        case .fixedLengthByteArray: length >= FixedDecimal.width(precision: precision)
        default: false
        }
    }

    /// The type of the values in a table.
    var dtype: String {
        switch self {
        case .bool: "bool"
        case .int32: "int32"
        case .int64, .unsigned32, .int96: "int64"
        case .float, .float16: "float"
        case .double: "double"
        case .string, .decimal: "string"
        case .binary, .fixedBinary: "binary"
        }
    }
}

extension Annotation {
    /// Whether nothing is known of how such values may be stored.
    var isUnknown: Bool {
        switch self {
        case .other, .list, .map: true
        default: false
        }
    }
}
