import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("The metadata of a database itself")
struct DatabaseMetadataTests {
    @Test("It is a JSON object in .dirdb.json, and no entry")
    func file() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"))
        #expect(try db.meta == [:] && directory.names() == ["db"])
        try db.updateMeta { $0.description = "Sweep" }
        #expect(try directory.text("db/.dirdb.json") == "{\"description\": \"Sweep\"}")
        #expect(try db.meta.description == "Sweep")
        #expect(try Array(db.entries(withoutData: true)).isEmpty && db.verify().isEmpty)
        #expect(try db.recover().removedTemporaries == 0)
        #expect(try directory.names() == ["db", "db/.dirdb.json", "db/.dirdb.lock"])
        try db.updateMeta { $0 = [:] }
        #expect(try directory.names() == ["db", "db/.dirdb.lock"])
    }

    @Test("A sub-database has its own")
    func subdatabase() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"))
        let sub = try db.subdatabase("sub")
        try db.updateMeta { $0.k = 1 }
        try sub.updateMeta { $0.k = 2 }
        #expect(try db.meta == ["k": 1] && sub.meta == ["k": 2])
        #expect(try sub.id == nil)
    }

    @Test("Changes of several processes at once are all there")
    func processes() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(of: "db")
        let workers = try (0..<4).map { _ in
            try Executable.start("dirdb-test-worker", ["describe", path, "50"])
        }
        for worker in workers { worker.waitUntilExit() }
        let db = try Database(path)
        #expect(try db.meta == ["count": 200])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A process killed at any moment leaves the old or the new, and nothing that recover does not remove")
    func killed() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(of: "db")
        let db = try Database(path)
        try db.updateMeta { $0.count = 0 }
        var last: Int64 = 0
        for round in 0..<30 {
            let worker = try Executable.start("dirdb-test-worker", ["describe", path, "1000000"])
            // However slow the machine is, it dies while it writes.
            while worker.isRunning, try db.meta.count.asInt == last { usleep(500) }
            usleep(UInt32(round) * 300)
            kill(worker.processIdentifier, SIGKILL)
            worker.waitUntilExit()
            let count = try #require(try db.meta.count.asInt)
            #expect(count >= last)
            last = count
        }
        #expect(last >= 30)
        _ = try db.recover()
        #expect(try db.verify().isEmpty)
        #expect(try directory.names() == ["db", "db/.dirdb.json", "db/.dirdb.lock"])
    }

    @Test(
        "A file that is damaged is told with its path, and replaced on request only",
        arguments: ["", "{", "[1]", "5", "{\"id\": \"\u{0}\"}", String(repeating: "[", count: 100_000)])
    func damaged(text: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(text, to: "db/.dirdb.json")
        let db = try Database(directory.path(of: "db"))
        for body in [{ _ = try db.meta }, { try db.updateMeta { $0.k = 1 } }, { try db.assignID() }] {
            #expect(errorCode(of: body) == .damagedMetadata)
        }
        #expect(try directory.text("db/.dirdb.json") == text)
        #expect(try db.verify().isEmpty)
        try db.replaceMeta(with: ["k": 1])
        #expect(try db.meta == ["k": 1])
    }

    @Test("A link, a directory and a fifo in its place are not followed, read or replaced", arguments: 0..<3)
    func obstacle(kind: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"))
        let place = directory.path(of: "db/.dirdb.json")
        try directory.write("{\"id\": \"x\"}", to: "outside")
        let results = [
            { symlink(directory.path(of: "outside"), place) }, { mkdir(place, 0o777) },
            { mkfifo(place, 0o666) },
        ].map { $0 }
        try #require(results[kind]() == 0)
        #expect(errorCode { _ = try db.meta } == .notRegular)
        #expect(errorCode { try db.updateMeta { $0.k = 1 } } == .notRegular)
        #expect(errorCode { try db.replaceMeta(with: ["k": 1]) } == .notRegular)
        #expect(try directory.text("outside") == "{\"id\": \"x\"}")
    }

    @Test("What is no object is refused, and a body that throws changes nothing")
    func refused() throws {
        struct Failure: Error {}
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"))
        try db.updateMeta { $0.k = 1 }
        #expect(errorCode { try db.replaceMeta(with: [1]) } == .invalidArgument)
        let strict = try Database(directory.path(of: "db"), strictJSON: true)
        #expect(errorCode { try strict.updateMeta { $0.k = .real(.nan) } } == .invalidArgument)
        #expect(throws: Failure.self) {
            try db.updateMeta { (meta) throws in
                meta.k = 2
                throw Failure()
            }
        }
        #expect(
            errorCode { try db.updateMeta { _ in try db.updateMeta { $0.k = 3 } } } == .wouldDeadlock)
        #expect(try db.meta == ["k": 1])
        #expect(try directory.names() == ["db", "db/.dirdb.json", "db/.dirdb.lock"])
    }

    @Test("A database opened read-only is read, and not changed")
    func readOnly() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"))
        let id = try db.assignID()
        let closed = try Database(directory.path(of: "db"), .readOnly)
        #expect(try closed.id == id && closed.assignID() == id)
        #expect(errorCode { try closed.updateMeta { $0.k = 1 } } == .readOnly)
        #expect(errorCode { try closed.assignID(replacing: true) } == .readOnly)
    }

    @Test("A replaced file keeps its permissions")
    func permissions() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"))
        try db.updateMeta { $0.k = 1 }
        try #require(chmod(directory.path(of: "db/.dirdb.json"), 0o640) == 0)
        try db.updateMeta { $0.k = 2 }
        var status = stat()
        try #require(stat(directory.path(of: "db/.dirdb.json"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
    }

    @Test("An id is assigned once, and is anew on request")
    func identifier() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"))
        #expect(try db.id == nil)
        let id = try db.assignID()
        #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(try db.id == id && db.assignID() == id)
        let new = try db.assignID(replacing: true)
        #expect(try new != id && db.id == new)
        for bad: JSON in [5, "", "a/b", ".x", nil] {
            try db.updateMeta { $0.id = bad }
            #expect(errorCode { _ = try db.id } == .damagedMetadata)
        }
    }
}
