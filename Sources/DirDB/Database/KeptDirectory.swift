import Synchronization

/// The directory of an opened database, kept open as long as a value of the database lives.
///
/// Opening it anew for each access would cost as much as the access. A directory that is renamed meanwhile stays
/// the database, as it stays the working directory of a process; one that was removed is looked for by its path again.
final class KeptDirectory: Sendable {
    private let kept: Mutex<Directory>

    init(_ directory: Directory) {
        kept = Mutex(directory)
    }

    /// The directory that was opened last; when it was removed since, nothing is found in it.
    var latest: Directory { kept.withLock { $0 } }

    /// The open directory.
    /// - Throws: `.notFound` when it was removed and there is no other at its path.
    func current() throws(DirDBError) -> Directory {
        let directory = latest
        if !directory.isRemoved { return directory }
        let successor = try Directory(path: directory.path)
        kept.withLock { $0 = successor }
        return successor
    }
}
