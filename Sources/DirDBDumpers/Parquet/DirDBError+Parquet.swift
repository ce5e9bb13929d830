import DirDB

extension DirDBError {
    static func otherParquetFile(_ found: String, _ expected: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: found,
            "\(found) is not the file whose footer was read (\(expected)), or has changed; read its own footer first"
        )
    }

    static func noRowGroups(_ range: Range<Int>, of count: Int, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the row groups \(range.lowerBound)..<\(range.upperBound) of \(path) cannot be read: it has \(count);"
                + " ask for row groups that are there")
    }

    static func noSuchColumn(_ name: String, in columns: [ParquetColumn], _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "there is no column \"\(name)\" in \(path); choose one of those that are there: \(list(columns))")
    }

    static func unreadableColumn(
        _ name: String, _ dtype: String, others: [ParquetColumn], _ path: String
    ) -> DirDBError {
        let readable = others.filter { $0.representation != nil }
        return .unsupportedFormat(
            path,
            "its column \"\(name)\" is of type \(dtype), which a table cannot have; name the columns to read:"
                + " \(list(readable))")
    }

    private static func list(_ columns: [ParquetColumn]) -> String {
        columns.map { "\"\($0.name)\"" }.list()
    }

    static func otherSchema(_ found: String, _ expected: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "a table with \(found) cannot be appended to \(path), which has \(expected); make the columns agree"
        )
    }

    static func unfitLogicalType(
        _ column: String, _ type: String, _ value: Int64, _ path: String
    ) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the column \"\(column)\" cannot be stored as \(type), because it holds \(value); correct the value or"
                + " leave out the logical type")
    }

    static func tooLargeString(_ column: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the column \"\(column)\" holds a string of over 1 GiB, which no page of a Parquet file can; store it"
                + " as an entry of its own")
    }
}
