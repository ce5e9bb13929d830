import Synchronization

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
