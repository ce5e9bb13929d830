import DirDBWorkflow
import Glibc
import TestSupport
import Testing

@testable import DirDB

/// What a commit costs: syncs, where the file system keeps the order of names and where it may not, and system calls.
@Suite("The cost of a commit")
struct CommitCostTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let ordered: Int
        let unordered: Int
        var prepare: @Sendable (Database) throws -> Void = { try $0["a"].put([1], meta: ["k": 1]) }
        let change: @Sendable (Database) throws -> Void
    }

    static let cases = [
        Case(testDescription: "data alone", ordered: 2, unordered: 2) { try $0["a"].put([2]) },
        Case(testDescription: "metadata alone", ordered: 2, unordered: 2) {
            try $0["a"].updateMeta { $0.k = 2 }
        },
        Case(testDescription: "a pair", ordered: 3, unordered: 4) { try $0["a"].put([2], meta: ["k": 2]) },
        Case(testDescription: "a new pair", ordered: 3, unordered: 4) {
            try $0["b"].put([2], meta: ["k": 2])
        },
        Case(testDescription: "removal of a pair", ordered: 1, unordered: 2) { try $0["a"].delete() },
        Case(
            testDescription: "removal of data alone", ordered: 1, unordered: 1,
            prepare: { try $0["a"].put([1]) }, change: { try $0["a"].delete() }),
        Case(testDescription: "rename of a pair", ordered: 1, unordered: 4) {
            try $0["a"].rename(to: $0["b"])
        },
        Case(
            testDescription: "rename into another directory", ordered: 1, unordered: 4,
            prepare: {
                try $0["a"].put([1], meta: ["k": 1])
                try $0["sub", "x"].put([1])
            }, change: { try $0["a"].rename(to: $0["sub", "b"]) }),
        Case(testDescription: "another format", ordered: 2, unordered: 4) {
            try $0["a"].put([2], as: RawBytes("dat"))
        },
        Case(testDescription: "another format and metadata", ordered: 3, unordered: 5) {
            try $0["a"].put([2], as: RawBytes("dat"), meta: ["k": 2])
        },
        Case(testDescription: "a batch of new pairs", ordered: 2, unordered: 3) { db in
            try db.batch { batch in
                for name in ["b", "c", "d"] { try batch.put([2], to: db[name], meta: ["k": 2]) }
            }
        },
    ]

    private func syncs(_ cost: Case) throws -> Int {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, dumpers: [])
        try cost.prepare(db)
        let count = try DiskTrace(directory.path) { try cost.change(db) }.syncs
        #expect(try db.verify().isEmpty)
        return count
    }

    @Test("Syncs", arguments: cases)
    func syncCounts(_ cost: Case) throws {
        let ordered = try syncs(cost)
        let unordered = try failing(.statfs, ENOSYS) { try syncs(cost) }
        print("syncs: \(cost.testDescription): \(ordered) where names keep their order, else \(unordered)")
        #expect(ordered == cost.ordered && unordered == cost.unordered)
    }

    @Test(
        "A durable put of a new pair makes at most 24 system calls besides closes, on either kind of file system",
        arguments: [false, true])
    func calls(isUnordered: Bool) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, dumpers: [])
        let log = CallLog()
        try SystemCall.$observer.withValue(
            { call in
                if call.name != .close { log.note(call) }
                return call.name == .statfs && isUnordered ? .fail(ENOSYS) : .proceed
            }, operation: { try db["a"].put([1], meta: ["k": 1]) })
        print("system calls of a durable put of a new pair: \(log.names.count) \(log.names)")
        #expect(log.names.count <= 24, "\(log.names)")
    }

    @Test("A removal on a full disk needs no room: the data goes first", arguments: [ENOSPC, EDQUOT])
    func fullDisk(_ code: Int32) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, dumpers: [])
        try db["a"].put([1], meta: ["k": 1])
        let log = CallLog()
        try failing(.symlink, code) {
            let next = SystemCall.observer
            try SystemCall.$observer.withValue(
                { call in
                    log.note(call)
                    return next?(call) ?? .proceed
                }, operation: { try db["a"].delete() })
        }
        #expect(try directory.names() == ["a.lock"])
        #expect(log.unlinked.filter { !$0.hasPrefix(".") } == ["a.bin", "a.json"])
        // A put is no removal.
        try db["a"].put([1], meta: ["k": 1])
        let error = failure { try failing(.symlink, code) { try db["a"].put([2], meta: ["k": 2]) } }
        #expect(error?.code == .noSpace)
        #expect(try db["a"].bytes() == [1] && db["a"].meta == ["k": 1])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
    }

    @Test("Relaxed durability syncs nothing, on either kind of file system", arguments: cases.dropLast())
    func relaxed(_ cost: Case) throws {
        func count() throws -> Int {
            let directory = try TemporaryDirectory()
            let db = try directory.database()
            try cost.prepare(db)
            return try DiskTrace(directory.path) { try cost.change(db) }.syncs
        }
        #expect(try count() == 0)
        #expect(try failing(.statfs, ENOSYS, count) == 0)
    }
}
