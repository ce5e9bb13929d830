extension DirDBError {
    /// JSON text is malformed, or holds something that has no value here.
    package static func invalidJSON(
        line: Int, column: Int, _ problem: String, remedy: String = "correct the text"
    ) -> DirDBError {
        DirDBError(.invalidJSON, path: "", subject: "line \(line), column \(column)", problem, remedy: remedy)
    }

    /// A value cannot be written as JSON text.
    package static func jsonNotWritable(
        keyPath: String, _ problem: String, remedy: String
    ) -> DirDBError {
        let place = keyPath.isEmpty ? "the value" : keyPath.escapingInvisibleCharacters
        return DirDBError(.invalidJSON, path: "", subject: place, problem, remedy: remedy)
    }
}

extension String {
    /// The text fit for a terminal: an error message quotes what is in a file.
    var escapingInvisibleCharacters: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format: result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
