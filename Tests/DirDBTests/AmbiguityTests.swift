import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Several data files of one name")
struct AmbiguityTests {
    private func prepare(_ directory: borrowing TemporaryDirectory, _ formats: [String]) throws -> Database {
        for format in formats { try directory.write(format, to: "a.\(format)") }
        try directory.write(#"{"k": 1}"#, to: "a.json")
        return try directory.database()
    }

    @Test("Access without a format is an error that names both files")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory, ["pickle", "bin"])
        let entry = try db["a"]
        let expected = DirDBError(
            .ambiguousFormat, path: entry.path,
            "the entry \(entry.path) has several data files, a.bin and a.pickle",
            remedy: "name the format to use, or delete the one that is not wanted")
        #expect(failure { () throws in _ = try entry.bytes() } == expected)
        #expect(failure { () throws in _ = try entry.info() } == expected)
        #expect(failure { () throws in _ = try entry.withLock { try $0.bytes() } } == expected)
        #expect(failure { () throws in try entry.delete() } == expected)
        #expect(failure { () throws in try entry.rename(to: db["b"]) } == expected)
        #expect(failure { () throws in try entry.copy(to: db["b"]) } == expected)
        #expect(try entry.exists)
        #expect(try entry.meta == ["k": 1])
        #expect(try entry.withLock { $0.meta } == ["k": 1])
        #expect(try directory.names().filter { !$0.hasSuffix(".lock") } == ["a.bin", "a.json", "a.pickle"])
    }

    @Test(
        "A file of an unknown format is not replaced unless that is asked for, though nobody has locked its name"
    )
    func unlocked() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        for source in ["a", "c", "d"] { try db[source].put([1], meta: ["k": 1]) }
        try directory.write("precious", to: "b.dat")
        #expect(failure { () throws in try db["a"].rename(to: db["b"]) }?.code == .alreadyExists)
        unlink(directory.path(of: "b.lock"))
        #expect(failure { () throws in try db["a"].copy(to: db["b"]) }?.code == .alreadyExists)
        unlink(directory.path(of: "b.lock"))
        #expect(try db["b"].bytes() == Array("precious".utf8) && db["a"].bytes() == [1])
        try db["a"].copy(to: db["b"], replacing: true)
        try directory.write("precious", to: "e.dat")
        try db["c"].rename(to: db["e"], replacing: true)
        try directory.write("precious", to: "f.dat")
        try db["d"].withLock {
            try $0.delete()
            $0.meta = ["only": true]
        }
        try db["d"].copy(to: db["f"], replacing: true)
        #expect(
            try directory.names().filter { !$0.hasSuffix(".lock") }
                == ["a.bin", "a.json", "b.bin", "b.json", "d.json", "e.bin", "e.json", "f.json"])
    }

    @Test("Naming the format is the way out, for reading, by a dumper and under the lock")
    func wayOut() throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory, ["pickle", "bin"])
        let pickle = try db["a"].format("pickle")
        #expect(try pickle.bytes() == Array("pickle".utf8))
        #expect(try pickle.info().format == "pickle")
        #expect(try db["a"].get([UInt8].self) == Array("bin".utf8))
        #expect(try db["a"].get(as: RawBytes("pickle")) == Array("pickle".utf8))
        #expect(try db["a"].withLock { try $0.get(as: RawBytes("pickle")) } == Array("pickle".utf8))
        #expect(try pickle.withLock { try $0.bytes() } == Array("pickle".utf8))
        #expect(try db["a"].format("npy").exists == false)
        #expect(
            failure { () throws in _ = try db["a"].format("npy").bytes() }?.message
                == "there is no entry \(directory.path(of: "a.npy")); list the database to see its entries")
        try pickle.delete()
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        #expect(try db["a"].bytes() == Array("bin".utf8))
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Deleting a listed entry of an unknown extension deletes that file, and keeps the metadata for the other"
    )
    func deleteListed() throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory, ["bin", "hoc"])
        let listed = try #require(try db.entries().first { try $0.info().format == "hoc" })
        try listed.delete()
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test("Deleting an entry confined to a format that it does not have deletes nothing")
    func deleteConfined() throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory, ["bin"])
        for format in ["npy", "hoc", ""] {
            #expect(failure { () throws in try db["a"].format(format).delete() }?.code == .notFound)
        }
        #expect(try db["a"].bytes() == Array("bin".utf8))
        try db["a"].format("bin").delete()
        #expect(try directory.names() == ["a.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A change of format removes the old file in the same commit", arguments: [nil, ["k": 2]] as [JSON?])
    func changeOfFormat(_ meta: JSON?) throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory, ["pickle"])
        try db["a"].put([1], meta: meta)
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        try db["a"].put([2], as: RawBytes("hoc"))
        try db["a"].put([3], as: RawBytes("dat"))
        #expect(try directory.names() == ["a.dat", "a.json", "a.lock"])
        #expect(try db["a"].bytes() == [3])
        #expect(try db["a"].meta == meta ?? ["k": 1])
        #expect(try db.verify().isEmpty)
    }

    @Test("A change of format that begins after the look for its record shows one version, not two files")
    func changeMeanwhile() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database(dumpers: [RawBytes("dat")])
        try directory.write("new", to: "a.dat")
        let new = try #require(try ContentIdentity.current("a.dat", in: db.openDirectory()))
        try directory.write("old", to: "a.dat")
        let old = try #require(try ContentIdentity.current("a.dat", in: db.openDirectory()))
        let changes = [
            Step.replace("bin", new: new), .remove("dat", old: old),
        ]
        let record = Record(id: CommitID(), steps: changes).text
        // The writer gets as far as its first rename between two looks of the reader.
        let observer = { @Sendable [path = directory.path] (call: SystemCall) -> SystemCall.Verdict in
            if call.name == .stat && call.file == "a.bin" && access("\(path)/a.bin", F_OK) != 0 {
                symlink(record, "\(path)/.a.intent")
                try? "new".write(toFile: "\(path)/a.bin", atomically: false, encoding: .utf8)
            }
            return .proceed
        }
        let bytes = try SystemCall.$observer.withValue(observer) { () throws in try db["a"].bytes() }
        #expect(bytes == Array("new".utf8))
        #expect(try directory.names() == ["a.bin", "a.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test("A reader that meets a change of format in the middle sees one version, not two files")
    func readerDuringChange() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database(dumpers: [RawBytes("dat")])
        let entry = try db["a"]
        try entry.put([1], as: RawBytes("dat"))
        let writer = Thread { [entry] in
            for _ in 0..<300 {
                try? entry.put([1])
                try? entry.put([1], as: RawBytes("dat"))
            }
        }
        writer.start()
        while !writer.isFinished {
            #expect(try entry.bytes() == [1])
            #expect(try entry.exists)
        }
        #expect(try db.verify().isEmpty)
    }
}
