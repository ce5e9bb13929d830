import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("The register of databases")
struct RegisterTests {
    private func move(_ directory: borrowing TemporaryDirectory, _ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: directory.path(of: from), toPath: directory.path(of: to))
    }

    @Test("A database is found where it is; when it was moved, below a folder, and then is known there")
    func moved() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "a/runs"))
        try db.updateMeta { $0.description = "Sweep" }
        let register = try DatabaseRegister(at: directory.path(of: "register"))
        let id = try register.add(db)
        #expect(try register.find(id) == db.path)
        let record = try #require(try register.record(id))
        #expect(record.path == db.path && record.description == "Sweep" && record.isPresent)
        try directory.write("x", to: "b/c/other.bin")
        try move(directory, "a/runs", "b/c/runs")
        #expect(try register.records().records.map(\.isPresent) == [false])
        #expect(errorCode { _ = try register.find(id) } == .notFound)
        #expect(errorCode { _ = try register.find(id, below: directory.path(of: "a")) } == .notFound)
        let found = try register.find(id, below: directory.path)
        #expect(found == directory.path(of: "b/c/runs"))
        #expect(try register.find(id) == found)
        #expect(try register.database.verify().isEmpty)
    }

    @Test("A copy is told, until it has an id of its own")
    func copies() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "a"))
        let register = try DatabaseRegister(at: directory.path(of: "register"))
        let id = try register.add(db)
        try FileManager.default.copyItem(atPath: db.path, toPath: directory.path(of: "b"))
        let copy = try Database(directory.path(of: "b"))
        #expect(errorCode { try register.add(copy) } == .alreadyExists)
        #expect(try register.find(id) == db.path)
        try move(directory, "a", "c")
        #expect(errorCode { _ = try register.find(id, below: directory.path) } == .alreadyExists)
        #expect(try copy.assignID(replacing: true) != id)
        try register.add(copy)
        #expect(try register.find(id, below: directory.path) == directory.path(of: "c"))
        #expect(try register.records().records.count == 2)
    }

    @Test("A search goes around what cannot be read, links, and damaged files")
    func obstacles() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "x/deep/er/runs"))
        let id = try db.assignID()
        try directory.write("{", to: "x/bad/.dirdb.json")
        try directory.write("{\"id\": 5}", to: "x/worse/.dirdb.json")
        try #require(symlink(directory.path(of: "x"), directory.path(of: "x/deep/loop")) == 0)
        try #require(mkfifo(directory.path(of: "x/fifo"), 0o666) == 0)
        let register = try DatabaseRegister(at: directory.path(of: "register"))
        #expect(try register.find(id, below: directory.path(of: "x")) == db.path)
        let error = failure { _ = try register.find("unknown", below: directory.path(of: "x")) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("could not be read, as: the metadata in ") == true, "\(error as Any)")
        #expect(errorCode { _ = try register.find("a/b") } == .invalidName)
        #expect(errorCode { _ = try register.find(id, below: directory.path(of: "none")) } == nil)
        try directory.write("", to: "register/bad.txt")
        try register.add(db)
        let (records, failures) = try register.records()
        #expect(records.map(\.id) == [id] && failures.map(\.code) == [.damagedData])
    }

    @Test("A database on read-only media is registered if it has an id")
    func readOnly() throws {
        let directory = try TemporaryDirectory()
        _ = try Database(directory.path(of: "db"))
        let register = try DatabaseRegister(at: directory.path(of: "register"))
        let closed = try Database(directory.path(of: "db"), .readOnly)
        #expect(errorCode { try register.add(closed) } == .readOnly)
        #expect(try register.records().records.isEmpty)
        try Database(directory.path(of: "db")).assignID()
        #expect(try register.add(closed) == closed.id)
    }

    @Test("A database that is found and cannot be noted is told by its path")
    func notNoted() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "a/runs"))
        let register = try DatabaseRegister(at: directory.path(of: "register"))
        let id = try register.add(db)
        try move(directory, "a", "b")
        let moved = directory.path(of: "b/runs")
        let error = #expect(throws: DirDBError.self) {
            try SystemCall.$observer.withValue(
                { $0.name == .open && $0.file?.hasSuffix(".txt.tmp") == true ? .fail(EROFS) : .proceed },
                operation: { try register.find(id, below: directory.path) })
        }
        #expect(
            error?.message.hasPrefix("the database \(id) is at \(moved), which the register could not note: ")
                == true)
        #expect(try register.find(id, below: directory.path) == moved)
    }
}
