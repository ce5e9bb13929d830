public import DirDB
import Dispatch
import Synchronization

/// Writes entries for tasks that must not wait for the disk.
///
///     let writer = BackgroundWriter()
///     for step in 0..<1000 {
///         try await writer.put(state(after: step), to: db["step-\(step)"])    // waits for room only
///     }
///     try await writer.finish()                                               // all is written, or this throws
///
/// A put returns as soon as there is room in the queue. One thread, which is no thread of the cooperative pool, writes
/// in the order of the puts; each is a transaction of its own, as durable as its database says. The queue is bounded by
/// the number of values, since of a value that is not written yet nobody knows the size; it holds references, so no
/// array is copied unless the task changes it meanwhile.
///
/// ``finish()`` waits for all that was put, and throws when anything of it failed. A writer that is let go without it
/// writes all the same, as long as the process lives; of failures nobody is told then.
public final class BackgroundWriter: Sendable {
    /// A write that failed.
    public struct Failure: Sendable {
        /// What was to be written.
        public let entry: Entry
        /// Why it was not; the entry is as it was.
        public let error: any Error
    }

    private struct Job {
        let put: BackgroundPut
        let write: @Sendable (Entry) throws -> Void
    }

    private struct State {
        var room: Int
        var jobs: [Job] = []
        var isWriting = false
        var isFinished = false
        var failures: [Failure] = []
        /// Those that wait for room, in their order.
        var waiting: [(number: Int, turn: CheckedContinuation<Void, any Error>)] = []
        var waitingCount = 0
        var finishing: [CheckedContinuation<Void, Never>] = []
    }

    /// How many values may wait, or be written, at the same time.
    public let capacity: Int
    private let state: Mutex<State>
    private let thread = DispatchQueue(label: "dirdb.background-writer")

    /// Creates a writer.
    /// - Parameter capacity: How many values may wait, or be written, at the same time; at least 1.
    public init(capacity: Int = 16) {
        self.capacity = max(1, capacity)
        state = Mutex(State(room: self.capacity))
    }

    /// The writes that have failed up to now, in their order.
    public var failures: [Failure] { state.withLock { $0.failures } }

    // MARK: Putting

    /// Stores a value in its type's default format, later.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - entry: Where to.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    /// - Returns: The write, by which its outcome can be waited for.
    /// - Throws: `.cancelled` when the task is cancelled while it waits for room; `.invalidArgument` after
    ///   ``finish()``. What fails later is told by the write and by ``finish()``.
    @discardableResult
    public func put<Value: Storable & Sendable>(
        _ value: Value, to entry: Entry, meta: JSON? = nil
    ) async throws -> BackgroundPut {
        try await write(to: entry) { entry in try entry.put(value, meta: meta) }
    }

    /// Stores a value in the format of a dumper, later; else as ``put(_:to:meta:)``.
    @discardableResult
    public func put<D: Dumper>(
        _ value: D.Value, as dumper: D, to entry: Entry, meta: JSON? = nil
    ) async throws -> BackgroundPut where D.Value: Sendable {
        try await write(to: entry) { entry in try entry.put(value, as: dumper, meta: meta) }
    }

    /// Changes an entry in any way, later.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - body: The change, such as `{ try $0.updateMeta { $0.done = true } }`; called on the writer's thread.
    /// - Returns: The write, by which its outcome can be waited for.
    /// - Throws: `.cancelled` when the task is cancelled while it waits for room; `.invalidArgument` after
    ///   ``finish()``.
    @discardableResult
    public func write(
        to entry: Entry, _ body: @escaping @Sendable (Entry) throws -> Void
    ) async throws -> BackgroundPut {
        try await waitForRoom(entry)
        let put = BackgroundPut(entry)
        let isIdle = state.withLock { state in
            state.jobs.append(Job(put: put, write: body))
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if isIdle { thread.async { self.writeAll() } }
        return put
    }

    private func waitForRoom(_ entry: Entry) async throws {
        let number = state.withLock { state in
            state.waitingCount += 1
            return state.waitingCount
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { turn in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.isFinished { return .failure(DirDBError.finished(entry.path)) }
                    if Task.isCancelled { return .failure(DirDBError.cancelled(entry.path)) }
                    if state.room > 0 {
                        state.room -= 1
                        return .success(())
                    }
                    state.waiting.append((number, turn))
                    return nil
                }
                if let outcome { turn.resume(with: outcome) }
            }
        } onCancel: {
            let turn = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).turn }
            }
            turn?.resume(throwing: DirDBError.cancelled(entry.path))
        }
    }

    // MARK: Finishing

    /// Waits until all that was put is written; nothing can be put any more.
    ///
    /// It waits also when the task is cancelled: nothing that was accepted is lost.
    /// - Throws: One ``DirDBError`` that names all failures, each of which ``failures`` holds.
    public func finish() async throws {
        await withCheckedContinuation { end in
            let isDone = state.withLock { state in
                state.isFinished = true
                if state.room == capacity { return true }
                state.finishing.append(end)
                return false
            }
            if isDone { end.resume() }
        }
        let failures = failures
        guard let first = failures.first else { return }
        throw DirDBError.several(
            failures.map(\.error), "\(failures.count) of the writes in the background failed",
            path: first.entry.path)
    }

    // MARK: Writing

    /// Writes what there is until there is nothing; on the writer's thread.
    private func writeAll() {
        while true {
            // One by one: what is written no longer takes memory when there is room for another.
            let job: Job? = state.withLock { state in
                state.isWriting = !state.jobs.isEmpty
                return state.isWriting ? state.jobs.removeFirst() : nil
            }
            guard let job else { return }
            let result = Result { try job.write(job.put.entry) }
            job.put.complete(with: result)
            makeRoom(after: job.put.entry, result)
        }
    }

    private func makeRoom(after entry: Entry, _ result: Result<Void, any Error>) {
        let ends: [CheckedContinuation<Void, Never>] = state.withLock { state in
            if case .failure(let error) = result {
                state.failures.append(Failure(entry: entry, error: error))
            }
            if !state.waiting.isEmpty {
                state.waiting.removeFirst().turn.resume()
                return []
            }
            state.room += 1
            guard state.room == capacity else { return [] }
            defer { state.finishing = [] }
            return state.finishing
        }
        for end in ends { end.resume() }
    }
}

extension DirDBError {
    fileprivate static func finished(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, subject: "cannot write \(path)",
            "the background writer was finished", remedy: "put before that, or make another writer")
    }
}
