/// The locks of a source and a target, both settled.
struct LockPair: ~Copyable {
    let source: EntryLock
    let target: EntryLock
}

extension Entry {
    /// Takes the lock and settles what a crashed predecessor left.
    /// - Returns: nil when somebody else holds a lock that is needed and `blocking` is not asked for.
    func acquireLock(
        in directory: Directory, _ mode: LockMode, blocking: Bool
    ) throws(DirDBError) -> EntryLock? {
        while true {
            guard let lock = try EntryLock.acquire(self, in: directory, mode, blocking: blocking) else {
                return nil
            }
            if try directory.status(files.intent) == nil { return lock }
            if database.isReadOnly {
                throw .pendingCommit(
                    path, "a database opened read-only cannot finish it", remedy: "open it for writing once")
            }
            if mode == .exclusive {
                try Recovery.settle(self, in: directory)
                return lock
            }
            _ = consume lock
            guard try acquireLock(in: directory, .exclusive, blocking: blocking) != nil else { return nil }
        }
    }

    /// Takes the locks of this entry and of the target of a rename or copy, the first in byte order first.
    /// - Returns: nil when somebody else holds a lock that is needed and `blocking` is not asked for.
    func acquireLocks(
        in directory: Directory, _ mode: LockMode,
        target: Entry, in targetDirectory: Directory, blocking: Bool
    ) throws(DirDBError) -> LockPair? {
        if let file = try directory.status(files.lock)?.identity,
            try targetDirectory.status(target.files.lock)?.identity == file
        {
            // A copy of hard links: who has taken one has taken the other.
            guard let lock = try acquireLock(in: directory, .exclusive, blocking: blocking) else {
                return nil
            }
            try Recovery.settle(target, in: targetDirectory)
            return LockPair(source: lock, target: .held(by: file))
        }
        if path.precedesInBytes(target.path) {
            guard let lock = try acquireLock(in: directory, mode, blocking: blocking),
                let targetLock = try target.acquireLock(in: targetDirectory, .exclusive, blocking: blocking)
            else { return nil }
            return LockPair(source: lock, target: targetLock)
        }
        guard let targetLock = try target.acquireLock(in: targetDirectory, .exclusive, blocking: blocking),
            let lock = try acquireLock(in: directory, mode, blocking: blocking)
        else { return nil }
        return LockPair(source: lock, target: targetLock)
    }

    /// Who holds the lock, in words, as far as this machine can tell; nil when nobody does.
    public func lockHolder() -> String? {
        guard let directory = try? database.openDirectory(),
            let status = try? directory.status(files.lock)
        else { return nil }
        return LockHolder.describe(status.identity)
    }
}
