import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct RemovalTests {
    @Test("Chosen entries go, those of sub-databases only when asked for; what became empty is pruned")
    func removes() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let flat = try db.removeEntries { _ in true }
        #expect(flat.items(.removed).map(\.key) == ["a", "b", "cell", "note"] && flat.items.count == 4)
        let dry = try db.removeEntries(recursive: true, isDryRun: true) { _ in true }
        #expect(try dry.items(.removed).count == 3 && db["sub", "deep", "x"].exists)
        #expect(dry.items(.pruned).map(\.key) == ["sub/deep", "sub"])
        let deep = try db.removeEntries(recursive: true) { $0.hasPrefix("sub/") }
        #expect(deep.items(.removed).count == 3)
        #expect(deep.items(.pruned).map(\.key) == ["sub/deep", "sub"])
        #expect(try directory.names() == ["db", "db/a.lock", "db/b.lock", "db/cell.lock", "db/note.lock"])
    }

    @Test("What became empty is pruned in the database itself, not in another that has taken its path")
    func prunesNoOther() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["sub", "x"].put([1])
        #expect(rename(db.path, directory.path(of: "moved")) == 0)
        _ = try directory.database("db").subdatabase("sub")
        let report = try db.removeEntries(recursive: true) { _ in true }
        #expect(report.failures.isEmpty && report.items(.pruned).map(\.key) == ["sub"])
        #expect(try directory.names().contains("db/sub"))
        #expect(try !directory.names().contains("moved/sub"))
    }

    @Test("Of one sub-database, or the entry of its name, nothing else is looked at")
    func subtree() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        try db["sub"].put(NDArray([1]))
        try directory.write("", to: "db/other/x.npy")
        try #require(chmod(directory.path(of: "db/other"), 0) == 0)
        defer { chmod(directory.path(of: "db/other"), 0o755) }
        let missing = try db.removeEntries(at: ["none"], recursive: true) { _ in true }
        #expect(missing.items.isEmpty && missing.failures.isEmpty)
        let report = try db.removeEntries(at: ["sub"], recursive: true) { _ in true }
        #expect(report.items(.removed).count == 4 && report.failures.isEmpty)
        #expect(report.items(.pruned).map(\.key) == ["sub/deep", "sub"])
        #expect(try db.keys == ["a", "b", "cell", "note", "other/x"])
    }

    @Test(
        "A condition on metadata chooses; damaged metadata fulfils none, is a failure, and goes without one")
    func conditions() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        try directory.write("{", to: "db/b.json")
        let chosen = try db.removeEntries(
            recursive: true, where: { $0.epoch.asInt != nil }, named: { _ in true })
        #expect(chosen.items.map(\.key) == ["a"] && chosen.failures.map(\.code) == [.damagedMetadata])
        #expect(try db.removeEntries { $0 == "b" }.items.count == 1)
    }

    @Test("What is linked to is not removed, nor a sub-database with files of others")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        try directory.write("mine", to: "outside/x.npy")
        try directory.write("{}", to: "db/sub/deep/.hidden")
        for (link, target) in [("db/linked", "outside"), ("db/sub/l.npy", "outside/x.npy")] {
            try FileManager.default.createSymbolicLink(
                atPath: directory.path(of: link), withDestinationPath: directory.path(of: target))
        }
        let report = try db.removeEntries(recursive: true) { _ in true }
        #expect(report.failures.isEmpty && report.items(.pruned).isEmpty)
        #expect(try directory.text("outside/x.npy") == "mine")
        #expect(try directory.names().contains("db/sub/deep/.hidden"))
        #expect(try directory.names().contains("db/sub/l.npy"))
    }

    @Test("A sub-database in which a lock is held is not pruned")
    func heldLock() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        try db["sub", "new"].withLock { _ in
            let report = try db.removeEntries(recursive: true) { _ in true }
            #expect(report.items(.pruned).map(\.key) == ["sub/deep"])
        }
        #expect(try directory.names().contains("db/sub/new.lock"))
        #expect(try db.removeEntries(recursive: true) { $0 == "sub" }.items(.pruned).map(\.key) == ["sub"])
    }

    @Test("An entry that is locked is told of and stays; the others go")
    func locked() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let worker = try Executable.start(
            "dirdb", ["lock", db.path, "a", "--", "sh", "-c", "echo; exec sleep 3600"])
        defer { kill(worker.processIdentifier, SIGTERM) }
        try worker.waitForOutput()
        let report = try db.removeEntries(timeout: .zero) { _ in true }
        #expect(report.failures.map(\.code) == [.locked] && report.items.count == 3)
        #expect(try db["a"].exists)
    }

    @Test(
        "A put beside pruning is done, or fails before anything is stored; nothing reported as stored is lost"
    )
    func pruningBesidePuts() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        var pruned = 0
        // Again where other processes kept this one from its turn all the time.
        for round in 0..<100 where round == 0 || pruned == 0 {
            let worker = try Executable.start("dirdb-test-worker", ["put-below", db.path, "sub", "3000"])
            while worker.isRunning {
                let report = try db.removeEntries(recursive: true, timeout: .seconds(3600)) { $0 == "sub" }
                pruned += report.items(.pruned).count
                #expect(report.failures.isEmpty)
            }
            // It looks for each entry after its put, and stops when it is not there.
            #expect(worker.outputToEnd() == "" && worker.terminationStatus == 0)
        }
        #expect(pruned > 0)
        #expect(try db.verify().isEmpty)
    }
}
