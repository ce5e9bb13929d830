import DirDB

extension DirDBError {
    static func negativeRowCount(_ count: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", "a table cannot have \(count) rows", remedy: "correct the number")
    }

    static func columnLength(_ name: String, _ found: Int, expected: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "",
            "the column \"\(name)\" has \(found) rows where \(expected) are expected",
            remedy: "make the lengths agree")
    }

    static func repeatedColumn(_ name: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", "two columns have the name \"\(name)\"", remedy: "rename one of them")
    }

    static func missingColumn(_ name: String, in columns: [Column]) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", "there is no column \"\(name)\"",
            remedy: "choose one of those that are there: \(columns.map { "\"\($0.name)\"" }.list())")
    }

    static func rowsOutOfRange(_ rows: Range<Int>, count: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "",
            "there are no rows \(rows.lowerBound)..<\(rows.upperBound) in a table of \(count) rows",
            remedy: "ask for rows that are there")
    }

    static func codeOutOfRange(_ code: Int, count: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", "a row has the code \(code), but the dictionary has \(count) strings",
            remedy: "make them agree")
    }
}

extension DirDBError {
    static func listOffsets(_ count: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "",
            "the offsets of lists do not ascend from 0 to the number of items, \(count)",
            remedy: "correct them")
    }

    static func listWidth(_ width: Int, _ count: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", "\(count) items do not make lists of \(width) items each",
            remedy: "correct the width")
    }

    static var listOfLists: DirDBError {
        DirDBError(
            .invalidArgument, path: "", "the items of a list cannot be lists themselves",
            remedy: "store the items in a column of numbers or texts")
    }
}

extension DirDBError {
    static func noRow(_ type: Any.Type) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", subject: "a value of type \(type) cannot be the row of a table",
            "it has no named properties", remedy: "use a type that has")
    }

    static func noColumn(_ name: String, of type: Any.Type) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", subject: "the property \"\(name)\" of \(type) cannot be a column",
            "its values are not all truth values, all numbers or all texts",
            remedy: "store them in another format")
    }
}
