import DirDB

extension DirDBError {
    static func csv(_ problem: CSVText.FieldProblem, _ path: String, line: Int) -> DirDBError {
        switch problem {
        case .unfinishedQuote: .damagedData(path, "the quote that begins in line \(line) does not end")
        case .textBehindQuote:
            .csvNoTable("text follows the end of a quote in or below line \(line)", path)
        }
    }

    static func csvLine(_ line: Int, has found: String, expected: Int, _ path: String) -> DirDBError {
        .csvNoTable(
            "line \(line) has \(found) where \(expected) \(expected == 1 ? "is" : "are") expected", path)
    }

    static func csvEndlessLine(_ size: Int, _ path: String) -> DirDBError {
        .csvNoTable("its first line does not end within \(size) bytes", path)
    }

    /// Any text may bear the extension: what is no table need not be damaged.
    private static func csvNoTable(_ cause: String, _ path: String) -> DirDBError {
        .unsupportedFormat(
            path, "\(cause), so it is not a table", remedy: "correct it, or name its delimiter")
    }

    static func csvNoUTF8(_ place: String, _ path: String) -> DirDBError {
        .unsupportedFormat(path, "\(place) is not UTF-8", remedy: "convert the file, as with iconv")
    }

    static func csvRepeatedName(_ name: String, _ path: String) -> DirDBError {
        .unsupportedFormat(
            path, "its first line names two columns \"\(name)\"",
            remedy: "rename one, or read it without a header")
    }

    static func csvField(
        _ text: String, isNo type: ColumnType, column: String, line: Int, _ path: String
    ) -> DirDBError {
        DirDBError(
            .formatMismatch, path: path,
            "\"\(text)\" in the column \"\(column)\", line \(line) of \(path), is not a value of type"
                + " \(type.rawValue)", remedy: "correct it or name another type for the column")
    }

    static func csvTooManyStrings(_ column: String, _ path: String) -> DirDBError {
        .unsupportedFormat(
            path, "its column \"\(column)\" has more than 2147483647 distinct strings", remedy: "split it")
    }

    static func csvEmptyText(_ column: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "",
            subject: "the column \"\(column)\" cannot be written as csv by itself",
            "an empty text in it would be read as a missing value", remedy: "write another column beside it")
    }

    static func csvMissingColumns(_ rows: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", "a table of \(rows) rows without columns cannot be kept as csv",
            remedy: "add a column or store it as parquet")
    }
}

extension DirDBError {
    static func csvMissingColumn(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "there is no column \"\(name)\" in \(path)",
            remedy: "give types and index for columns that are there")
    }

    static func csvBatch(_ rows: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", "a batch of \(rows) rows cannot be read", remedy: "ask for 1 or more")
    }
}
