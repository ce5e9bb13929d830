extension DirDBError {
    static func invalidName(_ name: String, in path: String, _ objection: String) -> DirDBError {
        DirDBError(
            .invalidName, path: path, subject: "\(quoted(name)) cannot be a name in \(path)", objection,
            remedy: "choose 1 to \(NameRules.longestName) bytes of UTF-8 without slashes or control"
                + " characters that do not start with a dot")
    }

    static func invalidPath(_ path: String) -> DirDBError {
        DirDBError(
            .invalidName, path: path, subject: "\(quoted(path)) cannot be the path of a database",
            "it contains a NUL", remedy: "choose another")
    }

    static func invalidFormat(_ format: String, of path: String, _ objection: String) -> DirDBError {
        DirDBError(
            .invalidName, path: path, subject: "\(quoted(format)) cannot be the format of \(path)", objection,
            remedy: "choose another extension")
    }

    /// The name with control characters made visible and length bounded, for a message on one line.
    private static func quoted(_ name: String) -> String {
        let start = String(String.UnicodeScalarView(name.unicodeScalars.prefix(60)))
        return "\"\(start.escapingInvisibleCharacters)\(name.unicodeScalars.count > 60 ? "…" : "")\""
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
