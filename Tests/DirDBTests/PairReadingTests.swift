import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DirDB

/// A reader without the lock and a commit, interleaved at their system calls.
@Suite(.timeLimit(.minutes(120))) struct PairReadingTests {
    /// A commit in a thread of its own, which stops before one of its calls until it is told to go on.
    private final class PausingWriter: Sendable {
        private let paused = DispatchSemaphore(value: 0)
        private let resumed = DispatchSemaphore(value: 0)
        private let finished = DispatchSemaphore(value: 0)
        private let calls = Atomic(0)
        private let isStarted = Atomic(false)
        private let isResumed = Atomic(false)
        private let pause: Int
        private let commit: @Sendable () throws -> Void

        init(pausingAt pause: Int, _ commit: @escaping @Sendable () throws -> Void) {
            self.pause = pause
            self.commit = commit
        }

        func startAndPause() {
            guard !isStarted.exchange(true, ordering: .relaxed) else { return }
            Thread.detachNewThread { [self] in
                SystemCall.$observer.withValue(observe) {
                    do { try commit() } catch { Issue.record(error) }
                }
                paused.signal()
                finished.signal()
            }
            paused.wait()
        }

        func finish() {
            guard !isResumed.exchange(true, ordering: .relaxed) else { return }
            resumed.signal()
            finished.wait()
        }

        @Sendable private func observe(_ call: SystemCall) -> SystemCall.Verdict {
            if call.name != .close && calls.wrappingAdd(1, ordering: .relaxed).oldValue == pause {
                paused.signal()
                resumed.wait()
            }
            return .proceed
        }
    }

    @Test(
        "A commit that begins, pauses and ends at any calls of a reader shows it one whole pair, old or new")
    func interleavings() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: .relaxed, dumpers: [])
        let entry = try db["x"]
        let put = { @Sendable (gen: Int64) in
            try entry.put(Generation.bytes(gen), meta: ["gen": .integer(gen)])
        }
        try put(1)
        let (writing, reading) = (Disturbance.none(), Disturbance.none())
        try writing.run { try put(1) }
        _ = try reading.run { try entry.inspect() }
        var gen: Int64 = 1
        let rounds = (0..<writing.count).flatMap { pause in
            (0..<reading.count).flatMap { start in
                (start..<reading.count).map { end in (pause: pause, start: start, end: end) }
            }
        }
        for (pause, start, end) in rounds.sampled {
            gen += 1
            let next = gen
            let writer = PausingWriter(pausingAt: pause) { try put(next) }
            let calls = Atomic(0)
            let observe = { @Sendable (call: SystemCall) -> SystemCall.Verdict in
                if call.name == .close { return .proceed }
                let index = calls.wrappingAdd(1, ordering: .relaxed).oldValue
                if index == start { writer.startAndPause() }
                // Waiting for the lock would be waiting for the paused writer.
                if index == end || (index > start && call.name == .lock) { writer.finish() }
                return .proceed
            }
            let (info, meta) = try SystemCall.$observer.withValue(observe) { try entry.inspect() }
            let size = try info.get()?.bytes
            let found = try #require(try meta.get().gen.asInt)
            #expect(
                size == Int64(Generation.bytes(found).count) && (found == next || found == next - 1),
                "pause \(pause) of \(writing.count), from \(start) to \(end) of \(reading.count)")
        }
        #expect(try db.verify().isEmpty)
    }
}
