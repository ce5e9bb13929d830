import Glibc

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
