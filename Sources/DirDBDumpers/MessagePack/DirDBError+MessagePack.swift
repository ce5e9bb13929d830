import DirDB

extension DirDBError {
    /// The value has no form in the file.
    static func unencodable(_ error: EncodingError, _ path: String) -> DirDBError {
        guard case .invalidValue(_, let context) = error else {
            return DirDBError(.invalidArgument, path: path, subject: "the value cannot be stored", "\(error)")
        }
        return DirDBError(
            .invalidArgument, path: path,
            subject: "the value cannot be stored\(path.isEmpty ? "" : " in \(path)")",
            cause(context.codingPath, context.debugDescription), remedy: "change the value")
    }

    /// The file's value is not of the type asked for.
    static func undecodable(_ error: DecodingError, _ type: Any.Type, _ path: String) -> DirDBError {
        let cause =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                cause(context.codingPath, context.debugDescription)
            @unknown default: "\(error)"
            }
        return DirDBError(
            .formatMismatch, path: path, subject: "\(path) does not hold a value of the type \(type)", cause,
            remedy: "ask for the type that was stored")
    }

    private static func cause(_ path: [any CodingKey], _ description: String) -> String {
        path.isEmpty ? description : "at \(path.text) \(description)"
    }
}
