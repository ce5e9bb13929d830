import DirDB
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Watching many writers", .serialized, .timeLimit(.minutes(120)))
struct WatchStressTests {
    /// Four processes, each of which puts entries of its own.
    private struct Writers: ~Copyable {
        let names: Set<String>
        private let processes: [Process]

        init(_ directory: borrowing TemporaryDirectory, putsEach: Int) throws {
            names = Set((0..<4).flatMap { writer in (0..<putsEach).map { "w\(writer)-\($0)" } })
            let path = directory.path
            processes = try (0..<4).map {
                try Executable.start("dirdb-test-worker", ["put-many", path, "w\($0)", "\(putsEach)"])
            }
        }

        func wait() {
            for process in processes {
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
            }
        }
    }

    @Test(
        "Each of 10,000 puts by four processes is told exactly once; by polling too, of fewer",
        arguments: [false, true])
    func everyPut(isPolling: Bool) async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let changes = try db.changes(polling: isPolling ? .milliseconds(20) : nil)
        let writers = try Writers(directory, putsEach: isPolling ? 250 : 2500)
        var told: [String: Int] = [:]
        for try await change in changes {
            #expect(change.kind == .new && change.format == "bin")
            told[change.entry.name, default: 0] += 1
            if told.count == writers.names.count { break }
        }
        writers.wait()
        try db["end"].put([1])
        for try await change in changes {
            if change.entry.name == "end" { break }
            Issue.record("\(change.kind) \(change.entry.name)")
        }
        #expect(Set(told.keys) == writers.names && told.values.allSatisfy { $0 == 1 })
        #expect(try db.verify().isEmpty)
    }

    @Test("When the kernel's queue overflows, every entry that changed is told nevertheless")
    func overflow() async throws {
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        for name in ["kept", "replaced", "changed", "removed"] { try db[name].put([1], meta: ["k": 1]) }
        let changes = try db.changes()
        // Nobody reads meanwhile.
        let writers = try Writers(directory, putsEach: 1000)
        writers.wait()
        // A put is six events or more.
        try #require(Int(limit.filter(\.isNumber)) ?? .max < 6 * writers.names.count)
        try db["replaced"].put([2])
        try db["changed"].updateMeta { $0.k = 2 }
        try db["removed"].delete()
        try db["end"].put([1])
        var told: [String: [DatabaseChange.Kind]] = [:]
        for try await change in changes {
            told[change.entry.name, default: []].append(change.kind)
            if told.count == writers.names.count + 4 { break }
        }
        #expect(
            told["replaced"] == [.replaced] && told["changed"] == [.metadata] && told["removed"] == [.removed]
        )
        #expect(writers.names.allSatisfy { told[$0] == [.new] })
        #expect(told["kept"] == nil)
        #expect(try db.verify().isEmpty)
    }

    @Test("A reader so slow that it tells before it has caught up tells of each commit once")
    func slowReader() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let changes = try db.changes(recursive: true)
        // It is listed, so from here on the watch has to catch up with events of what a listing may have seen.
        try db["sub", "x"].put([1])
        for number in 1000..<2400 { try db["n\(number)"].put([1], meta: ["n": 1]) }
        var told: [String: [DatabaseChange.Kind]] = [:]
        let calls = Counter()
        let delay = { @Sendable (call: SystemCall) -> SystemCall.Verdict in
            // The events of one read, of which the last may be half a commit's, take longer than it may be silent.
            if call.name == .stat { calls.add() }
            if call.name == .stat && calls.count % 1500 == 0 { System.sleep(for: .milliseconds(1100)) }
            return .proceed
        }
        try SystemCall.$observer.withValue(delay) {
            while told.count < 1401 {
                for change in try changes.wait() { told[change.entry.key, default: []].append(change.kind) }
            }
        }
        #expect(told.filter { $0.value != [.new] } == [:])
        #expect(try db.verify().isEmpty)
    }

    @Test("Each of many puts of the same entry is told, one after the other")
    func replacements() async throws {
        let directory = try TemporaryDirectory()
        let db = try Database(watched: directory)
        let changes = try db.changes()
        let workers = try (0..<4).map { _ in
            try Executable.start("dirdb-test-worker", ["overwrite", directory.path, "200"])
        }
        for worker in workers { worker.waitUntilExit() }
        try db["end"].put([1])
        var kinds: [DatabaseChange.Kind] = []
        for try await change in changes {
            if change.entry.name == "end" { break }
            kinds.append(change.kind)
        }
        #expect(kinds == [.new] + [DatabaseChange.Kind](repeating: .replaced, count: 799))
        #expect(try db.verify().isEmpty)
    }
}
