public import DirDB
import Dispatch
import Synchronization

/// The changes of a database, as ``DirDB/Database/changes(recursive:includingExisting:polling:)`` tells them.
///
/// A single pass: each `for` loop over the same value goes on where the last one ended. When a task that waits for the
/// next change is cancelled, the sequence ends for good.
public final class DatabaseChanges: AsyncSequence, Sendable {
    private struct Told {
        var changes: ArraySlice<DatabaseChange> = []
        var failures: [DirDBError]
    }

    private let watcher: Mutex<Watcher>
    private let told: Mutex<Told>
    private let isCancelled = Atomic<Bool>(false)
    // Waiting blocks a thread: one of this queue's own, which is there only while somebody waits.
    private let thread = DispatchQueue(label: "dirdb.watch")

    init(_ watcher: sending Watcher) {
        told = Mutex(Told(failures: watcher.failures))
        self.watcher = Mutex(watcher)
    }

    /// Why sub-databases could not be read: of their entries nothing is told.
    public var failures: [DirDBError] {
        told.withLock { $0.failures }
    }

    /// The changes since the last call, waiting for the first on the calling thread.
    /// - Returns: Some changes; none when the sequence has ended.
    /// - Throws: `.notFound` when the database was removed or moved; ``DirDBError``.
    package func wait() throws(DirDBError) -> [DatabaseChange] {
        try watcher.withLock { (watcher) throws(DirDBError) in
            let changes = try watcher.wait { isCancelled.load(ordering: .relaxed) }
            let failures = watcher.failures
            told.withLock { $0.failures = failures }
            return changes
        }
    }

    /// Waits for changes, one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let changes: DatabaseChanges

        /// The next change; nil when the task was cancelled.
        /// - Throws: `.notFound` when the database was removed or moved; ``DirDBError``.
        public mutating func next() async throws -> DatabaseChange? {
            try await changes.next()
        }
    }

    /// An iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(changes: self)
    }

    private func next() async throws -> DatabaseChange? {
        while true {
            if let change = told.withLock({ $0.changes.popFirst() }) { return change }
            let changes = try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    thread.async { continuation.resume(with: Result { try self.wait() }) }
                }
            } onCancel: {
                isCancelled.store(true, ordering: .relaxed)
            }
            if changes.isEmpty { return nil }
            told.withLock { $0.changes += changes }
        }
    }
}
