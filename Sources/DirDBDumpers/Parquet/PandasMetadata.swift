import DirDB

/// What pandas keeps in the footer under the key `pandas`, above all which columns are the index.
///
/// The format: <https://pandas.pydata.org/docs/development/developer.html>.
enum PandasMetadata {
    static let key = "pandas"

    /// The one column that is the index; nil when there is none or several, or the text is no such metadata.
    static func indexName(in keyValues: [String: String]) -> String? {
        guard let text = keyValues[key], let json = try? JSON(parsing: text),
            case .array(let names) = json["index_columns"], names.count == 1,
            case .string(let name) = names[0]
        else { return nil }
        return name
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
        case let time where time.hasPrefix("timestamp["): time.hasSuffix("UTC]") ? "datetimetz" : "datetime"
        case let time where time.hasPrefix("time["): "time"
        default: dtype
        }
    }

    private static func numpyType(_ dtype: String) -> String {
        switch dtype {
        case "float": "float32"
        case "double": "float64"
        case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool": dtype
        case let time where time.hasPrefix("timestamp["): "datetime64[ns]"
        default: "object"
        }
    }
}
