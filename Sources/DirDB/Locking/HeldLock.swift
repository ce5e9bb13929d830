import Synchronization

/// The mark of a lock that a task holds, by which a second attempt of the same task is told apart from
/// somebody else's lock: waiting for oneself would never end.
final class HeldLock: Sendable {
    private let file: FileIdentity
    // A task started inside the body inherits the mark and may outlive the lock.
    private let isHeld = Atomic<Bool>(true)

    @TaskLocal private static var heldByTask: [HeldLock] = []

    init(_ file: FileIdentity) {
        self.file = file
    }

    func release() {
        isHeld.store(false, ordering: .releasing)
    }

    static func isHeldByTask(_ file: FileIdentity) -> Bool {
        heldByTask.contains { $0.file == file && $0.isHeld.load(ordering: .acquiring) }
    }

    /// Runs `body` as the holder of this lock.
    func whileHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Self.$heldByTask.withValue(Self.heldByTask + [self]) { try body() }
    }

    /// Runs `body` as the holder of this lock.
    nonisolated(nonsending) func whileHeld<Result>(
        _ body: nonisolated(nonsending) () async throws -> Result
    ) async rethrows -> Result {
        try await Self.$heldByTask.withValue(Self.heldByTask + [self]) { try await body() }
    }
}
