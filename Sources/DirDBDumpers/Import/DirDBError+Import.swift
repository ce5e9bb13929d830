import DirDB

extension DirDBError {
    static func missingFolder(_ path: String) -> DirDBError {
        DirDBError(.notFound, path: path, "there is no \(path) to import from", remedy: "check the path")
    }

    static func irregularMetadata(_ path: String) -> DirDBError {
        DirDBError(
            .notRegular, path: path, subject: "the metadata in \(path) is not read",
            "it is a symbolic link or a special file", remedy: "put the file itself there")
    }

    // A pickle that holds something of this kind, which is named with its article, stays one.
    static func msgpackLacks(_ kind: String, _ path: String) -> DirDBError {
        DirDBError(
            .unsupportedFormat, path: path, subject: "\(path) stays a pickle",
            "it holds \(kind), which msgpack would not give back as it is",
            remedy: "load it in Python, or as a PickleValue")
    }
}
