/// The type of a column's values, by the name that ``Column/dtype`` has for it.
public struct ColumnType: RawRepresentable, Hashable, Sendable {
    /// The name, such as `int64` or `timestamp[us, UTC]`.
    public let rawValue: String
    let storage: Storage
    /// What integers count; nil where they are numbers.
    let time: TimeType?
    /// The least and greatest value of integers narrower than their storage.
    let range: ClosedRange<Int64>?

    /// How values are kept in a column.
    enum Storage: Sendable {
        case bool
        case int32
        case int64
        case uint64
        case float
        case double
        case string
    }

    /// Truth values.
    public static let bool = ColumnType("bool", .bool)
    /// Integers of 32 bits.
    public static let int32 = ColumnType("int32", .int32)
    /// Integers of 64 bits.
    public static let int64 = ColumnType("int64", .int64)
    /// Integers of 64 bits without a sign.
    public static let uint64 = ColumnType("uint64", .uint64)
    /// Reals of 32 bits.
    public static let float = ColumnType("float", .float)
    /// Reals of 64 bits.
    public static let double = ColumnType("double", .double)
    /// Texts.
    public static let string = ColumnType("string", .string)

    private static let plain = [bool, int32, int64, uint64, float, double, string]

    private static let narrow = [
        ColumnType("int8", .int32, range: -128...127), ColumnType("int16", .int32, range: -32_768...32_767),
        ColumnType("uint8", .int32, range: 0...255), ColumnType("uint16", .int32, range: 0...65_535),
        ColumnType("uint32", .int64, range: 0...4_294_967_295),
    ]

    private init(
        _ name: String, _ storage: Storage, _ time: TimeType? = nil, range: ClosedRange<Int64>? = nil
    ) {
        rawValue = name
        self.storage = storage
        self.time = time
        self.range = range
    }

    /// The type of a name; nil for one that is not known.
    ///
    /// Known are those above, `int8`, `int16`, `uint8`, `uint16`, `uint32`, `date`, `time[UNIT]`, `timestamp[UNIT]` and,
    /// with a zone, `timestamp[UNIT, UTC]` or `timestamp[UNIT, Europe/Berlin]`, whose unit is `ms`, `us` or `ns`; and
    /// `duration[UNIT]`, whose unit may be `s` too.
    public init?(rawValue: String) {
        if let known = (Self.plain + Self.narrow).first(where: { $0.rawValue == rawValue }) {
            self = known
            return
        }
        guard let time = TimeType(logicalType: rawValue) else { return nil }
        switch time {
        // No format has these, and a number alone would not say what it counts.
        case .time(.seconds), .timestamp(.seconds, _): return nil
        case .date, .time(.milliseconds): self.init(rawValue, .int32, time)
        default: self.init(rawValue, .int64, time)
        }
    }

    /// What the column says beyond the type of its values.
    var logicalType: String? { isPlain && storage != .uint64 ? nil : rawValue }

    /// Whether every value that its storage can have is one of the type.
    var isPlain: Bool { time == nil && range == nil }
}
