/// Waiting for a lock: for ever in one blocking call, or by polling until a time is over.
struct LockWait {
    /// How long to wait; nil for ever, zero to try once.
    let timeout: Duration?
    private let start = ContinuousClock.now
    private var pause = Duration.microseconds(50)

    init(_ timeout: Duration?) {
        self.timeout = timeout
    }

    /// Calls `attempt`, whose argument says whether it may block, until it returns something.
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

/// Who holds a lock, as far as this machine can tell.
///
/// The lock file stays empty, so the answer comes from the kernel's list, /proc/locks (proc_locks(5)); a holder
/// on another machine is not in it.
enum LockHolder {
    /// Such as `process 4711 (python3)`; nil when it is not known.
    static func describe(_ file: FileIdentity) -> String? {
        guard let text = read("/proc/locks") else { return nil }
        for line in text.split(separator: "\n") {
            // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:131 0 EOF
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", let process = Int32(fields[4]), process > 0 else {
                continue
            }
            let place = fields[5].split(separator: ":")
            guard place.count == 3, UInt64(place[2]) == file.inode, device(place) == file.device else {
                continue
            }
            let name = read("/proc/\(process)/comm")?.split(separator: "\n").first
            return "process \(process)" + (name.map { " (\($0))" } ?? "")
        }
        return nil
    }

    /// The device number as stat(2) encodes it: gnu_dev_makedev of the hexadecimal major and minor.
    private static func device(_ place: [Substring]) -> UInt64? {
        guard let major = UInt64(place[0], radix: 16), let minor = UInt64(place[1], radix: 16) else {
            return nil
        }
        return (major & 0xFFF) << 8 | (major & ~0xFFF) << 32 | minor & 0xFF | (minor & ~0xFF) << 12
    }

    private static func read(_ path: String) -> String? {
        System.readProcFile(path).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
