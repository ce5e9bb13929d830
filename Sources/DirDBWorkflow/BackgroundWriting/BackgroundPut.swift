public import DirDB
import Synchronization

/// A write that a ``BackgroundWriter`` has accepted.
public final class BackgroundPut: Sendable {
    private struct State {
        var result: Result<Void, any Error>?
        var waiting: [CheckedContinuation<Void, any Error>] = []
    }

    /// What is written.
    public let entry: Entry
    private let state = Mutex(State())

    init(_ entry: Entry) {
        self.entry = entry
    }

    /// Waits until the write is done.
    /// - Throws: Why it failed; the entry then is as it was.
    public func completed() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiting.append(continuation) }
                return state.result
            }
            if let result { continuation.resume(with: result) }
        }
    }

    func complete(with result: Result<Void, any Error>) {
        let waiting = state.withLock { state in
            state.result = result
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
