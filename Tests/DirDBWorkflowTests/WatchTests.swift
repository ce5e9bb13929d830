import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Watching a database", .timeLimit(.minutes(120)))
struct WatchTests {
    @Test(
        "Each commit is one change, of data and metadata together; other files are none",
        arguments: [false, true])
    func kinds(isPolling: Bool) async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let changes = try db.changes(polling: isPolling ? .milliseconds(1) : nil)
        var log = ChangeLog(changes, db)
        try db["a"].put([1])
        #expect(try await log.next(isPolling) == ["new a.bin"])
        try db["a"].put([2], meta: ["k": 1])
        #expect(try await log.next(isPolling) == ["replaced a.bin"])
        try db["a"].updateMeta { $0.k = 2 }
        #expect(try await log.next(isPolling) == ["metadata a.bin"])
        try db["a"].put([3], as: RawBytes("dat"))
        #expect(try await log.next(isPolling) == ["replaced a.dat"])
        try db["a"].rename(to: db["b"])
        #expect(try await log.next(isPolling) == ["new b.dat", "removed a"])
        try db["b"].delete()
        #expect(try await log.next(isPolling) == ["removed b"])
        try db["m"].replaceMeta(with: ["only": true])
        #expect(try await log.next(isPolling) == ["metadata m"])
        // Not entries: links, hidden files, locks, failed puts, changes in sub-databases.
        try FileManager.default.createSymbolicLink(
            atPath: directory.path(of: "link.bin"), withDestinationPath: directory.path(of: "m.json"))
        try directory.write("x", to: ".hidden")
        #expect(throws: CancellationError.self) {
            try db["c"].put(format: "bin") { sink in
                try sink.write([1])
                throw CancellationError()
            }
        }
        try db["sub", "x"].put([1])
        #expect(try await log.next(isPolling) == [])
        #expect(try db.verify().map(\.kind) == [.foreignFile, .metadataWithoutData])
    }

    @Test(
        "While the record of a commit is there nothing of it is told, be it a link or a file",
        arguments: [false, true], [false, true])
    func record(isPolling: Bool, isLink: Bool) async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        func record(_ name: String) throws {
            if isLink {
                try #require(symlink("1\trecord", directory.path(of: name)) == 0)
            } else {
                try directory.write("1\trecord\n", to: name)
            }
        }
        // One is there from the beginning, one comes later.
        try record(".a.intent")
        try directory.write("x", to: "a.bin")
        var log = ChangeLog(try db.changes(polling: isPolling ? .milliseconds(1) : nil), db)
        try record(".b.intent")
        for name in ["a.bin", "a.json", "b.bin", "b.json"] { try directory.write("{}", to: name) }
        #expect(try await log.next() == [])
        try FileManager.default.removeItem(atPath: directory.path(of: ".b.intent"))
        #expect(try await log.next() == ["new b.bin"])
        try FileManager.default.removeItem(atPath: directory.path(of: ".a.intent"))
        #expect(try await log.next().count == 1)
        #expect(try db.verify().isEmpty)
    }

    @Test("A sub-database that takes the place of a watched one is watched")
    func renamedOver() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        try db["new", "a"].put([1])
        _ = try db.subdatabase("final")
        var log = ChangeLog(try db.changes(recursive: true), db)
        #expect(rename(directory.path(of: "new"), directory.path(of: "final")) == 0)
        #expect(try await log.next(true) == ["new final/a.bin", "removed new/a"])
        // The end of the replaced one's watch may come late.
        for number in 0..<3 {
            try db["final", "b\(number)"].put([2])
            #expect(try await log.next() == ["new final/b\(number).bin"])
        }
    }

    @Test(
        "The watch of a database that was replaced, by one of its name, ends with an error",
        arguments: [false, true])
    func replacedRoot(isMoved: Bool) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(of: "db")
        let db = try Database(path, durability: .relaxed)
        let begun = isMoved ? nil : try db.changes()
        if isMoved {
            #expect(rename(path, directory.path(of: "moved")) == 0)
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
        try Database(path, durability: .relaxed)["x"].put([1])
        let error = await #expect(throws: DirDBError.self) {
            for try await _ in try begun ?? db.changes() {
                Issue.record("a change of another database is told")
            }
        }
        #expect(error?.code == .notFound)
    }

    @Test("A file that got its name by a hard link is told")
    func hardLinks() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        try directory.write("x", to: "elsewhere/a.bin")
        var log = ChangeLog(try db.changes(), db)
        #expect(Glibc.link(directory.path(of: "elsewhere/a.bin"), directory.path(of: "a.bin")) == 0)
        #expect(try await log.next() == ["new a.bin"])
    }

    @Test("A file that another program writes in place is told when it is closed")
    func inPlace() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        var log = ChangeLog(try db.changes(), db)
        let file = directory.path(of: "a.pickle")
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        #expect(try await log.next() == ["new a.pickle"])
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data("half".utf8))
        #expect(try await log.next() == [])
        try handle.close()
        #expect(try await log.next() == ["replaced a.pickle"])
        try FileManager.default.removeItem(atPath: file)
        #expect(try await log.next() == ["removed a"])
        #expect(try db.verify().isEmpty)
    }

    @Test("Existing entries are told first, in order, where that is asked for")
    func existing() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        for name in ["c", "a", "b"] { try db[name].put([1], meta: ["k": 1]) }
        try db["m"].replaceMeta(with: ["only": true])
        var log = ChangeLog(try db.changes(includingExisting: true), db)
        #expect(try await log.next() == ["existing a.bin", "existing b.bin", "existing c.bin"])
        try db["a"].put([2])
        #expect(try await log.next() == ["replaced a.bin"])
        #expect(try db.verify().map(\.kind) == [.metadataWithoutData])
    }

    @Test("Sub-databases made, moved and removed later are watched too", arguments: [false, true])
    func recursive(isPolling: Bool) async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        try db["old", "x"].put([1])
        let changes = try db.changes(recursive: true, polling: isPolling ? .milliseconds(1) : nil)
        var log = ChangeLog(changes, db)
        try db["old", "x"].put([2])
        try db["new", "deep", "er", "y"].put([1])
        let first = try await log.next(isPolling)
        #expect(first.sorted() == ["new new/deep/er/y.bin", "replaced old/x.bin"])
        try FileManager.default.moveItem(
            atPath: directory.path(of: "new"), toPath: directory.path(of: "moved"))
        #expect(
            try await log.next(isPolling).sorted() == ["new moved/deep/er/y.bin", "removed new/deep/er/y"])
        try db["moved", "deep", "er", "y"].put([2])
        #expect(try await log.next(isPolling) == ["replaced moved/deep/er/y.bin"])
        try FileManager.default.moveItem(
            atPath: directory.path(of: "moved"), toPath: directory.path + "-elsewhere")
        defer { try? FileManager.default.removeItem(atPath: directory.path + "-elsewhere") }
        #expect(try await log.next(isPolling) == ["removed moved/deep/er/y"])
        // It is of no interest any more.
        try Data([1]).write(to: URL(fileURLWithPath: directory.path + "-elsewhere/deep/er/z.bin"))
        try FileManager.default.removeItem(atPath: directory.path(of: "old"))
        #expect(try await log.next(isPolling) == ["removed old/x"])
        #expect(try db.verify().isEmpty)
    }

    @Test("A link in the place of a sub-database is not followed", arguments: [false, true])
    func link(isPolling: Bool) async throws {
        let directory = try TemporaryDirectory()
        let outside = try TemporaryDirectory()
        let db = try Database(watched: directory)
        try db["sub", "x"].put([1])
        let changes = try db.changes(recursive: true, polling: isPolling ? .milliseconds(1) : nil)
        var log = ChangeLog(changes, db)
        let (path, target) = (directory.path(of: "sub"), outside.path(of: "sub"))
        try FileManager.default.moveItem(atPath: path, toPath: target)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        try outside.write("1", to: "sub/y.bin")
        #expect(try await log.next(isPolling) == ["removed sub/x"])
        #expect(try db.verify().map(\.kind) == [.foreignFile])
    }

    @Test("The end of the database is an error that says so", arguments: [false, true], [false, true])
    func endOfDatabase(isPolling: Bool, isMoved: Bool) async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try db["a"].put([1])
        let changes = try db.changes(polling: isPolling ? .milliseconds(1) : nil)
        if isMoved {
            try FileManager.default.moveItem(atPath: db.path, toPath: directory.path(of: "other"))
        } else {
            try FileManager.default.removeItem(atPath: db.path)
        }
        var kinds: [DatabaseChange.Kind] = []
        let error = await #expect(throws: DirDBError.self) {
            for try await change in changes { kinds.append(change.kind) }
        }
        #expect(error?.code == .notFound && error?.message.contains("was removed or moved") == true)
        #expect(kinds == (isMoved || isPolling ? [] : [.removed]))
        #expect(throws: DirDBError.self) { try db.changes() }
    }

    @Test("Waiting blocks no thread of the pool, and a cancelled task stops waiting")
    func cancellation() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let (told, report) = AsyncStream<Void>.makeStream()
        let tasks = try (0..<ProcessInfo.processInfo.activeProcessorCount + 2).map { _ in
            let changes = try db.changes()
            return Task {
                report.yield()
                var count = 0
                for try await _ in changes {
                    count += 1
                    report.yield()
                }
                return count
            }
        }
        var reports = told.makeAsyncIterator()
        // All wait, more than the pool has threads. With a blocked pool this would never return.
        for _ in tasks { await reports.next() }
        try await Task.sleep(for: .milliseconds(200))
        try db["a"].put([1])
        // Each has counted it, and waits again.
        for _ in tasks { await reports.next() }
        for task in tasks { task.cancel() }
        for task in tasks { #expect(try await task.value == 1) }
        #expect(try db.verify().isEmpty)
    }

    @Test("A sub-database that cannot be read is named, the others are watched")
    func unreadable() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        try db["open", "x"].put([1])
        try Disturbance.denyingListing(of: "closed") {
            try FileManager.default.createDirectory(
                atPath: directory.path(of: "closed"), withIntermediateDirectories: false)
            let changes = try db.changes(recursive: true, includingExisting: true)
            #expect(changes.failures.map(\.code) == [.permissionDenied])
            #expect(changes.failures.first?.path == directory.path(of: "closed"))
            #expect(try changes.wait().map(\.entry.name) == ["x"])
        }
    }
}
