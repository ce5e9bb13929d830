import DirDB

extension DirDBError {
    static func impossibleShape(_ shape: [Int]) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "", subject: "an array cannot have the shape \(shape.tupleText)",
            "a length is negative or the whole is too large", remedy: "correct the shape")
    }

    static func elementCount(_ found: Int, isNotOf shape: [Int], _ count: Int) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "",
            "an array of shape \(shape.tupleText) has \(count) elements, but there are \(found)",
            remedy: "make them agree")
    }

    static func rowsOutOfRange(_ rows: Range<Int>, of shape: [Int], _ path: String) -> DirDBError {
        let cause =
            shape.first.map { "it has \($0) rows" } ?? "it has no dimensions and so no rows"
        return DirDBError(
            .invalidArgument, path: path,
            subject: "the rows \(rows.lowerBound)..<\(rows.upperBound) of \(path) cannot be read", cause,
            remedy: "ask for rows that are there")
    }

    static func noRows(_ subject: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, subject: "\(subject) has no rows to choose",
            "it is a single value, an array of shape ()",
            remedy: "leave the rows out to get it, or leave it out by its name where it is one of several")
    }

    static func rowsDoNotFit(_ found: String, _ rowShape: [Int], _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "\(found) cannot be appended to \(path), whose rows have the shape \(rowShape.tupleText)",
            remedy: "append whole rows")
    }
}
