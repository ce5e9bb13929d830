extension ArrowSchema {
    /// The schema of columns among which are durations, times in a zone other than UTC, or lists of a fixed size; nil where
    /// there are none, as Parquet has all other types itself.
    ///
    /// - Parameters:
    ///   - columns: The columns.
    ///   - keyValues: The other texts of the footer, which Arrow looks for in its schema where there is one.
    /// - Returns: The schema in Base64.
    static func text(_ columns: [WrittenColumn], _ keyValues: [String: String]) -> String? {
        let isNeeded = columns.contains { column in
            if column.width != nil { return true }
            return switch column.time {
            case .duration: true
            case .timestamp(_, let zone?): zone != "UTC"
            default: false
            }
        }
        if !isNeeded { return nil }
        let others = keyValues.filter { $0.key != key }.sorted { $0.key < $1.key }
        let schema: [FlatBufferCopy.Value?] = [
            nil, .tables(columns.map { field($0) }),
            .tables(others.map { [.text($0.key), .text($0.value)] }),
        ]
        // Version 5 of the metadata, and a message that is a schema.
        return text(of: FlatBufferCopy.buffer([.number(4), .number(1), .table(schema)]))
    }

    private static func field(_ column: WrittenColumn) -> [FlatBufferCopy.Value?] {
        let value = type(column)
        if !column.list { return field(column.name, value, []) }
        let list: (Int, [FlatBufferCopy.Value?]) =
            if let width = column.width { (Kind.fixedSizeList, [.number(width)]) } else { (Kind.list, []) }
        return field(column.name, list, [field("element", value, [])])
    }

    private static func field(
        _ name: String, _ type: (kind: Int, fields: [FlatBufferCopy.Value?]),
        _ items: [[FlatBufferCopy.Value?]]
    ) -> [FlatBufferCopy.Value?] {
        [
            .text(name), .number(1), .number(type.kind), .table(type.fields), nil, .tables(items),
        ]
    }

    private static func type(_ column: WrittenColumn) -> (kind: Int, fields: [FlatBufferCopy.Value?]) {
        switch (column.physical, column.annotation) {
        case (_, .null): (Kind.null, [])
        case (.boolean, _): (Kind.bool, [])
        case (_, .date): (Kind.date, [.number(0)])
        case (_, .time(let unit, _)):
            (Kind.time, [.number(number(unit)), .number(column.physical == .int32 ? 32 : 64)])
        case (_, .timestamp(let unit, let isUTC)):
            (Kind.timestamp, [.number(number(unit)), zone(column, isUTC)])
        case (_, .integer(let bits, let isSigned)):
            (Kind.int, [.number(Int(bits)), .number(isSigned ? 1 : 0)])
        case (_, .decimal(let precision, let scale)):
            (
                Kind.decimal,
                [.number(Int(precision)), .number(Int(scale)), .number(precision > 38 ? 256 : 128)]
            )
        case (.int32, _): (Kind.int, [.number(32), .number(1)])
        case (.int64, _):
            if case .duration(let unit) = column.time {
                (Kind.duration, [.number(unit.fractionDigits / 3)])
            } else {
                (Kind.int, [.number(64), .number(1)])
            }
        case (.float, _): (Kind.real, [.number(1)])
        case (.double, _): (Kind.real, [.number(2)])
        case (.fixedLengthByteArray, _): (Kind.fixedSizeBinary, [.number(column.length)])
        case (_, .string), (_, .json), (_, .enumeration): (Kind.text, [])
        default: (Kind.binary, [])
        }
    }

    /// The number of a unit, which are seconds, milliseconds, microseconds, nanoseconds.
    private static func number(_ unit: Annotation.Unit) -> Int {
        switch unit {
        case .milliseconds: 1
        case .microseconds: 2
        case .nanoseconds: 3
        }
    }

    private static func zone(_ column: WrittenColumn, _ isUTC: Bool) -> FlatBufferCopy.Value? {
        if case .timestamp(_, let zone?) = column.time { return .text(zone) }
        return isUTC ? .text("UTC") : nil
    }
}
