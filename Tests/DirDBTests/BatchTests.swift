import DirDBWorkflow
import TestSupport
import Testing

@testable import DirDB

@Suite("Batches")
final class BatchTests {
    private let directory: TemporaryDirectory
    private let db: Database

    init() throws {
        directory = try TemporaryDirectory()
        db = try Database(directory.path, dumpers: [])
    }

    @Test("Many entries are stored as pairs, here and in sub-databases, with far fewer syncs than entries")
    func many() throws {
        let trace = try DiskTrace(directory.path) {
            try db.batch { batch in
                for index in 0..<150 {
                    let entry = try index % 2 == 0 ? db["e\(index)"] : db["sub", "e\(index)"]
                    try batch.put([UInt8(index)], to: entry, meta: ["index": .integer(Int64(index))])
                }
            }
        }
        // Two groups: one of the file system and one of each of two directories in each; one for the new directory.
        #expect(trace.syncs == 7)
        let entries = Array(try db.entries(recursive: true))
        #expect(entries.count == 150)
        for entry in entries { #expect(try entry.meta.index == .integer(Int64(entry.bytes()[0]))) }
        #expect(try db.verify().isEmpty)
    }

    @Test("After a crash at any point each entry of a batch is whole, old or new")
    func crash() throws {
        let names = ["new", "pair", "data"]
        func prepare() throws {
            try db["pair"].put([1], meta: ["gen": 1])
            try db["data"].put([1])
        }
        try prepare()
        let old = try DatabaseState(db).items
        let trace = try DiskTrace(directory.path) {
            try db.batch { batch in
                try batch.put([2], to: db["new"], meta: ["gen": 2])
                try batch.put([2, 2], to: db["pair"], meta: ["gen": 2])
                try batch.put([2, 2, 2], to: db["data"])
            }
        }
        let new = try DatabaseState(db).items
        #expect(new["new"]?.meta == ["gen": 2])
        let states = trace.crashStates()
        #expect(states.count > 50)
        for state in states.sampled {
            let place = try TemporaryDirectory()
            try state.image.build(at: place.path)
            let crashed = try Database(place.path, dumpers: [])
            _ = try crashed.recover()
            let found = try DatabaseState(crashed).items
            for name in names {
                #expect(found[name] == new[name] || !state.isComplete && found[name] == old[name])
            }
            #expect(try crashed.verify().isEmpty)
        }
    }

    @Test("The last put to an entry counts; a lock that is free is not waited for in vain")
    func again() throws {
        try db.batch { batch in
            try batch.put([1], to: db["a"], meta: ["k": 1])
            try batch.put([2], to: db["b"])
            try batch.put([3], to: db["a"])
        }
        #expect(try db["a"].bytes() == [3])
        #expect(try db["a"].meta == ["k": 1])
    }

    @Test("Whoever locks an entry of a batch in its body gets an error and does not wait for ever")
    func deadlock() throws {
        let error = failure {
            try db.batch { batch in
                try batch.put([1], to: db["a"])
                try db["a"].withLock { _ in }
            }
        }
        #expect(error?.code == .wouldDeadlock)
        #expect(try !db["a"].exists)
        try db["a"].withLock(timeout: .zero) { _ in }
    }

    @Test("An error in the body drops what is not published, and leaves no file but empty locks")
    func failing() throws {
        struct Stop: Error {}
        try db["old"].put([1], meta: ["k": 1])
        #expect(throws: Stop.self) {
            try db.batch { batch in
                try batch.put([2], to: db["old"], meta: ["k": 2])
                try batch.put([2], to: db["new"], meta: ["k": 2])
                throw Stop()
            }
        }
        #expect(try db["old"].meta == ["k": 1])
        #expect(try directory.names().filter { !$0.hasSuffix(".lock") } == ["old.bin", "old.json"])
    }

    @Test("Metadata that cannot be written is an error that names the entry; nothing of the group is stored")
    func unwritable() throws {
        let error = failure {
            try db.batch { batch in
                try batch.put([1], to: db["a"], meta: ["k": 1])
                try batch.put([1], to: db["b"], meta: ["k": 1, "a\0": 1])
            }
        }
        #expect(error?.path.hasSuffix("/b") == true)
        #expect(try directory.names().filter { !$0.hasSuffix(".lock") } == [])
    }

    @Test(
        "A failure that the body catches takes back no more than the entry that failed; a batch ends with its body"
    )
    func caught() throws {
        var kept: Batch?
        try db.batch { batch in
            try batch.put([1], to: db["a"], meta: ["k": 1])
            let error = failure { try batch.put([1], to: db["b"], meta: ["k": 1, "a\0": 1]) }
            #expect(error?.path.hasSuffix("/b") == true)
            try batch.put([1], to: db["c"])
            kept = batch
        }
        #expect(try db.entries(order: .name).map(\.name) == ["a", "c"])
        let error = failure { try kept?.put([1], to: db["d"]) }
        #expect(error?.code == .invalidArgument)
        #expect(try db.verify().isEmpty)
    }
}
