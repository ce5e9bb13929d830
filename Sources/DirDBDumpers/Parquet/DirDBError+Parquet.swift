import DirDB

extension DirDBError {
    static func otherParquetFile(_ found: String, _ expected: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: found,
            "\(found) is not the file whose footer was read (\(expected)), or has changed",
            remedy: "read its own footer first")
    }

    static func noRowGroups(_ range: Range<Int>, of count: Int, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            subject: "the row groups \(range.lowerBound)..<\(range.upperBound) of \(path) cannot be read",
            "it has \(count)", remedy: "ask for row groups that are there")
    }

    static func noSuchColumn(_ name: String, in columns: [ParquetColumn], _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "there is no column \"\(name)\" in \(path)",
            remedy: "choose one of those that are there: \(list(columns))")
    }

    static func ambiguousColumn(_ name: String, _ count: Int, _ path: String) -> DirDBError {
        .unsupportedFormat(
            path, "\(count) of its columns have the name \"\(name)\", which chooses none of them",
            remedy: "name other columns")
    }

    static func unreadableColumns(
        _ columns: [ParquetColumn], of all: [ParquetColumn], _ path: String
    ) -> DirDBError {
        let found = columns.map { "\"\($0.name)\" of type \($0.dtype)" }.list()
        let readable = all.filter { $0.representation != nil }
        return .unsupportedFormat(
            path,
            "a table cannot have its \(columns.count == 1 ? "column" : "columns") \(found)",
            remedy: readable.isEmpty
                ? "read it with another program" : "name the columns to read: \(list(readable))")
    }

    private static func list(_ columns: [ParquetColumn]) -> String {
        columns.map { "\"\($0.name)\"" }.list()
    }

    static func otherSchema(_ found: String, _ expected: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "a table with \(found) cannot be appended to \(path), which has \(expected)",
            remedy: "make the columns agree")
    }

    static func unfitLogicalType(
        _ column: String, _ type: String, _ value: some CustomStringConvertible, _ path: String
    ) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the column \"\(column)\" cannot be stored as \(type), because it holds \(value)",
            remedy: "correct the value or leave out the logical type")
    }

    static func tooLargeString(_ column: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the column \"\(column)\" holds a text or list of over 1 GiB, which no page of a Parquet"
                + " file can", remedy: "store it as an entry of its own")
    }
}
