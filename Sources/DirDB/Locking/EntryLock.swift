import Synchronization

/// A held lock on one entry, released when it goes out of scope.
///
/// The lock is a flock(2) on `NAME.lock`. The file stays empty and is never removed or written: a program that
/// unlinked it would let two processes hold "the" lock, which is why each acquisition looks whether the locked file
/// still has the name. The kernel releases the lock when the process dies.
struct EntryLock: ~Copyable {
    // nil where nothing was there to lock: a database opened read-only, with no lock file.
    private let descriptor: FileDescriptor?
    let mark: HeldLocks
    /// Whether this acquisition created the lock file and locked it at once, so that no cooperating process used the
    /// name before; unless one took and released the lock in between those two calls.
    let isNew: Bool

    /// Whether there was a lock file.
    let isHeld: Bool

    private init(_ descriptor: consuming FileDescriptor?, _ file: FileIdentity?, isNew: Bool = false) {
        self.descriptor = descriptor
        self.isNew = isNew
        isHeld = file != nil
        mark = HeldLocks(file.map { [$0] } ?? [])
    }

    deinit {
        mark.releaseAll()
    }

    /// Takes the lock; nil when somebody else holds it and `blocking` is not asked for.
    static func acquire(
        _ entry: Entry, in directory: Directory, _ mode: LockMode, blocking: Bool
    ) throws(DirDBError) -> EntryLock? {
        if entry.database.isReadOnly && mode == .exclusive { throw .readOnly(entry.path) }
        let isExclusive = mode == .exclusive
        let path = directory.path(of: entry.files.lock)
        while true {
            guard let file = try open(entry, in: directory) else { return EntryLock(nil, nil) }
            var isNew = file.isNew
            let isFree = try file.descriptor.lock(exclusive: isExclusive, blocking: false, path: path)
            var status = try file.descriptor.status(path: path)
            guard status.kind == .regular else { throw .notRegular(path) }
            if HeldLocks.contains(status.identity) { throw .wouldDeadlock(entry.path) }
            if !isFree {
                guard blocking else { return nil }
                // Somebody was quicker and may store something.
                isNew = false
                _ = try file.descriptor.lock(exclusive: isExclusive, blocking: true, path: path)
                status = try file.descriptor.status(path: path)
            }
            // Somebody may have removed the file between opening and locking it. One that has a single name still has this
            // one: nobody gives lock files other names.
            let hasName: Bool
            if status.linkCount == 1 {
                hasName = true
            } else {
                hasName = try directory.status(entry.files.lock)?.identity == status.identity
            }
            if hasName { return EntryLock(file.take(), status.identity, isNew: isNew) }
        }
    }

    private struct LockFile: ~Copyable {
        let descriptor: FileDescriptor
        let isNew: Bool

        consuming func take() -> FileDescriptor { descriptor }
    }

    /// Opens the lock file, creating it where that is allowed; nil where there is none to open.
    private static func open(
        _ entry: Entry, in directory: Directory
    ) throws(DirDBError) -> LockFile? {
        let name = entry.files.lock
        if entry.database.isReadOnly {
            guard let existing = try directory.open(name) else { return nil }
            return LockFile(descriptor: existing, isNew: false)
        }
        while true {
            do {
                if let existing = try directory.open(name, .lock) {
                    return LockFile(descriptor: existing, isNew: false)
                }
            } catch {
                // flock needs no permission to write: another user's lock file will do.
                guard error.code == .permissionDenied, let existing = try directory.open(name) else {
                    throw error
                }
                return LockFile(descriptor: existing, isNew: false)
            }
            if let created = try directory.create(name) { return LockFile(descriptor: created, isNew: true) }
        }
    }
}

/// The locks that a task holds, by which a second attempt of the same task is told apart from somebody else's lock:
/// waiting for oneself would never end.
final class HeldLocks: Sendable {
    // A task started inside the body inherits them and may outlive the locks.
    private let files: Mutex<[FileIdentity]>

    @TaskLocal private static var heldByTask: [HeldLocks] = []

    init(_ files: [FileIdentity] = []) {
        self.files = Mutex(files)
    }

    func add(_ others: HeldLocks) {
        let added = others.files.withLock { $0 }
        files.withLock { $0 += added }
    }

    func releaseAll() {
        files.withLock { $0 = [] }
    }

    static func contains(_ file: FileIdentity) -> Bool {
        heldByTask.contains { locks in locks.files.withLock { $0.contains(file) } }
    }

    /// Runs `body` as the holder of these locks.
    func whileHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Self.$heldByTask.withValue(Self.heldByTask + [self]) { try body() }
    }

    /// Runs `body` as the holder of these locks.
    nonisolated(nonsending) func whileHeld<Result>(
        _ body: nonisolated(nonsending) () async throws -> Result
    ) async rethrows -> Result {
        try await Self.$heldByTask.withValue(Self.heldByTask + [self]) { try await body() }
    }
}

/// Who may hold an entry's lock at the same time.
public enum LockMode: Sendable {
    /// One holder alone, who may read and change the entry.
    case exclusive
    /// Any number of holders, who see data and metadata that belong together and change nothing.
    case shared
}
