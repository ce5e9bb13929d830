import DirDB

extension DirDBError {
    static func damagedCopy(_ path: String, of source: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path,
            "\(path) and \(source) differ although format, size and time are the same, so one of them"
                + " is damaged", remedy: "find out which, and remove it or copy the other over it")
    }

    static func skeletonOverData(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, "\(path) has data, which a skeleton has not",
            remedy: "choose another destination for it")
    }

    static func nothingDeleted(_ path: String, isEmpty: Bool, _ source: String) -> DirDBError {
        let cause =
            isEmpty ? "\(source) has no entries, as if it were not mounted" : "some entries could not be read"
        return DirDBError(
            .invalidArgument, path: path, subject: "nothing was deleted from \(path)", cause,
            remedy: "do it again when the cause is removed, or remove the entries with rm")
    }
}
