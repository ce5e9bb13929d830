import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DirDB

@Suite("Locks in asynchronous code")
struct AsyncLockTests {
    @Test("Tasks that increment a counter lose no increment")
    func counter() async throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["n": 0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10 {
                        try await entry.withLock { (locked) async throws in
                            let count = locked.meta.n.asInt ?? 0
                            await Task.yield()
                            locked.meta.n = .integer(count + 1)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try entry.meta == ["n": 80])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A second lock within the body is an error in the task and its children, not in a detached task")
    func nested() async throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        try await entry.withLock { (locked) async throws in
            let own = await asyncFailure { () async throws in try await entry.withLock { _ async in } }
            #expect(own?.code == .wouldDeadlock)
            #expect(failure { () throws in try entry.put([2]) }?.code == .wouldDeadlock)
            async let child = asyncFailure { () async throws in try await entry.withLock { _ async in } }
            #expect(await child?.code == .wouldDeadlock)
            let detached = Task.detached { failure { () throws in try entry.put([2], timeout: .zero) } }
            #expect(await detached.value?.code == .locked)
            #expect(try locked.bytes() == [1])
        }
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A task that was started in the body may lock the entry once the body has returned")
    func staleMark() async throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let task = try await entry.withLock { (_) async throws in
            Task { () -> DirDBError? in
                for await _ in stream { break }
                return failure { () throws in try entry.put([2], timeout: .seconds(20)) }
            }
        }
        continuation.yield()
        #expect(await task.value == nil)
        let other = entry.withLockStartingTask { () throws in try entry.put([3], timeout: .seconds(20)) }
        #expect(await other?.value == nil)
        #expect(try entry.bytes() == [3])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A cancelled task stops waiting, says so and leaves nothing")
    func cancellation() async throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        let lock = try directory.lock("a.lock")
        let attempts = Atomic(0)
        let observe = { @Sendable (call: SystemCall) -> SystemCall.Verdict in
            if call.name == .lock { attempts.add(1, ordering: .relaxed) }
            return .proceed
        }
        let task = SystemCall.$observer.withValue(observe) {
            Task {
                await asyncFailure { () async throws in
                    try await entry.withLock { (locked) async throws in try locked.put([2]) }
                }
            }
        }
        while attempts.load(ordering: .relaxed) < 2 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        let expected = DirDBError(
            .cancelled, path: entry.path, "the work on \(entry.path) was cancelled",
            remedy: "nothing was changed")
        #expect(await task.value == expected)
        _ = consume lock
        #expect(try entry.bytes() == [1])
        #expect(try directory.names() == ["a.bin", "a.lock"])
        try entry.withLock(timeout: .seconds(20)) { _ in }
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A task cancelled while it writes leaves the old data and no temporary file")
    func cancelledWriting() async throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        let error = await Task { () -> DirDBError? in
            withUnsafeCurrentTask { $0?.cancel() }
            return failure { () throws in try entry.put([2], meta: ["k": 2]) }
        }.value
        #expect(error?.code == .cancelled)
        #expect(try entry.bytes() == [1])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Waiting with a timeout ends with the error that names the holder")
    func timeout() async throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        let lock = try directory.lock("a.lock")
        for timeout in [Duration.zero, .milliseconds(5)] {
            let error = await asyncFailure { () async throws in
                try await entry.withLock(timeout: timeout) { _ async in }
            }
            #expect(error?.code == .locked)
            #expect(error?.message.contains("process \(getpid())") == true)
        }
        _ = consume lock
    }
}

extension Entry {
    /// A task that was started under the lock, and runs its body when the lock is released.
    fileprivate func withLockStartingTask(
        _ body: @escaping @Sendable () throws -> Void
    ) -> Task<DirDBError?, Never>? {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        defer { continuation.yield() }
        return try? withLock { _ in
            Task {
                for await _ in stream { break }
                return failure(body)
            }
        }
    }
}
