import DirDB

extension DirDBError {
    static func damagedPickle(_ path: String, _ cause: String, at position: Int) -> DirDBError {
        .damagedData(path, "\(cause) at byte \(position)")
    }

    static func refusedGlobal(_ name: String, at position: Int, _ path: String) -> DirDBError {
        let shown = name.printable(limit: 100)
        let remedy =
            name.hasPrefix("pandas.")
            ? "save tables as parquet (DataFrame.to_parquet)"
            : "save plain values and numpy arrays"
        return .unsupportedFormat(
            path, "it needs \(shown) at byte \(position), and nothing of Python is executed", remedy: remedy)
    }

    static func unpicklable(_ cause: String, remedy: String) -> DirDBError {
        DirDBError(.invalidArgument, path: "", subject: "a value cannot be pickled", cause, remedy: remedy)
    }
}

extension String {
    /// The text without control characters, and no longer than so many characters.
    func printable(limit: Int) -> String {
        var text = ""
        for (index, scalar) in unicodeScalars.enumerated() {
            if index == limit { return text + "..." }
            let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
            text.unicodeScalars.append(isPlain ? scalar : "?")
        }
        return text
    }
}
