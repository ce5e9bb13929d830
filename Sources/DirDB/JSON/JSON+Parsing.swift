extension JSON {
    /// Parses JSON text.
    ///
    /// What Python's json writes beyond the standard is read too: the bare tokens NaN, Infinity and -Infinity as
    /// reals, and integers of any size. The last of several values of a key wins. Line and column of an error count from 1, the column in code
    /// points, and are those of the last character that was read.
    ///
    /// - Parameter text: One JSON value, with white space around it at most.
    /// - Throws: ``DirDBError`` with the code `invalidJSON` if the text is malformed, holds a real beyond the range of
    ///   `Double`, or is nested over 500 levels deep.
    /// - Complexity: O(*n*).
    public init(parsing text: String) throws(DirDBError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Parses JSON text in UTF-8, as ``init(parsing:)-(String)`` does.
    ///
    /// - Parameter text: One JSON value, with white space around it at most.
    /// - Throws: ``DirDBError`` with the code `invalidJSON` if the text is malformed or not UTF-8, holds a real beyond
    ///   the range of `Double`, or is nested over 500 levels deep.
    /// - Complexity: O(*n*).
    public init(parsing text: [UInt8]) throws(DirDBError) {
        guard !text.isEmpty else { throw .invalidJSON(line: 1, column: 1, "the text is empty") }
        // jansson loses a NUL byte after a number and so would accept it.
        if let offset = text.firstIndex(of: 0) {
            throw .invalidJSON(text, offset, "a NUL byte")
        }
        do {
            self = try JSON(jansson: text)
        } catch {
            guard let marked = NumberMarks.marked(text) else { throw error.error(in: text) }
            do {
                _ = try JSON(jansson: NumberMarks.blanked(text))
                self = try JSON(jansson: marked, isMarked: true)
            } catch {
                throw error.error(in: text)
            }
        }
    }
}

extension JanssonFailure {
    /// The failure as an error with line and column.
    fileprivate func error(in text: [UInt8]) -> DirDBError {
        switch self {
        case .tooDeep:
            .invalidJSON(
                text, offsetOfExcessNesting(in: text),
                "the nesting is deeper than \(JSON.nestingLimit) levels",
                remedy: "flatten the value")
        case .overflow(let offset, let problem):
            .invalidJSON(
                text, offset, problem, remedy: "write a number up to 1.8e308, or a string")
        case .syntax(let offset, let problem):
            .invalidJSON(text, offset, problem)
        }
    }
}

extension DirDBError {
    fileprivate static func invalidJSON(
        _ text: [UInt8], _ offset: Int, _ problem: String, remedy: String = "correct the text"
    ) -> DirDBError {
        let place = JSONPlace(of: offset, in: text)
        return .invalidJSON(line: place.line, column: place.column, problem, remedy: remedy)
    }
}
