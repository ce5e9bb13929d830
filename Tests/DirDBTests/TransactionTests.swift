import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Transactions under the lock")
struct TransactionTests {
    private struct Stop: Error {}

    @Test(
        "A body that throws changes nothing, releases the lock and leaves no temporary file",
        arguments: [true, false])
    func throwing(_ isNew: Bool) async throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        if !isNew { try entry.put([1], meta: ["k": 1]) }
        let before = try directory.names()
        #expect(throws: Stop.self) {
            try entry.withLock { (locked) throws in
                try locked.put([2], as: RawBytes("dat"))
                locked.meta.k = 2
                throw Stop()
            }
        }
        await #expect(throws: Stop.self) {
            try await entry.withLock { (locked) async throws in
                try locked.put([2])
                await Task.yield()
                if !isNew { try locked.delete() }
                throw Stop()
            }
        }
        #expect(try directory.names() == (isNew ? ["a.lock"] : before))
        try entry.withLock(timeout: .seconds(20)) { (locked) throws in
            #expect(try locked.exists == !isNew)
            #expect(locked.meta == (isNew ? [:] : ["k": 1]))
        }
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Reads in the body see what is staged; everybody else sees the old pair until it returns")
    func staging() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        try entry.withLock { (locked) throws in
            try locked.put([2, 2])
            locked.meta.k = 2
            #expect(locked.name == "a")
            #expect(try locked.exists)
            #expect(try locked.bytes() == [2, 2])
            #expect(try locked.get([UInt8].self) == [2, 2])
            #expect(try locked.info().bytes == 2)
            #expect(locked.meta == ["k": 2])
            #expect(try entry.bytes() == [1])
            #expect(try entry.meta == ["k": 1])
            #expect(try locked.entry.bytes() == [1])
            try locked.put([3], as: RawBytes("dat"))
            #expect(try locked.get(as: RawBytes("dat")) == [3])
            #expect(try directory.names().filter { $0.hasSuffix(".tmp") }.count == 1)
        }
        #expect(try entry.bytes() == [3])
        #expect(try directory.names() == ["a.dat", "a.json", "a.lock"])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A staged deletion is seen in the body, and by others when it returns")
    func deletion() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        try entry.withLock { (locked) throws in
            try locked.delete()
            #expect(try !locked.exists)
            #expect(locked.meta == [:])
            #expect(failure { () throws in _ = try locked.bytes() }?.code == .notFound)
            #expect(try entry.bytes() == [1])
        }
        #expect(try directory.names() == ["a.lock"])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Delete, then put, starts with empty metadata and removes the old file")
    func deleteThenPut() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], as: RawBytes("dat"), meta: ["k": 1])
        try entry.withLock { (locked) throws in
            try locked.delete()
            try locked.put([2])
            #expect(try locked.bytes() == [2])
        }
        #expect(try directory.names() == ["a.bin", "a.lock"])
        try entry.withLock { (locked) throws in
            try locked.delete()
            try locked.put([3])
            locked.meta.l = 1
        }
        #expect(try entry.meta == ["l": 1])
        try entry.withLock { (locked) throws in
            try locked.put([4])
            try locked.delete()
        }
        #expect(try directory.names() == ["a.lock"])
        try entry.withLock { (locked) throws in
            try locked.put([5])
            try locked.delete()
        }
        #expect(try directory.names() == ["a.lock"])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A shared lock refuses every change by a sentence")
    func shared() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        let expected = DirDBError(
            .readOnly, path: entry.path, "\(entry.path) cannot be changed under a shared lock",
            remedy: "take the exclusive one")
        #expect(failure { () throws in try entry.withLock(.shared) { try $0.put([2]) } } == expected)
        #expect(failure { () throws in try entry.withLock(.shared) { try $0.delete() } } == expected)
        #expect(failure { () throws in try entry.withLock(.shared) { $0.meta.k = 2 } } == expected)
        #expect(failure { () throws in try entry.withLock(.shared) { $0.meta = [:] } } == expected)
        #expect(try entry.withLock(.shared) { try $0.bytes() } == [1])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        #expect(try entry.meta == ["k": 1])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Metadata is read after the lock was taken: what another program wrote before is kept")
    func reread() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        try directory.write(#"{"theirs": 1}"#, to: "a.json")
        try entry.withLock { $0.meta.ours = 2 }
        #expect(try entry.meta == ["theirs": 1, "ours": 2])
        let lock = try directory.lock("a.lock")
        let waiter = Thread { [entry] in try? entry.updateMeta { $0.late = 3 } }
        waiter.start()
        try directory.write(#"{"changed": 1}"#, to: "a.json")
        _ = consume lock
        while !waiter.isFinished { usleep(1000) }
        #expect(try entry.meta == ["changed": 1, "late": 3])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("What a file system tells only at the close of a file is an error before anything is visible")
    func failingClose() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        let error = failing(.close, EDQUOT) {
            failure { () throws in try entry.put([2], meta: ["k": 2]) }
        }
        #expect(error?.code == .noSpace && error?.message.contains(".bin.tmp") == true)
        #expect(try entry.bytes() == [1] && entry.meta == ["k": 1])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
    }

    @Test("On a full disk an entry with metadata can be removed, with no room for a record")
    func deletionOnFullDisk() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, dumpers: [])
        for name: SystemCall.Name in [.symlink, .open] {
            let entry = try db["a"]
            try entry.put([1], meta: ["k": 1])
            try SystemCall.$observer.withValue(
                { call in
                    let isRecord = call.file?.hasSuffix(".intent") == true && call.name == name
                    if isRecord { return .fail(ENOSPC) }
                    // Where there are no links the record is a file.
                    return call.name == .symlink ? .fail(EPERM) : .proceed
                },
                operation: { try entry.delete() })
            #expect(try directory.names() == ["a.lock"], "\(name)")
        }
    }

    @Test(
        "A commit that fails leaves nothing, and one that fails late says that the next access completes it")
    func failingCommit() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        let early = failing(.rename, EIO) {
            failure { () throws in try entry.put([2], meta: ["k": 2]) }
        }
        #expect(early?.errno == EIO)
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        let late = failing(.rename, ENOSPC, on: ".json.tmp") {
            failure { () throws in try entry.put([2], meta: ["k": 2]) }
        }
        #expect(late?.code == .noSpace)
        #expect(
            late?.message.hasSuffix(
                "; the change was under way and is completed by the next access to the entry") == true)
        #expect(try entry.meta == ["k": 2])
        #expect(try entry.bytes() == [2])
        #expect(try entry.database.verify().isEmpty)
    }
}
