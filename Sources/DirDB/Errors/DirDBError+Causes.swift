import Glibc

extension DirDBError {
    package static func missingDatabase(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "there is no database at \(path)",
            remedy: "check the path or create it by a first put")
    }

    static func removedDatabase(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "the database at \(path) was removed since it was opened",
            remedy: "open it again if there is a new one")
    }

    package static func missingEntry(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "there is no entry \(path)", remedy: "list the database to see its entries"
        )
    }

    static func missingData(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "the entry \(path) has metadata but no data", remedy: "put the data first")
    }

    static func ambiguousFormat(_ path: String, _ files: [String]) -> DirDBError {
        DirDBError(
            .ambiguousFormat, path: path,
            "the entry \(path) has several data files, \(files.joined(separator: " and "))",
            remedy: "name the format to use, or delete the one that is not wanted")
    }

    package static func formatMismatch(_ path: String, found: String, asked: String) -> DirDBError {
        DirDBError(
            .formatMismatch, path: path, "\(path) holds \(found), but \(asked) was asked for",
            remedy: "ask for that")
    }

    static func targetExists(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, "there is an entry \(path) already",
            remedy: "ask for it to be replaced or choose another name")
    }

    static func sameEntry(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "source and target are both \(path)",
            remedy: "choose another target")
    }

    static func otherDatabase(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "\(path) is in another database",
            remedy: "copy the entry there, then delete the original")
    }

    package static func readOnly(_ path: String) -> DirDBError {
        DirDBError(
            .readOnly, path: path, subject: "\(path) cannot be changed", "the database was opened read-only",
            remedy: "open it for writing")
    }

    static func sharedLock(_ path: String) -> DirDBError {
        DirDBError(
            .readOnly, path: path, "\(path) cannot be changed under a shared lock",
            remedy: "take the exclusive one")
    }

    package static func trailingBytes(_ count: Int64, _ path: String) -> DirDBError {
        .damagedData(path, "\(count) bytes follow the data")
    }

    package static func damagedData(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path, subject: "\(path) is damaged", cause,
            remedy: "restore it or write it again")
    }

    package static func unsupportedFormat(
        _ path: String, _ cause: String, remedy: String = ""
    ) -> DirDBError {
        DirDBError(
            .unsupportedFormat, path: path, subject: "\(path) cannot be loaded", cause, remedy: remedy)
    }

    package static func damagedMetadata(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .damagedMetadata, path: path, subject: "the metadata in \(path) is damaged", cause,
            remedy: "repair the file or replace its whole content")
    }

    package static func unwritableMetadata(_ path: String, _ cause: String, remedy: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, subject: "the metadata of \(path) cannot be written", cause,
            remedy: remedy)
    }

    package static func notRegular(_ path: String) -> DirDBError {
        DirDBError(
            .notRegular, path: path, "\(path) is not a regular file", remedy: "move it out of the database")
    }

    static func locked(_ path: String, by holder: String?, after time: Duration) -> DirDBError {
        let waited = time > .zero ? " and was not released within \(time)" : ""
        return DirDBError(
            .locked, path: path, "\(path) is locked by \(holder ?? "another process")\(waited)",
            remedy: "wait for it, or allow more time")
    }

    static func wouldDeadlock(_ path: String) -> DirDBError {
        DirDBError(
            .wouldDeadlock, path: path, "this task already holds the lock of \(path)",
            remedy: "use the entry that withLock passes to its body")
    }

    static func sharedLockFile(_ path: String, _ other: String) -> DirDBError {
        DirDBError(
            .wouldDeadlock, path: path,
            "\(path) and \(other) have one lock file, as in a copy made of hard links",
            remedy: "remove the lock file of the copy")
    }

    static func noLockFile(_ path: String) -> DirDBError {
        DirDBError(
            .readOnly, path: path, subject: "\(path) has no lock file",
            "a database that was opened read-only makes none",
            remedy: "read data and metadata by inspect() and get(), which need no lock")
    }

    static func pendingCommit(_ path: String, _ cause: String, remedy: String) -> DirDBError {
        DirDBError(
            .pendingCommit, path: path, subject: "a commit of \(path) was cut short", cause, remedy: remedy)
    }

    /// A file that is made under a lock, with a name of its own, is there already.
    static func nameTaken(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, subject: "cannot create \(path)",
            "somebody who takes no lock made it meanwhile", remedy: "remove it and do it again")
    }

    /// A commit that failed after its first change was visible.
    func afterCommitPoint(isRecorded: Bool) -> DirDBError {
        let outcome =
            isRecorded
            ? "the change was under way and is completed by the next access to the entry"
            : "the change is visible but may not survive a power cut"
        return DirDBError(
            code, path: path, errno: errno, subject: subject, cause, remedy: "\(remedy); \(outcome)")
    }

    /// A rename that failed when the new name was visible.
    func afterNewName(_ target: String) -> DirDBError {
        DirDBError(
            code, path: path, errno: errno, subject: subject, cause,
            remedy:
                "\(remedy); the entry is there as \(target) now: if it still has its old name too, rename it again"
        )
    }

    package static func cancelled(_ path: String) -> DirDBError {
        DirDBError(.cancelled, path: path, "the work on \(path) was cancelled", remedy: "nothing was changed")
    }

    static func otherFileSystem(_ path: String, _ database: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, subject: "cannot store \(path) in a batch of \(database)",
            "it is on another file system, whose syncs are its own",
            remedy: "begin a batch of its own database")
    }

    static func batchEnded(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "cannot store \(path) in a batch that has ended",
            remedy: "put it within the body of the batch")
    }
}

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

extension DirDBError {
    /// A failed system call: `action` completes "cannot …", as in "open" or "write".
    package static func system(_ error: SystemError, _ action: String, _ path: String) -> DirDBError {
        let (code, remedy) = meaning(of: error)
        let cause = System.message(error.errno)
        return DirDBError(
            code, path: path, errno: error.errno, subject: "cannot \(action) \(path)", cause, remedy: remedy)
    }

    private static func meaning(of error: SystemError) -> (Code, remedy: String) {
        switch error.errno {
        case ENOSPC, EDQUOT:
            return (.noSpace, "free some space or choose another disk, then do it again")
        case EFBIG:
            return (.noSpace, "raise the limit on file sizes (ulimit -f) or store a smaller value")
        case EROFS:
            return (.permissionDenied, "the file system is read-only: open the database read-only")
        case EACCES, EPERM:
            return (.permissionDenied, "ask its owner, or that of its directory, for permission")
        case ELOOP:
            return (.notRegular, "it is a symbolic link, which is never followed here: remove the link")
        case ENOTDIR:
            return (.notRegular, "a file stands where a directory is needed: choose another name")
        case EISDIR:
            return (.notRegular, "a directory stands where a file is needed: choose another name")
        // A fifo is opened without waiting, and then refuses to be read at an offset.
        case ENXIO, ENODEV, ESPIPE:
            return (.notRegular, "it is not a regular file: move it out of the database")
        case ENOENT, ESTALE:
            return (.notFound, "it vanished meanwhile: look again")
        case ENAMETOOLONG:
            return (.invalidName, "choose a shorter name")
        case EXDEV:
            return (.invalidArgument, "the two are on different file systems: copy, then delete the original")
        case EMFILE, ENFILE:
            return (.system, "too many files are open: raise the limit (ulimit -n) or close some")
        // 524 is the kernel's own ENOTSUPP, which some network file systems let through. The operation asked for
        // is always a legal one, so EINVAL too says that the file system does not know it.
        case let code where error.call == .lock && [ENOLCK, ENOSYS, EOPNOTSUPP, 524, EINVAL].contains(code):
            return (
                .lockingUnsupported,
                "the file system offers no flock: mount it with locks or move the database to one that has them"
            )
        // flock(2): NFS asks for a descriptor that may write, and another user's lock file was opened for reading.
        case EBADF where error.call == .lock:
            return (
                .permissionDenied, "this file system locks only what may be written: ask for that permission"
            )
        case EIO:
            return (.system, "the disk reports an error: check it and the system's log, then do it again")
        default:
            return (.system, "do it again when the cause is removed")
        }
    }
}
