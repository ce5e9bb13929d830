import DirDB

extension DirDBError {
    static func missingFolder(_ path: String) -> DirDBError {
        DirDBError(.notFound, path: path, "there is no \(path) to import from; check the path")
    }

    static func damagedMetadata(of path: String, _ cause: String) -> DirDBError {
        DirDBError(.damagedMetadata, path: path, "the metadata in \(path) is damaged: \(cause)")
    }

    static func irregularMetadata(_ path: String) -> DirDBError {
        DirDBError(
            .notRegular, path: path,
            "the metadata in \(path) is not read: it is a symbolic link or a special file; put the file itself there"
        )
    }

    // A pickle that holds something of this kind, which is named with its article, stays one.
    static func msgpackLacks(_ kind: String, _ path: String) -> DirDBError {
        DirDBError(
            .unsupportedFormat, path: path,
            "\(path) stays a pickle: it holds \(kind), which msgpack would not give back as it is; load it in Python, or as a"
                + " PickleValue")
    }
}
