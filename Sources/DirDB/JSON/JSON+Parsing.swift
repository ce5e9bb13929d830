// jansson parses. What it does not accept and Python's json writes, the bare tokens NaN, Infinity and
// -Infinity, is looked for only after it has refused a text: each token is replaced by a string that occurs
// nowhere else in the text, jansson parses again, and those strings become reals. A place in an error is
// always one in the text as given.

extension JSON {
    /// Parses JSON text.
    ///
    /// The bare tokens NaN, Infinity and -Infinity, which Python's json writes, are read as reals. The last
    /// of several values of a key wins. Line and column of an error count from 1, the column in code
    /// points, and are those of the last character that was read.
    ///
    /// - Parameter text: One JSON value, with white space around it at most.
    /// - Throws: ``DirDBError`` with the code `invalidJSON` if the text is malformed, holds an integer beyond
    ///   64 bits or a real beyond the range of `Double`, or is nested over 500 levels deep.
    /// - Complexity: O(*n*).
    public init(parsing text: String) throws(DirDBError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Parses JSON text in UTF-8, as ``init(parsing:)-(String)`` does.
    ///
    /// - Parameter text: One JSON value, with white space around it at most.
    /// - Throws: ``DirDBError`` with the code `invalidJSON` if the text is malformed or not UTF-8, holds an
    ///   integer beyond 64 bits or a real beyond the range of `Double`, or is nested over 500 levels deep.
    /// - Complexity: O(*n*).
    public init(parsing text: [UInt8]) throws(DirDBError) {
        guard !text.isEmpty else { throw .invalidJSON(line: 1, column: 1, "the text is empty") }
        // jansson loses a NUL byte after a number and so would accept it.
        if let offset = text.firstIndex(of: 0) {
            throw .invalidJSON(text, offset, "a NUL byte")
        }
        let failure: JanssonFailure
        do {
            self = try JSON(jansson: text)
            return
        } catch {
            failure = error
        }
        var random = SystemRandomNumberGenerator()
        guard let tokens = JSONNaNTokens(in: text, using: &random) else {
            throw failure.error(in: text)
        }
        do {
            self = try JSON(jansson: tokens.replacedText, reals: tokens.reals)
        } catch {
            throw tokens.inOriginal(error).error(in: text)
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
        case .integerOverflow(let offset, let problem):
            .invalidJSON(
                text, offset, "\(problem): integers have 64 bits, from -2^63 to 2^63 - 1",
                remedy: "write a real (1e20) or a string")
        case .realOverflow(let offset, let problem):
            .invalidJSON(
                text, offset, "\(problem): reals reach 1.8e308", remedy: "write a smaller number or a string")
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
