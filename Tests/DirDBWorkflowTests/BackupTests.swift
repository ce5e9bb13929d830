import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct BackupTests {
    private func setTime(of path: String, to time: FileTime) throws {
        let times = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        try #require(utimensat(AT_FDCWD, path, [times, times], 0) == 0)
    }

    @Test("A backup has every entry, data and metadata, and the source is not touched")
    func copies() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        try directory.write(#"{"id": "q"}"#, to: "db/.dirdb.json")
        let before = try DiskImage(db.path)
        let report = try Backup.run(from: db.path, to: directory.path(of: "copy"))
        #expect(report.items(.copied).count == 7 && report.items.count == 7 && report.failures.isEmpty)
        let copy = try directory.database("copy")
        #expect(try DatabaseState(copy) == DatabaseState(db))
        #expect(try directory.text("copy/.dirdb.json") == #"{"id": "q"}"#)
        #expect(try DiskImage(db.path) == before)
        #expect(try copy.verify().map(\.kind) == [.metadataWithoutData])
        let restored = try Backup.run(from: copy.path, to: directory.path(of: "restored"))
        #expect(restored.items(.copied).count == 7)
        #expect(try DatabaseState(directory.database("restored")) == DatabaseState(db))
    }

    @Test("Names of the same letters in other bytes are two entries, in backups, merges and removals")
    func names() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        // With its accent, and the two apart; Swift takes them for equal.
        let (one, two) = ("\u{E9}", "e\u{301}")
        try db[one].put(NDArray([1]))
        try db[two].put(NDArray([2]))
        try Backup.run(from: db.path, to: directory.path(of: "copy"))
        try db[one].delete()
        #expect(try Backup.run(from: db.path, to: directory.path(of: "copy")).items(.kept).count == 1)
        var options = BackupOptions()
        options.deletesOthers = true
        let report = try Backup.run(from: db.path, to: directory.path(of: "copy"), options: options)
        #expect(report.items(.removed).count == 1)
        let copy = try directory.database("copy")
        #expect(try !copy[one].exists && copy[two].get() == NDArray([2]))
        try copy[one].put(NDArray([1]))
        #expect(try Merge.run(from: copy.path, into: db.path).items(.copied).count == 1)
        #expect(try db[one].get() == NDArray([1]))
        let removed = try db.removeEntries { $0.utf8.elementsEqual(two.utf8) }
        #expect(try removed.items.count == 1 && db[one].exists)
    }

    @Test("What has not changed is not copied again; changed data or metadata is")
    func incremental() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let copy = directory.path(of: "copy")
        try Backup.run(from: db.path, to: copy)
        let numbers = try directory.fileNumbers("copy")
        let second = try Backup.run(from: db.path, to: copy)
        #expect(second.items(.unchanged).count == 7 && second.items.count == 7)
        #expect(try directory.fileNumbers("copy") == numbers)
        // Of the same size.
        try db["a"].put(NDArray([1.0, 2, 4]))
        try db["b"].updateMeta { $0.epoch = 3 }
        try db["cell"].put(Array("csv".utf8), as: RawBytes("txt"))
        try db["sub", "z"].updateMeta { $0.note = "new" }
        try db["sub", "e\u{301} *"].replaceMeta(with: [:])
        let third = try Backup.run(from: db.path, to: copy)
        #expect(third.items(.replaced).map(\.key) == ["a", "b", "cell", "sub/e\u{301} *", "sub/z"])
        #expect(third.items(.unchanged).count == 2)
        // Of metadata that has changed alone no data is copied.
        let after = try directory.fileNumbers("copy")
        for file in ["b.npy", "sub/z.npy"] { #expect(after[file] == numbers[file], "\(file)") }
        #expect(try DatabaseState(directory.database("copy")) == DatabaseState(db))
    }

    @Test("Data as young as the clock's tick is copied again, since another version may have its time")
    func young() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["a"].put(NDArray([1.0]))
        // It stays young, however long the backup takes.
        try directory.age("db", seconds: -3600)
        let copy = directory.path(of: "copy")
        try Backup.run(from: db.path, to: copy)
        // What the next tick would hide: another version of the same size and time.
        let time = try db["a"].info().modified
        // Nor may it have the time of the next version, which is written as soon as the copy is made.
        #expect(try directory.database("copy")["a"].info().modified < time)
        try db["a"].put(NDArray([2.0]))
        try setTime(of: directory.path(of: "db/a.npy"), to: time)
        #expect(try Backup.run(from: db.path, to: copy).items(.replaced).count == 1)
        #expect(try directory.database("copy")["a"].get() == NDArray([2.0]))
    }

    @Test("Verifying names an unchanged entry whose bytes differ, and overwrites neither")
    func verifies() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let copy = directory.path(of: "copy")
        var options = BackupOptions()
        options.verifies = true
        #expect(try Backup.run(from: db.path, to: copy, options: options).failures.isEmpty)
        let handle = try #require(FileHandle(forWritingAtPath: "\(copy)/a.npy"))
        try handle.seek(toOffset: 130)
        try handle.write(contentsOf: Data([77]))
        try handle.close()
        try setTime(of: "\(copy)/a.npy", to: db["a"].info().modified)
        let damaged = try DiskImage(copy).contents
        #expect(try Backup.run(from: db.path, to: copy).failures.isEmpty)
        let failures = try Backup.run(from: db.path, to: copy, options: options).failures
        #expect(failures.map(\.code) == [.damagedData] && failures[0].path == "\(copy)/a")
        #expect(try DiskImage(copy).contents == damaged)
    }

    @Test(
        "Many entries of an unknown format are copied without a listing for each; several files of one name are told"
    )
    func opaqueEntries() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        for number in 0..<60 { try directory.write("\(number)", to: "db/cell-\(number).hoc") }
        let listings = Shared(0)
        let report = try SystemCall.$observer.withValue(
            { call in
                if call.name == .list { listings.change { $0 += 1 } }
                return .proceed
            }, operation: { try Backup.run(from: db.path, to: directory.path(of: "copy")) })
        #expect(report.items(.copied).count == 60 && report.failures.isEmpty)
        #expect(listings.current < 20)
        try directory.write("other", to: "db/cell-7.swc")
        let again = try Backup.run(from: db.path, to: directory.path(of: "copy2"))
        #expect(again.items(.copied).count == 59 && again.failures.map(\.code) == [.ambiguousFormat])
    }

    @Test("A copy that is read back with other bytes is dropped")
    func verifiesCopies() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["a"].put([UInt8](repeating: 7, count: 3 << 20))
        let copy = directory.path(of: "copy")
        var options = BackupOptions()
        options.verifies = true
        // A file system that gives nothing of what it has.
        let report = try SystemCall.$observer.withValue(
            { $0.name != .list && [8 << 20, 1 << 20].contains($0.byteCount) ? .skip : .proceed },
            operation: { try Backup.run(from: db.path, to: copy, options: options) })
        #expect(report.failures.map(\.code) == [.damagedData])
        #expect(try directory.names().filter { $0.hasPrefix("copy/") } == ["copy/a.lock"])
    }

    @Test("Entries that the source does not have are kept, or removed when that is asked for")
    func deletes() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let copy = try directory.database("copy")
        try Backup.run(from: db.path, to: copy.path)
        try db["a"].delete()
        try db["sub", "deep", "x"].delete()
        #expect(try Backup.run(from: db.path, to: copy.path).items(.kept).map(\.key) == ["a", "sub/deep/x"])
        var options = BackupOptions()
        options.deletesOthers = true
        options.isDryRun = true
        let dry = try Backup.run(from: db.path, to: copy.path, options: options)
        #expect(try dry.items(.removed).count == 2 && copy["a"].exists)
        options.isDryRun = false
        let report = try Backup.run(from: db.path, to: copy.path, options: options)
        #expect(report.items(.removed).map(\.key) == ["a", "sub/deep/x"])
        #expect(report.items(.pruned).map(\.key) == ["sub/deep"])
        #expect(try DatabaseState(copy) == DatabaseState(db))
    }

    @Test("Nothing is removed when part of the source cannot be read, or all of it is gone")
    func deletesNothingUnknown() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let copy = try directory.database("copy")
        try Backup.run(from: db.path, to: copy.path)
        let state = try DatabaseState(copy)
        var options = BackupOptions()
        options.deletesOthers = true
        let report = try SystemCall.$observer.withValue(
            { $0.name == .open && $0.file == "deep" ? .fail(EACCES) : .proceed },
            operation: { try Backup.run(from: db.path, to: copy.path, options: options) })
        #expect(report.failures.filter { $0.code == .permissionDenied }.count == 1)
        #expect(report.items(.removed).isEmpty)
        let empty = try directory.database("empty")
        let other = try Backup.run(from: empty.path, to: copy.path, options: options)
        #expect(other.failures.map(\.code) == [.invalidArgument] && other.items.isEmpty)
        #expect(try DatabaseState(copy) == state)
    }

    @Test("Metadata alone never replaces data")
    func losesNoData() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let copy = try directory.database("copy")
        try copy["note"].put(NDArray([1.0]))
        let report = try Backup.run(from: db.path, to: copy.path)
        #expect(report.items(.kept).map(\.key) == ["note"])
        #expect(try copy["note"].get() == NDArray([1.0]))
    }

    @Test("A skeleton has the metadata and what headers tell, and does not replace data")
    func skeleton() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let skeleton = try directory.database("skeleton")
        var options = BackupOptions()
        options.isSkeleton = true
        #expect(try Backup.run(from: db.path, to: skeleton.path, options: options).items(.copied).count == 7)
        #expect(try skeleton.keys == db.keys)
        let meta = try skeleton["a"].meta
        #expect(
            meta.epoch == 1 && meta["_skeleton"]["shape"] == [3] && meta["_skeleton"]["dtype"] == "float64")
        #expect(try !skeleton["a"].exists)
        #expect(
            try Backup.run(from: db.path, to: skeleton.path, options: options).items(.unchanged).count == 7)
        try Backup.run(from: db.path, to: directory.path(of: "copy"))
        let over = try Backup.run(from: db.path, to: directory.path(of: "copy"), options: options)
        #expect(over.failures.count == 6 && over.failures.allSatisfy { $0.code == .alreadyExists })
        try Backup.run(from: skeleton.path, to: directory.path(of: "copy"))
        #expect(try DatabaseState(directory.database("copy")) == DatabaseState(db))
    }

    @Test(
        "One database in the other, or both the same, is refused, by links too",
        arguments: [
            ("db", "db"), ("db", "db/sub"), ("db", "db/new/deep"), ("db/sub", "db"), ("db", "link/../link"),
            ("db", "db/sub/../../db"),
        ])
    func nested(source: String, destination: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path(of: "link"), withDestinationPath: db.path)
        let names = try directory.names()
        let error = failure {
            try Backup.run(from: directory.path(of: source), to: directory.path(of: destination))
        }
        #expect(error?.code == .invalidArgument)
        #expect(try directory.names() == names)
    }

    @Test("A missing source is an error and makes no destination")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let error = failure {
            try Backup.run(from: directory.path(of: "none"), to: directory.path(of: "copy"))
        }
        #expect(error?.code == .notFound)
        #expect(try directory.names().isEmpty)
    }
}
