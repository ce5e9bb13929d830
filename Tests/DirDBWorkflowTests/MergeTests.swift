import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct MergeTests {
    @Test("Without conflicts all entries are in the other database, and the source is as it was")
    func merges() throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (try directory.sample("source"), try directory.database("target"))
        try target["own"].put(NDArray([1.0]))
        let state = try DatabaseState(source)
        let report = try Merge.run(from: source.path, into: target.path)
        #expect(report.items(.copied).count == 7 && report.failures.isEmpty)
        let merged = try DatabaseState(target).items
        #expect(merged.count == 8 && state.items.allSatisfy { merged[$0.key] == $0.value })
        #expect(try DatabaseState(source) == state)
        #expect(try Merge.run(from: source.path, into: target.path).items(.unchanged).count == 7)
    }

    @Test("A conflict is found before anything is copied, and each way to settle it is followed")
    func conflicts() throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (try directory.sample("source"), try directory.database("target"))
        try target["sub", "deep", "x"].put(NDArray([0]), meta: ["mine": true])
        let before = try DiskImage(target.path)
        let error = failure { try Merge.run(from: source.path, into: target.path) }
        #expect(error?.code == .alreadyExists && error?.message.contains("sub/deep/x") == true)
        #expect(try DiskImage(target.path) == before)
        var options = MergeOptions()
        options.onConflict = .skip
        let skipped = try Merge.run(from: source.path, into: target.path, options: options)
        #expect(skipped.items(.skipped).map(\.key) == ["sub/deep/x"] && skipped.items(.copied).count == 6)
        #expect(try target["sub", "deep", "x"].get() == NDArray([0]))
        options.onConflict = .replace
        let replaced = try Merge.run(from: source.path, into: target.path, options: options)
        #expect(replaced.items(.replaced).map(\.key) == ["sub/deep/x"])
        #expect(try DatabaseState(source) == DatabaseState(target))
    }

    @Test(
        "Rules change keys; two originals for one key, and keys that are none, are refused before anything is copied"
    )
    func renames() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.sample("source")
        var options = MergeOptions()
        options.renames = ["a=first", "sub/*=below/*-new", "*=top/*"].compactMap(RenameRule.init)
        try Merge.run(from: source.path, into: directory.path(of: "target"), options: options)
        let keys = try directory.database("target").keys
        #expect(keys.contains("first") && keys.contains("below/deep/x-new") && keys.contains("top/b"))
        for (rule, code) in [
            ("*=same", DirDBError.Code.invalidArgument), ("a=.x", .invalidName), ("a=x/", .invalidName),
        ] {
            options.renames = [try #require(RenameRule(rule))]
            let error = failure {
                try Merge.run(from: source.path, into: directory.path(of: "other"), options: options)
            }
            #expect(error?.code == code, "\(rule)")
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path(of: "other")))
    }

    @Test("An entry with several data files is refused by that name before anything is copied")
    func severalFiles() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.sample("source")
        try directory.write("x", to: "source/a.tsv")
        let error = failure { try Merge.run(from: source.path, into: directory.path(of: "target")) }
        #expect(
            error?.message
                == "nothing was merged: the entry \(source.path)/a has several data files; delete the one that is not"
                + " wanted, naming its format")
        #expect(!FileManager.default.fileExists(atPath: directory.path(of: "target")))
    }

    @Test(
        "Text that is no rule is refused",
        arguments: ["", "a", "=", "a=", "=b", "a=b=c", "a=*", "a*b*=c", "*=*a*"])
    func badRules(text: String) {
        #expect(RenameRule(text) == nil)
    }

    @Test("Moving removes the originals that were copied, keeps those that were not, and prunes")
    func moves() throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (try directory.sample("source"), try directory.database("target"))
        try target["a"].put(NDArray([0]))
        let state = try DatabaseState(source)
        var options = MergeOptions()
        options.movesEntries = true
        options.onConflict = .skip
        options.isDryRun = true
        #expect(
            try Merge.run(from: source.path, into: target.path, options: options).items(.moved).count == 6)
        #expect(try DatabaseState(source) == state)
        options.isDryRun = false
        let report = try Merge.run(from: source.path, into: target.path, options: options)
        #expect(report.items(.moved).count == 6 && report.failures.isEmpty)
        #expect(report.items(.pruned).map(\.key) == ["sub/deep", "sub"])
        #expect(try source.keys == ["a"])
        let moved = try DatabaseState(target).items
        #expect(state.items.allSatisfy { $0.key == "a" || moved[$0.key] == $0.value })
    }

    @Test("Two moves in opposite directions leave each entry in one of the two databases")
    func oppositeMoves() throws {
        let directory = try TemporaryDirectory()
        let (a, b) = (try directory.database("a"), try directory.database("b"))
        for db in [a, b] { try db["x"].put([1, 2, 3]) }
        var options = MergeOptions()
        options.movesEntries = true
        options.timeout = .milliseconds(300)
        let isBegun = Shared(false)
        let (here, there, both) = (a.path, b.path, options)
        try SystemCall.$observer.withValue(
            { call in
                if call.name == .unlink, call.file == "x.bin", !isBegun.current {
                    isBegun.change { $0 = true }
                    onThreads(1) { _ in _ = try? Merge.run(from: there, into: here, options: both) }
                }
                return .proceed
            }, operation: { _ = try Merge.run(from: here, into: there, options: both) })
        #expect(isBegun.current)
        #expect(try a["x"].exists || b["x"].exists)
    }

    @Test("An original that cannot be removed is told to be copied")
    func originalsThatStay() throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (try directory.database("source"), try directory.database("target"))
        for name in ["a", "b"] { try source[name].put(NDArray([1.0])) }
        try target["b"].put(NDArray([1.0]))
        var options = MergeOptions()
        options.movesEntries = true
        let report = try SystemCall.$observer.withValue(
            { $0.name == .unlink && $0.file == "a.npy" ? .fail(EACCES) : .proceed },
            operation: { try Merge.run(from: source.path, into: target.path, options: options) })
        #expect(report.items(.copied).map(\.key) == ["a"] && report.items(.moved).map(\.key) == ["b"])
        #expect(report.failures.map(\.errno) == [EACCES])
        #expect(try source.keys == ["a"] && target.keys == ["a", "b"])
    }

    @Test("A move killed before any of its calls loses no entry, and goes on where it was")
    func interruptedMoves() throws {
        let directory = try TemporaryDirectory()
        var options = MergeOptions()
        options.movesEntries = true
        func prepare(_ name: String) throws -> Database {
            let db = try directory.database(name)
            try db["a"].put(NDArray([1.0]), meta: ["n": 1])
            try db["sub", "b"].put(NDArray([2.0]), meta: ["n": 2])
            return db
        }
        let counter = Disturbance.none()
        let first = try prepare("first")
        let state = try DatabaseState(first)
        _ = try counter.run {
            try Merge.run(from: first.path, into: directory.path(of: "merged"), options: options)
        }
        for call in (0..<counter.count).sampled {
            let source = try prepare("source\(call)")
            let path = directory.path(of: "target\(call)")
            _ = try? Disturbance.death(at: call).run {
                try Merge.run(from: source.path, into: path, options: options)
            }
            var left = try DatabaseState(source).items
            left.merge(try DatabaseState(directory.database("target\(call)")).items) { $1 }
            #expect(left == state.items, "call \(call)")
            let failures = try Merge.run(from: source.path, into: path, options: options).failures
            #expect(failures == [], "call \(call)")
            #expect(try DatabaseState(directory.database("target\(call)")) == state, "call \(call)")
            #expect(try source.keys.isEmpty, "call \(call)")
        }
    }

    @Test(
        "An original that is written again and again while it is moved is in one of the two at the end, in its last version"
    )
    func movesBesideWriter() throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (try directory.database("source"), try directory.database("target"))
        var options = MergeOptions()
        options.movesEntries = true
        options.onConflict = .replace
        let worker = try Executable.start("dirdb-test-worker", ["overwrite", source.path, "400"])
        while worker.isRunning { _ = try Merge.run(from: source.path, into: target.path, options: options) }
        let output = worker.outputToEnd()
        #expect(worker.terminationStatus == 0, "\(output)")
        _ = try Merge.run(from: source.path, into: target.path, options: options)
        try target["x"].withLock(.shared) { locked throws in
            let number = Generation.number(try locked.bytes())
            #expect(number == 399)
            #expect(locked.meta.gen == 399)
        }
    }
}
