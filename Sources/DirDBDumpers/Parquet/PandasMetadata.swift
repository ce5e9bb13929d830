import DirDB

/// What pandas keeps in the footer under the key `pandas`, above all which columns are the index.
///
/// The format: <https://pandas.pydata.org/docs/development/developer.html>.
enum PandasMetadata {
    static let key = "pandas"

    /// The columns that are the index, one for each of its levels; a range of labels is no column.
    static func indexNames(in keyValues: [String: String]) -> [String] {
        guard let text = keyValues[key], let json = try? JSON(parsing: text) else { return [] }
        return json["index_columns"].asArray?.compactMap(\.asString) ?? []
    }

    /// The text for a part of the table that another text describes.
    ///
    /// - Parameters:
    ///   - text: The text of the whole.
    ///   - columns: The names of the columns that the part has, in order.
    ///   - rows: The rows that the part has; nil for all.
    /// - Returns: The text with the other columns left out of columns and index, and the labels of a range index those
    ///   of the rows; nil when the text is no such metadata.
    static func part(of text: String, columns: [String], rows: Range<Int>?) -> String? {
        guard var json = try? JSON(parsing: text), json.asObject != nil else { return nil }
        // By bytes: another normalisation is another name.
        let places = Dictionary(
            columns.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        func place(_ name: JSON) -> Int? { name.asString.flatMap { places[Array($0.utf8)] } }
        if let described = json["columns"].asArray {
            // Old writers gave only the name.
            let present = described.compactMap { column in
                place(column["field_name"].asString == nil ? column["name"] : column["field_name"])
                    .map { ($0, column) }
            }
            json["columns"] = .array(present.sorted { $0.0 < $1.0 }.map(\.1))
        }
        if let index = json["index_columns"].asArray {
            json["index_columns"] = .array(
                index.filter { $0.asString == nil || place($0) != nil }
                    .map { level in rows.flatMap { range(level, $0) } ?? level })
        }
        return try? json.serialized()
    }

    /// The part of a range index, as Python slices a range; nil when it is none, or too large.
    private static func range(_ level: JSON, _ rows: Range<Int>) -> JSON? {
        guard level["kind"] == "range", let start = level["start"].asInt, let step = level["step"].asInt
        else {
            return nil
        }
        func label(_ row: Int) -> JSON? {
            let (distance, isTooFar) = Int64(row).multipliedReportingOverflow(by: step)
            let (label, isBeyond) = start.addingReportingOverflow(distance)
            return isTooFar || isBeyond ? nil : .integer(label)
        }
        guard let first = label(rows.lowerBound), let end = label(rows.upperBound) else { return nil }
        var part = level
        part["start"] = first
        part["stop"] = end
        return part
    }

    /// The text for a table with an index.
    static func text(_ columns: [(name: String, dtype: String)], index: String) throws(DirDBError) -> String {
        let described = columns.map { name, dtype in
            JSON.object([
                "name": .string(name), "field_name": .string(name), "pandas_type": .string(pandasType(dtype)),
                "numpy_type": .string(numpyType(dtype)), "metadata": .null,
            ])
        }
        // The names of the columns are themselves an index in pandas.
        let names = JSON.object([
            "name": .null, "field_name": .null, "pandas_type": "unicode", "numpy_type": "object",
            "metadata": ["encoding": "UTF-8"],
        ])
        let json = JSON.object([
            "index_columns": .array([.string(index)]), "column_indexes": .array([names]),
            "columns": .array(described),
            "creator": ["library": "dirdb", "version": .string(PackageVersion.current)],
            "pandas_version": "2.0.0",
        ])
        return try json.serialized()
    }

    private static func pandasType(_ dtype: String) -> String {
        switch dtype {
        case "string", "json", "enum": "unicode"
        case "float": "float32"
        case "double": "float64"
        case "date": "date"
        case "binary", "bson", "uuid", "interval": "bytes"
        case let bytes where bytes.hasPrefix("fixed_len_byte_array["): "bytes"
        case let decimal where decimal.hasPrefix("decimal("): "decimal"
        case let list where list.hasPrefix("list<"):
            "list[\(pandasType(String(list.dropFirst(5).dropLast())))]"
        case let time where time.hasPrefix("timestamp["): time.contains(",") ? "datetimetz" : "datetime"
        case let time where time.hasPrefix("time["): "time"
        case let duration where duration.hasPrefix("duration["): "timedelta"
        default: dtype
        }
    }

    private static func numpyType(_ dtype: String) -> String {
        switch dtype {
        case "float": "float32"
        case "double": "float64"
        case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool": dtype
        case let time where time.hasPrefix("timestamp["): "datetime64[ns]"
        case let duration where duration.hasPrefix("duration["): "timedelta64[ns]"
        default: "object"
        }
    }
}
