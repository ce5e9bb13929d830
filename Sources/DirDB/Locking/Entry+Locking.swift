/// The locks of a source and a target, both settled.
struct LockPair: ~Copyable {
    let source: EntryLock
    let target: EntryLock
}

extension Entry {
    /// Takes the lock and settles what a crashed predecessor left.
    ///
    /// - Parameter timeout: How long to wait; nil for ever, `.zero` to try once.
    /// - Throws: `.locked` when the time is over; `.wouldDeadlock`; ``DirDBError``.
    func lock(
        in directory: Directory, _ mode: LockMode, _ timeout: Duration?
    ) throws(DirDBError) -> EntryLock {
        try LockWait.run(self, timeout) { (blocking) throws(DirDBError) in
            try tryLock(in: directory, mode, blocking: blocking)
        }
    }

    /// Takes the lock and settles what a crashed predecessor left.
    /// - Returns: nil when somebody else holds a lock that is needed and `blocking` is not asked for.
    func tryLock(
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
            guard try tryLock(in: directory, .exclusive, blocking: blocking) != nil else { return nil }
        }
    }

    /// Takes the locks of this entry and of the target of a rename or copy, the first in byte order first.
    /// - Throws: `.wouldDeadlock` also when both have one lock file, in a copy made of hard links.
    func lock(
        in directory: Directory, _ mode: LockMode, with target: Entry, in targetDirectory: Directory,
        _ timeout: Duration?
    ) throws(DirDBError) -> LockPair {
        if let file = try directory.status(files.lock)?.identity,
            try targetDirectory.status(target.files.lock)?.identity == file
        {
            throw .sharedLockFile(path, target.path)
        }
        return try LockWait.run(self, or: target, timeout) { (blocking) throws(DirDBError) in
            if path.precedesInBytes(target.path) {
                guard let source = try tryLock(in: directory, mode, blocking: blocking),
                    let other = try target.tryLock(in: targetDirectory, .exclusive, blocking: blocking)
                else { return nil }
                return LockPair(source: source, target: other)
            }
            guard let other = try target.tryLock(in: targetDirectory, .exclusive, blocking: blocking),
                let source = try tryLock(in: directory, mode, blocking: blocking)
            else { return nil }
            return LockPair(source: source, target: other)
        }
    }

    /// Who holds the lock, in words, as far as this machine can tell; nil when nobody does.
    public func lockHolder() -> String? {
        guard let directory = try? database.openDirectory(),
            let status = try? directory.status(files.lock)
        else { return nil }
        return LockHolder.describe(status.identity)
    }
}
