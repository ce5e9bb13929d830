extension DirDBError {
    package static func missingDatabase(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path,
            "there is no database at \(path); check the path or create it by a first put")
    }

    package static func missingEntry(_ path: String) -> DirDBError {
        DirDBError(.notFound, path: path, "there is no entry \(path); list the database to see its entries")
    }

    static func missingData(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "the entry \(path) has metadata but no data; put the data first")
    }

    static func ambiguousFormat(_ path: String, _ files: [String]) -> DirDBError {
        DirDBError(
            .ambiguousFormat, path: path,
            "the entry \(path) has several data files, \(files.joined(separator: " and "));"
                + " name the format to use, or delete the one that is not wanted")
    }

    package static func formatMismatch(_ path: String, found: String, asked: String) -> DirDBError {
        DirDBError(
            .formatMismatch, path: path, "\(path) holds \(found), but \(asked) was asked for; ask for that")
    }

    static func targetExists(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path,
            "there is an entry \(path) already; ask for it to be replaced or choose another name")
    }

    static func sameEntry(_ path: String) -> DirDBError {
        DirDBError(.invalidArgument, path: path, "source and target are both \(path); choose another target")
    }

    static func otherDatabase(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "\(path) is in another database; copy the entry there, then delete the original")
    }

    static func readOnly(_ path: String) -> DirDBError {
        DirDBError(
            .readOnly, path: path,
            "\(path) cannot be changed: the database was opened read-only; open it for writing")
    }

    static func sharedLock(_ path: String) -> DirDBError {
        DirDBError(
            .readOnly, path: path, "\(path) cannot be changed under a shared lock; take the exclusive one")
    }

    package static func damagedData(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(.damagedData, path: path, "\(path) is damaged: \(cause); restore it or write it again")
    }

    package static func unsupportedFormat(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(.unsupportedFormat, path: path, "\(path) cannot be loaded: \(cause)")
    }

    static func damagedMetadata(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .damagedMetadata, path: path,
            "the metadata in \(path) is damaged: \(cause); repair the file or replace its whole content")
    }

    static func unwritableMetadata(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(.invalidArgument, path: path, "the metadata of \(path) cannot be written: \(cause)")
    }

    package static func notRegular(_ path: String) -> DirDBError {
        DirDBError(
            .notRegular, path: path, "\(path) is not a regular file; move it out of the database")
    }

    static func locked(_ path: String, by holder: String?, after time: Duration) -> DirDBError {
        let waited = time > .zero ? " and was not released within \(time)" : ""
        return DirDBError(
            .locked, path: path,
            "\(path) is locked by \(holder ?? "another process")\(waited); wait for it, or allow more time")
    }

    static func wouldDeadlock(_ path: String) -> DirDBError {
        DirDBError(
            .wouldDeadlock, path: path,
            "this task already holds the lock of \(path); use the entry that withLock passes to its body")
    }

    static func pendingCommit(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(.pendingCommit, path: path, "a commit of \(path) was cut short: \(cause)")
    }

    /// A file that is made under a lock, with a name of its own, is there already.
    static func nameTaken(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path,
            "cannot create \(path): somebody who takes no lock made it meanwhile; remove it and do it again")
    }

    /// A commit that failed after its first change was visible.
    func afterCommitPoint(isRecorded: Bool) -> DirDBError {
        let outcome =
            isRecorded
            ? "the change was under way and is completed by the next access to the entry"
            : "the change is visible but may not survive a power cut"
        return DirDBError(code, path: path, errno: errno, "\(message); \(outcome)")
    }

    package static func cancelled(_ path: String) -> DirDBError {
        DirDBError(.cancelled, path: path, "the work on \(path) was cancelled; nothing was changed")
    }

    static func otherFileSystem(_ path: String, _ database: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "cannot store \(path) in a batch of \(database): it is on another file system, whose syncs are its own; begin"
                + " a batch of its own database")
    }

    static func batchEnded(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "cannot store \(path) in a batch that has ended; put it within the body of the batch")
    }
}
