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
    case bson
    case uuid
    case interval
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
        case .bson: "bson"
        case .uuid: "uuid"
        case .interval: "interval"
        case .list: "list"
        case .map: "map"
        case .decimal(let precision, let scale): "decimal(\(precision), \(scale))"
        case .other(let name): name
        }
    }

    /// The annotation of a table's column of this logical type.
    /// - Returns: nil when there is none of that name that such values can have.
    init?(name: String, for physical: PhysicalType, length: Int = 0) {
        let times = Unit.allCases.flatMap { unit in
            [true, false].flatMap { isUTC in [Self.time(unit, isUTC: isUTC), .timestamp(unit, isUTC: isUTC)] }
        }
        let integers = [8, 16, 32, 64].flatMap { bits in
            [Self.integer(bits: bits, isSigned: true), .integer(bits: bits, isSigned: false)]
        }
        let simple: [Annotation] = [.string, .enumeration, .json, .date, .null, .bson, .uuid, .interval]
        let candidates = simple + times + integers + [Self(decimal: name)].compactMap(\.self)
        // Other zones than UTC are in the schema of Arrow.
        guard let match = candidates.first(where: { $0.name == name }) ?? Self(zoned: name),
            ParquetColumn.Representation(physical, match, length: length) != nil
        else { return nil }
        self = match
    }

    /// Reads a name such as `timestamp[us, Europe/Berlin]`.
    private init?(zoned name: String) {
        guard case .timestamp(let unit, _?) = TimeType(logicalType: name),
            let unit = Unit(rawValue: unit.rawValue)
        else { return nil }
        self = .timestamp(unit, isUTC: true)
    }

    /// Reads a name such as `decimal(12, 2)`.
    private init?(decimal name: String) {
        guard name.hasPrefix("decimal("), name.hasSuffix(")") else { return nil }
        let numbers = name.dropFirst(8).dropLast().split(separator: ", ").map { Int32($0) }
        guard numbers.count == 2, let precision = numbers[0], let scale = numbers[1] else { return nil }
        self = .decimal(precision: precision, scale: scale)
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
