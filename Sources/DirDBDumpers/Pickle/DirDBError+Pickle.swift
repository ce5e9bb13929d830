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
            path,
            "it needs \(shown) at byte \(position), and nothing of Python is executed; \(remedy)")
    }

    static func refusedPickle(_ path: String, _ cause: String, _ remedy: String) -> DirDBError {
        .unsupportedFormat(path, "\(cause); \(remedy)")
    }

    static func unpicklable(_ cause: String) -> DirDBError {
        DirDBError(.invalidArgument, path: "", "a value cannot be pickled: \(cause)")
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
