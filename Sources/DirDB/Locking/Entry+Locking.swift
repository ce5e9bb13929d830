/// The locks of a source and a target, both settled.
struct LockPair: ~Copyable {
    let source: EntryLock
    let target: EntryLock
}

extension Entry {
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

/// Waiting for a lock: for ever in one blocking call, or by polling until a time is over.
struct LockWait {
    /// How long to wait; nil for ever, zero to try once.
    let timeout: Duration?
    private let start = ContinuousClock.now
    private var pause = Duration.microseconds(50)

    init(_ timeout: Duration?) {
        self.timeout = timeout
    }

    /// Calls `attempt`, whose argument tells whether it may block, until it returns something.
    ///
    /// `other` is a second entry whose lock is waited for.
    static func run<Held: ~Copyable>(
        _ entry: Entry, or other: Entry? = nil, _ timeout: Duration?,
        _ attempt: (Bool) throws(DirDBError) -> Held?
    ) throws(DirDBError) -> Held {
        var wait = LockWait(timeout)
        while true {
            if let held = try attempt(timeout == nil) { return held }
            System.sleep(for: try wait.nextPause(entry, other))
        }
    }

    /// Like `run`, but no thread is blocked and a cancelled task stops waiting.
    nonisolated(nonsending) static func runAsync<Held: ~Copyable>(
        _ entry: Entry, _ timeout: Duration?, _ attempt: () throws(DirDBError) -> Held?
    ) async throws(DirDBError) -> Held {
        var wait = LockWait(timeout)
        while true {
            if let held = try attempt() { return held }
            let pause = try wait.nextPause(entry)
            do { try await Task.sleep(for: pause) } catch { throw .cancelled(entry.path) }
        }
    }

    private mutating func nextPause(_ entry: Entry, _ other: Entry? = nil) throws(DirDBError) -> Duration {
        if Task.isCancelled { throw .cancelled(entry.path) }
        // Doubling up to 10 ms keeps a short wait short and a long one cheap.
        defer { pause = min(pause * 2, .milliseconds(10)) }
        guard let timeout else { return pause }
        let left = timeout - (ContinuousClock.now - start)
        guard left > .zero else {
            let holder = entry.lockHolder()
            if holder == nil, let other, let itsHolder = other.lockHolder() {
                throw .locked(other.path, by: itsHolder, after: timeout)
            }
            throw .locked(entry.path, by: holder, after: timeout)
        }
        return min(pause, left)
    }
}
