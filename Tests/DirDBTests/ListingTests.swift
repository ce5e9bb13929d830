import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DirDB

@Suite("Listing entries")
struct ListingTests {
    private func touch(_ path: String, _ seconds: Int) throws {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
    }

    @Test("Entries come by name, time or size, here or in all sub-databases")
    func orders() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        for (name, size, time) in [("b", 3, 10), ("a", 2, 30), ("c", 1, 20)] {
            try db[name].put([UInt8](repeating: 0, count: size))
            try touch(directory.path(of: "\(name).bin"), time)
        }
        try db["sub", "deep", "d"].put([1, 2, 3, 4])
        try touch(directory.path(of: "sub/deep/d.bin"), 15)
        #expect(try db.entries(order: .name).map(\.name) == ["a", "b", "c"])
        #expect(try db.entries(order: .time).map(\.name) == ["b", "c", "a"])
        #expect(try db.entries(order: .size).map(\.name) == ["c", "a", "b"])
        #expect(try db.entries(recursive: true, order: .name).map(\.name) == ["a", "b", "c", "d"])
        #expect(try db.entries(recursive: true, order: .time).map(\.name) == ["b", "d", "c", "a"])
        #expect(try db.entries(recursive: true, order: .size).map(\.name) == ["c", "a", "b", "d"])
        #expect(try Set(db.entries(recursive: true).map(\.name)) == ["a", "b", "c", "d"])
        #expect(try db.verify().isEmpty)
    }

    @Test("Listing opens and reads no file: an unreadable or damaged one is listed")
    func opensNothing() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], meta: ["k": 1])
        try directory.write("{", to: "a.json")
        let names = try failing(.read, EIO) { () throws in try db.entries(order: .time).map(\.name) }
        #expect(names == ["a"])
        let path = directory.path(of: "a.json")
        let error = failure { () throws in _ = try db["a"].meta }
        #expect(error?.code == .damagedMetadata)
        #expect(error?.path == path)
        #expect(try db["a"].bytes() == [1])
        #expect(try db.verify().map(\.kind) == [.damaged])
    }

    @Test("Hidden files, foreign names, directories, links and fifos are not listed")
    func ignored() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        for name in [".hidden.npy", ".git/config", ".a.0123456789abcdef.npy.tmp", "\u{9B}x.npy"] {
            try directory.write("x", to: name)
        }
        try directory.place(.directory, at: "directory.npy")
        try directory.place(.fifo, at: "fifo.npy")
        try directory.place(.link, at: "link.npy")
        try directory.place(.dangling, at: "dangling.npy")
        #expect(try db.entries(recursive: true, withoutData: true).map(\.name) == ["a"])
        #expect(try db.subdatabases().map(\.path) == [directory.path(of: "directory.npy")])
    }

    @Test("A file whose name is not UTF-8 is skipped by listings and reported by verify")
    func notUTF8() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        let path = directory.path.utf8.map(CChar.init(bitPattern:)) + [0x2F, -1, -2, 0]
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o666)
        try #require(descriptor >= 0)
        close(descriptor)
        #expect(try db.entries(order: .name).map(\.name) == ["a"])
        #expect(try db.verify().map(\.kind) == [.foreignFile])
        _ = try db.recover()
        unlink(path)
    }

    @Test("Metadata without data is an entry only on request, and once")
    func withoutData() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], meta: ["k": 1])
        try db["m"].updateMeta { $0.k = 2 }
        #expect(try db.entries().map(\.name) == ["a"])
        #expect(try db.entries(order: .name, withoutData: true).map(\.name) == ["a", "m"])
        #expect(try !db["m"].exists && !db.contains("m") && db.contains("a"))
        #expect(
            failure { () throws in _ = try db["m"].bytes() }
                == DirDBError(
                    .notFound, path: directory.path(of: "m"),
                    "the entry \(directory.path(of: "m")) has metadata but no data",
                    remedy: "put the data first"))
        #expect(try db.verify().map(\.kind) == [.metadataWithoutData])
    }

    @Test("Two data files of one name are listed twice, and each item reads its own")
    func twice() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try directory.write("n", to: "a.npy")
        try directory.write("p", to: "a.pickle")
        try directory.write("{}", to: "a.json")
        let entries = try Array(db.entries(order: .name, withoutData: true))
        #expect(entries.map(\.name) == ["a", "a"])
        #expect(try Set(entries.map { try $0.bytes() }) == [Array("n".utf8), Array("p".utf8)])
    }

    @Test("Entries and sub-databases that vanish or appear while iterating are no error")
    func vanishing() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        for index in 0..<50 { try db["sub\(index % 5)", "e\(index)"].put([1]) }
        for (order, doomed) in [(Database.Order.unsorted, "sub2"), (.name, "sub3")] {
            let entries = try db.entries(recursive: true, order: order)
            var seen = 0
            while let entry = entries.next() {
                seen += 1
                if seen == 1 {
                    try FileManager.default.removeItem(atPath: directory.path(of: doomed))
                    try db["sub4", "new\(order)"].put([1])
                }
                if try entry.exists { #expect(try entry.bytes() == [1]) }
            }
            #expect(entries.failures.isEmpty)
            #expect(seen >= 30)
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Thousands of names are listed by one call, which shows one state of the directory")
    func oneCall() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        for number in 0..<5_000 {
            #expect(
                FileManager.default.createFile(
                    atPath: directory.path(of: "entry-\(number).npy"), contents: nil))
        }
        let calls = Atomic(0)
        let count = try SystemCall.$observer.withValue(
            { call in
                if call.name == .list { calls.wrappingAdd(1, ordering: .relaxed) }
                return .proceed
            }, operation: { try db.entries().count { _ in true } })
        // The second tells the end.
        let made = calls.load(ordering: .relaxed)
        #expect(count == 5_000 && made == 2)
    }

    @Test("A directory that fails while it is listed is left, and the sequence tells why")
    func failingDirectory() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        let entries = try db.entries()
        failing(.list, EIO) { #expect(entries.next() == nil) }
        #expect(entries.failures.map(\.errno) == [EIO])
        #expect(entries.next() == nil)
        #expect(failure { () throws in try failing(.open, EIO) { try _ = db.entries() } }?.errno == EIO)
    }

    @Test("A sub-database whose sub-databases could not be listed is told, also when it can be read again")
    func failingOnce() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["sub", "below", "a"].put([1])
        let isFirst = Atomic(true)
        let failOnce = { @Sendable (call: SystemCall) -> SystemCall.Verdict in
            guard call.name == .open && call.file == "sub" else { return .proceed }
            return isFirst.exchange(false, ordering: .relaxed) ? .fail(EIO) : .proceed
        }
        let entries = try SystemCall.$observer.withValue(failOnce) { try db.entries(recursive: true) }
        #expect(entries.next() == nil)
        #expect(entries.failures.map(\.errno) == [EIO])
        #expect(try Array(db.entries(recursive: true)).count == 1)
    }
}
