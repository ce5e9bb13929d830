import DirDB

/// A column whose values are in the names of directories and not in the files.
struct PartitionColumn {
    let name: String
    /// The type of the values: `string`, `int32`, `int64` or `bool`.
    let dtype: String
    let logicalType: String?

    /// - Throws: `.invalidArgument` when such values make no names.
    init(_ column: Column) throws(DirDBError) {
        switch column.values {
        case .float, .double, .binary, .list:
            throw DirDBError(
                .invalidArgument, path: "",
                "the column \"\(column.name)\" of type \(column.dtype) cannot name partitions, whose"
                    + " names are texts",
                remedy: "choose a column of integers, dates, times, texts or truth values")
        case .bool, .int32, .int64, .string: break
        }
        name = column.name
        dtype = column.values.dtype
        logicalType = column.logicalType
    }

    /// The type that other programs would see: integers when all values are, else strings.
    init(_ name: String, inferredFrom values: [String?]) {
        self.name = name
        let known = values.compactMap(\.self)
        let isInteger =
            !known.isEmpty && known.allSatisfy { text in Int64(text).map { "\($0)" == text } ?? false }
        dtype = isInteger ? "int64" : "string"
        logicalType = nil
    }

    /// The column of some parts, each with one value for all of its rows.
    func column(_ parts: [(value: String?, rowCount: Int)], path: String) throws(DirDBError) -> Column {
        var validity: [Bool]? = parts.contains { $0.value == nil } ? [] : nil
        for part in parts {
            validity?.append(contentsOf: repeatElement(part.value != nil, count: part.rowCount))
        }
        let values: Column.Values
        switch dtype {
        case "bool":
            values = .bool(
                try repeated(parts, false, path) { $0 == "true" ? true : $0 == "false" ? false : nil })
        case "int32":
            values = .int32(try repeated(parts, 0, path) { integer($0).flatMap(Int32.init(exactly:)) })
        case "int64": values = .int64(try repeated(parts, 0, path) { integer($0) })
        default:
            var builder = StringDictionaryBuilder()
            let codes = try repeated(parts, Int32(0), path) { text in
                var text = text
                return text.withUTF8 { builder.code(of: $0) }
            }
            values = .string(try StringColumn(codes: codes, dictionary: builder.finish()))
        }
        return try Column(name, values, validity: validity, logicalType: logicalType)
    }

    /// The integer that stands for a text, which is also that of a date or time.
    private func integer(_ text: String) -> Int64? {
        if logicalType == "uint64" { return UInt64(text).map(Int64.init(bitPattern:)) }
        return logicalType.flatMap(TimeType.init)?.value(text.utf8) ?? Int64(text)
    }

    private func repeated<Value>(
        _ parts: [(value: String?, rowCount: Int)], _ absent: Value, _ path: String,
        _ parse: (String) -> Value?
    ) throws(DirDBError) -> [Value] {
        var values: [Value] = []
        for (text, rowCount) in parts {
            var value = absent
            if let text {
                guard let parsed = parse(text) else {
                    throw .damagedData(path, "the partition \(name)=\(text) has no value of type \(dtype)")
                }
                value = parsed
            }
            values.append(contentsOf: repeatElement(value, count: rowCount))
        }
        return values
    }
}

/// What each file of a partitioned table says about the whole, so that it is read back as it was.
struct PartitionLayout {
    static let key = "dirdb.partitions"

    let names: [String]
    let partitions: [PartitionColumn]
    let index: String?

    init(_ table: Table, by partitions: [PartitionColumn]) {
        names = table.columns.map(\.name)
        self.partitions = partitions
        index = table.indexName
    }

    /// nil when the text is no such layout.
    init?(_ text: String) {
        guard let json = try? JSON(parsing: text), case .array(let columns) = json["columns"],
            case .array(let parts) = json["partitions"]
        else { return nil }
        names = columns.compactMap { if case .string(let name) = $0 { name } else { nil } }
        partitions = parts.compactMap { PartitionColumn($0) }
        if case .string(let name) = json["index"] { index = name } else { index = nil }
    }

    func text() throws(DirDBError) -> String {
        let json = JSON.object([
            "columns": .array(names.map { .string($0) }), "partitions": .array(partitions.map(\.json)),
            "index": index.map { .string($0) } ?? .null,
        ])
        return try json.serialized()
    }
}

extension PartitionColumn {
    fileprivate var json: JSON {
        [
            "name": .string(name), "dtype": .string(dtype),
            "logicalType": logicalType.map { .string($0) } ?? .null,
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard case .string(let name) = json["name"], case .string(let dtype) = json["dtype"] else {
            return nil
        }
        self.name = name
        self.dtype = dtype
        if case .string(let type) = json["logicalType"] { logicalType = type } else { logicalType = nil }
    }
}
