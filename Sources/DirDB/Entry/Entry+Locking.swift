extension Entry {
    /// Runs `body` as one transaction on the entry.
    ///
    /// Takes the lock, finishes what a crashed process left, reads the metadata, and runs `body`; then what
    /// `body` staged becomes visible at once: new data, changed metadata or a deletion. When `body` throws,
    /// nothing of it becomes visible. Sub-databases on the way are created.
    ///
    ///     try entry.withLock { entry in
    ///         let x: NDArray<Double> = try entry.get()
    ///         entry.meta.mean = .real(x.mean())
    ///     }
    ///
    /// The lock excludes other processes, and other tasks and threads of this one. A second lock of the same
    /// entry within `body` is an error, as it would wait for itself.
    ///
    /// - Parameters:
    ///   - mode: `.exclusive` to change; `.shared` to read data and metadata that belong together beside other
    ///     readers. On a database opened read-only only `.shared` is possible.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    ///   - body: The transaction.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; `.locked` when the time is over; `.wouldDeadlock`; `.lockingUnsupported`; `.readOnly`,
    ///   also where a database opened read-only has no lock file to lock; `.damagedMetadata`, before `body` is called; an
    ///   error of the commit.
    public func withLock<Result>(
        _ mode: LockMode = .exclusive, timeout: Duration? = nil, durability: Durability? = nil,
        _ body: (inout LockedEntry) throws -> Result
    ) throws -> Result {
        try transact(mode, timeout, durability, readsMetadata: true, body)
    }

    /// Runs an asynchronous `body` as one transaction on the entry; waiting blocks no thread.
    ///
    /// - Parameters:
    ///   - mode: `.exclusive` to change; `.shared` to read beside other readers.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    ///   - body: The transaction.
    /// - Returns: What `body` returns.
    /// - Throws: As the synchronous form does, and `.cancelled` when the task is cancelled while it waits.
    nonisolated(nonsending) public func withLock<Result>(
        _ mode: LockMode = .exclusive, timeout: Duration? = nil, durability: Durability? = nil,
        _ body: nonisolated(nonsending) (inout LockedEntry) async throws -> Result
    ) async throws -> Result {
        let durability = durability ?? database.durability
        let directory = try openDirectory(for: mode, durability)
        let lock = try await LockWait.runAsync(self, timeout) { () throws(DirDBError) in
            try tryLock(in: directory, mode, blocking: false)
        }
        let mark = lock.mark
        var locked = try LockedEntry(self, directory, lock, mode, durability, readsMetadata: true)
        let result: Result
        do {
            result = try await mark.whileHeld { try await body(&locked) }
        } catch {
            locked.rollBack()
            throw error
        }
        try locked.commit()
        return result
    }

    /// Runs `body` while the lock is held; data and metadata are not looked at.
    ///
    /// A database opened read-only has no lock where there is no lock file.
    package func holdingLock<Result>(
        _ mode: LockMode, timeout: Duration?, _ body: () throws -> Result
    ) throws -> Result {
        let lock = try lock(in: openDirectory(for: mode, database.durability), mode, timeout)
        let result = try lock.mark.whileHeld(body)
        _ = consume lock
        return result
    }

    /// Takes the lock, runs `body` and commits.
    func transact<Result>(
        _ mode: LockMode = .exclusive, _ timeout: Duration?, _ durability: Durability?, readsMetadata: Bool,
        _ body: (inout LockedEntry) throws -> Result
    ) throws -> Result {
        let durability = durability ?? database.durability
        let directory = try openDirectory(for: mode, durability)
        let lock = try lock(in: directory, mode, timeout)
        let mark = lock.mark
        var locked = try LockedEntry(self, directory, lock, mode, durability, readsMetadata: readsMetadata)
        return try locked.commit(after: { locked in try mark.whileHeld { try body(&locked) } })
    }

    private func openDirectory(
        for mode: LockMode, _ durability: Durability
    ) throws(DirDBError) -> Directory {
        if mode == .exclusive && database.isReadOnly { throw .readOnly(path) }
        return try mode == .exclusive
            ? database.openDirectoryCreating(durability) : database.openDirectory()
    }

    // MARK: Taking the lock

    /// Takes the lock and settles what a crashed predecessor left.
    ///
    /// The wait is for ever with a `timeout` of nil, and none with `.zero`.
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

/// The locks of a source and a target, both settled.
struct LockPair: ~Copyable {
    let source: EntryLock
    let target: EntryLock
}
