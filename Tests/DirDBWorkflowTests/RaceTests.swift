import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

/// Somebody writes at the worst moment: after an entry was looked at, and before its lock is taken.
@Suite struct RaceTests {
    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    /// Runs `body`; when it opens a file for the n-th time, `interruption` comes first.
    private func interrupting<Result>(
        opening file: String, time: Int, by interruption: @escaping @Sendable () throws -> Void,
        _ body: () throws -> Result
    ) throws -> Result {
        let counter = Counter()
        return try SystemCall.$observer.withValue(
            { call in
                guard call.name == .open && call.file == file else { return .proceed }
                if counter.value.wrappingAdd(1, ordering: .relaxed).newValue == time {
                    do { try SystemCall.$observer.withValue(nil, operation: interruption) } catch {
                        return .fail(EIO)
                    }
                }
                return .proceed
            }, operation: body)
    }

    @Test("An original that is written after it was copied is not removed by a move")
    func move() throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (try directory.database("source"), try directory.database("target"))
        try source["a"].put(NDArray([1.0]))
        var options = MergeOptions()
        options.movesEntries = true
        options.renames = [try #require(RenameRule("a=b"))]
        // First for the copy, then for the removal.
        let report = try interrupting(opening: "a.lock", time: 2) {
            try source["a"].put(NDArray([2.0]))
        } _: {
            try Merge.run(from: source.path, into: target.path, options: options)
        }
        #expect(report.failures.map(\.code) == [.alreadyExists])
        // The copy is there, whatever became of the original.
        #expect(report.items.map(\.key) == ["a"] && report.items(.copied).count == 1)
        #expect(try source["a"].get() == NDArray([2.0]) && target["b"].get() == NDArray([1.0]))
    }

    @Test("An entry that does not fulfil the condition any more when its lock is taken stays")
    func removal() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["a"].put(NDArray([1.0]), meta: ["epoch": 1])
        let report = try interrupting(opening: "a.lock", time: 1) {
            try db["a"].updateMeta { $0.epoch = 2 }
        } _: {
            try db.removeEntries(where: { $0.epoch == 1 }, named: { _ in true })
        }
        #expect(report.items.isEmpty && report.failures.isEmpty)
        #expect(try db["a"].exists)
    }
}
