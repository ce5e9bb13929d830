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
