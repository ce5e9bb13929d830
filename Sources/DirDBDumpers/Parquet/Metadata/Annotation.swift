/// What values mean beyond how they are stored (`LogicalType` in parquet.thrift, and the older `ConvertedType`).
enum Annotation: Hashable, Sendable {
    case string
    case enumeration
    case json
    case date
    case time(Unit, isUTC: Bool)
    case timestamp(Unit, isUTC: Bool)
    case integer(bits: Int8, isSigned: Bool)
    case float16
    case null
    case list
    case map
    case decimal(precision: Int32, scale: Int32)
    /// Another one, by its name.
    case other(String)

    /// What a time or timestamp counts, since midnight or since the beginning of 1970.
    enum Unit: String, Hashable, Sendable, CaseIterable {
        case milliseconds = "ms"
        case microseconds = "us"
        case nanoseconds = "ns"
    }

    /// The name as a column's logical type.
    var name: String {
        switch self {
        case .string: "string"
        case .enumeration: "enum"
        case .json: "json"
        case .date: "date"
        case .time(let unit, let isUTC): "time[\(unit.rawValue)\(isUTC ? ", UTC" : "")]"
        case .timestamp(let unit, let isUTC): "timestamp[\(unit.rawValue)\(isUTC ? ", UTC" : "")]"
        case .integer(let bits, let isSigned): "\(isSigned ? "" : "u")int\(bits)"
        case .float16: "float16"
        case .null: "null"
        case .list: "list"
        case .map: "map"
        case .decimal(let precision, let scale): "decimal(\(precision), \(scale))"
        case .other(let name): name
        }
    }

    /// The annotation that a table's column of these stored values and this logical type is written with.
    /// - Returns: nil when there is none of that name for such values.
    init?(name: String, for physical: PhysicalType) {
        let candidates: [Annotation]
        switch physical {
        case .int32:
            candidates =
                [.date, .time(.milliseconds, isUTC: true), .time(.milliseconds, isUTC: false)]
                + [8, 16].map { .integer(bits: $0, isSigned: true) }
                + [8, 16].map { .integer(bits: $0, isSigned: false) } + [.null]
        case .int64:
            candidates =
                [Unit.microseconds, .nanoseconds].flatMap { unit in
                    [.time(unit, isUTC: true), .time(unit, isUTC: false)]
                }
                + Unit.allCases.flatMap { unit in
                    [.timestamp(unit, isUTC: true), .timestamp(unit, isUTC: false)]
                }
                + [.integer(bits: 32, isSigned: false), .integer(bits: 64, isSigned: false)]
        case .byteArray: candidates = [.enumeration, .json]
        default: candidates = []
        }
        guard let match = candidates.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// The least and greatest value that integers so annotated can have; nil when there is no limit.
    var integerRange: ClosedRange<Int64>? {
        switch self {
        case .integer(8, true): -128...127
        case .integer(16, true): -32768...32767
        case .integer(8, false): 0...255
        case .integer(16, false): 0...65535
        case .integer(32, false): 0...4_294_967_295
        default: nil
        }
    }

    /// Whether a smaller value is one whose bits, taken as an unsigned number, are smaller.
    var isUnsigned: Bool {
        if case .integer(_, false) = self { true } else { false }
    }
}
