import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("The directory of an opened database")
final class KeptDirectoryTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let db: Database

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path(of: "db")
        db = try Database(path, durability: .relaxed, dumpers: [])
    }

    @Test("It stays the database when it is renamed")
    func renamed() throws {
        try db["a"].put([1])
        try #require(rename(path, directory.path(of: "moved")) == 0)
        #expect(try db["a"].bytes() == [1])
        try db["b"].put([2])
        #expect(FileManager.default.fileExists(atPath: directory.path(of: "moved/b.bin")))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("When it was removed and made again, it must be opened again, and every access says so")
    func madeAgain() throws {
        try db["a"].put([1])
        try FileManager.default.removeItem(atPath: path)
        #expect(failure { () throws in _ = try db["a"].exists }?.code == .notFound)
        #expect(failure { () throws in try db["a"].put([1]) }?.code == .notFound)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let accesses: [() throws -> Void] = [
            { try self.db["a"].put([2]) }, { _ = try self.db["a"].bytes() }, { _ = try self.db["a"].meta },
            { _ = try self.db["a"].inspect() }, { _ = try self.db.entries() }, { try self.db["a"].delete() },
        ]
        for access in accesses {
            let error = failure { () throws in try access() }
            #expect(error?.code == .notFound && error?.message.contains("open it again") == true)
        }
        let again = try Database(path, durability: .relaxed, dumpers: [])
        try again["a"].put([2])
        #expect(try again["a"].bytes() == [2])
    }

    @Test("Entries and sub-databases need no further descriptor for it")
    func descriptors() throws {
        func count() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        let before = try count()
        let entries = try (0..<500).map { try db["sub\($0)", "a"] }
        for entry in entries.prefix(20) { try entry.put([1]) }
        #expect(try count() < before + 100)
    }
}
