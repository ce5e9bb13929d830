import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("A missing entry is computed once")
struct ComputeOnceTests {
    private struct Failure: Error {}

    private struct Fit: Codable, Equatable {
        var name: String
    }

    /// Counts computations.
    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private func database(_ directory: borrowing TemporaryDirectory) throws -> Database {
        try Database(directory.path(of: "db"), durability: .relaxed)
    }

    @Test("Eight processes at once: one computes, and all have its value")
    func processes() throws {
        let directory = try TemporaryDirectory()
        let arguments = ["compute", directory.path(of: "db"), directory.path(of: "log")]
        let workers = try (0..<8).map { _ in try Executable.start("dirdb-test-worker", arguments) }
        let outputs = workers.map { worker in
            let pipe = worker.standardOutput as? Pipe
            let text = String(
                decoding: pipe?.fileHandleForReading.readDataToEndOfFile() ?? Data(), as: UTF8.self)
            worker.waitUntilExit()
            return "\(worker.terminationStatus) \(text)"
        }
        #expect(try directory.text("log") == "computed\n")
        let db = try database(directory)
        let winner = String(decoding: try db["x"].bytes(), as: UTF8.self)
        #expect(outputs == [String](repeating: "0 \(winner)\n", count: 8))
        #expect(try db["x"].meta.by == .integer(Int64(winner) ?? 0))
        #expect(try db.verify().isEmpty)
    }

    @Test("A process that is killed while it computes leaves nothing, and the next one computes")
    func killed() throws {
        let directory = try TemporaryDirectory()
        let arguments = [directory.path(of: "db"), directory.path(of: "log")]
        let dying = try Executable.start("dirdb-test-worker", ["compute-forever"] + arguments)
        while (try? directory.text("log")) != "computed\n" { usleep(1000) }
        let db = try database(directory)
        #expect(try !db["x"].exists)
        #expect(errorCode { _ = try db["x"].getOrPut(timeout: .zero) { [UInt8]() } } == .locked)
        kill(dying.processIdentifier, SIGKILL)
        dying.waitUntilExit()
        let next = try Executable.start("dirdb-test-worker", ["compute"] + arguments)
        next.waitUntilExit()
        #expect(next.terminationStatus == 0)
        #expect(try directory.text("log") == "computed\ncomputed\n")
        #expect(try db["x"].bytes() == Array("\(next.processIdentifier)".utf8))
        #expect(try db.verify().isEmpty)
    }

    @Test("Eight threads at once: one computes")
    func threads() throws {
        let directory = try TemporaryDirectory()
        let db = try database(directory)
        let entry = try db["x"]
        let counter = Counter()
        let values = Shared<[Int?]>([])
        onThreads(8) { _ in
            let value = try? entry.getOrPut { () -> NDArray<Int> in
                usleep(50_000)
                return NDArray([counter.next()])
            }
            values.change { $0.append(value?.withElements { $0[0] }) }
        }
        #expect(values.current == [Int?](repeating: 1, count: 8))
    }

    @Test("Eight tasks at once: one computes, and the others wait without a thread")
    func tasks() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "dirdb-test-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let entry = try Database(path, durability: .relaxed)["x"]
        let counter = Counter()
        let values = try await withThrowingTaskGroup(of: Fit.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await entry.getOrPut {
                        try await Task.sleep(for: .milliseconds(50))
                        return Fit(name: "\(counter.next())")
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == [Fit](repeating: Fit(name: "1"), count: 8))
        let other = try entry.database["y"]
        let dumped = try await other.getOrPut(as: RawBytes("hoc")) { () async in [7] }
        #expect(try dumped == [7] && other.info().format == "hoc")
        let forced = try await other.getOrPut(as: RawBytes("hoc"), force: true) { () async in [8] }
        #expect(try forced == [8] && other.bytes() == [8])
    }

    @Test("What is there is loaded, without lock; force computes it again")
    func force() throws {
        let directory = try TemporaryDirectory()
        let db = try database(directory)
        let entry = try db["x"]
        #expect(try entry.getOrPut(meta: ["v": 1]) { NDArray([1.0]) }.mean() == 1)
        let loaded = try entry.withLock { _ in try db["x"].getOrPut { NDArray([2.0]) } }
        #expect(loaded.mean() == 1)
        #expect(try entry.getOrPut(force: true) { NDArray([3.0]) }.mean() == 3)
        #expect(try entry.get(NDArray<Double>.self).mean() == 3)
        #expect(try entry.meta == ["v": 1])
    }

    @Test("A table is loaded from whichever of its formats is there")
    func formats() throws {
        let directory = try TemporaryDirectory()
        let db = try database(directory)
        try db["t"].put(Table([Column("a", [1, 2])]), as: CSVDumper())
        let table = try db["t"].getOrPut { () -> Table in throw Failure() }
        #expect(table.rowCount == 2)
    }

    @Test("Data of another type is an error, and stays")
    func otherType() throws {
        let directory = try TemporaryDirectory()
        let db = try database(directory)
        try db["x"].put([UInt8](repeating: 1, count: 3))
        #expect(errorCode { _ = try db["x"].getOrPut { NDArray([1.0]) } } == .formatMismatch)
        #expect(try db["x"].bytes() == [1, 1, 1])
    }

    @Test("A computation that fails leaves nothing: no entry, no temporary file; old data stays")
    func failure() throws {
        let directory = try TemporaryDirectory()
        let db = try database(directory)
        #expect(throws: Failure.self) { _ = try db["x"].getOrPut { () -> [UInt8] in throw Failure() } }
        #expect(try Array(db.entries(withoutData: true)).isEmpty)
        #expect(try directory.names() == ["db", "db/x.lock"])
        try db["x"].put([UInt8(1)])
        #expect(throws: Failure.self) {
            _ = try db["x"].getOrPut(force: true) { () -> [UInt8] in throw Failure() }
        }
        #expect(try db["x"].bytes() == [1])
        #expect(try db.verify().isEmpty)
    }

    @Test("A computation may compute other entries; one that asks for itself is told so")
    func nesting() throws {
        let directory = try TemporaryDirectory()
        let db = try database(directory)
        let sum = try db["sum"].getOrPut { NDArray([try db["part"].getOrPut { NDArray([2.0]) }.mean() + 1]) }
        #expect(try sum.mean() == 3 && db["part"].get(NDArray<Double>.self).mean() == 2)
        let code = errorCode {
            _ = try db["a"].getOrPut { try db["b"].getOrPut { try db["a"].getOrPut { NDArray([1.0]) } } }
        }
        #expect(code == .wouldDeadlock)
        #expect(try !db["a"].exists && !db["b"].exists)
    }

    @Test("In a database opened read-only what is there is loaded, and what is missing is not computed")
    func readOnly() throws {
        let directory = try TemporaryDirectory()
        try database(directory)["x"].put([UInt8(1)])
        let before = try directory.names()
        let db = try Database(directory.path(of: "db"), .readOnly)
        #expect(try db["x"].getOrPut { () -> [UInt8] in throw Failure() } == [1])
        #expect(errorCode { _ = try db["y"].getOrPut { () -> [UInt8] in throw Failure() } } == .readOnly)
        #expect(try directory.names() == before)
    }
}
