import DirDB
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// Processes that want the same entries at the same time.
@Suite(.serialized, .timeLimit(.minutes(120))) final class RaceTests {
    private let directory: TemporaryDirectory
    private let db: Database

    init() throws {
        directory = try TemporaryDirectory()
        db = try Database(directory.path, durability: .relaxed, dumpers: [])
    }

    /// Runs workers side by side; all must end well.
    private func race(_ commands: [[String]]) throws {
        let workers = try commands.map { command in
            try Executable.start("dirdb-test-worker", [command[0], directory.path] + command.dropFirst())
        }
        for worker in workers {
            let output =
                (worker.standardOutput as? Pipe)?.fileHandleForReading.readDataToEndOfFile() ?? Data()
            worker.waitUntilExit()
            #expect(worker.terminationStatus == 0, "\(String(decoding: output, as: UTF8.self))")
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("No update of four processes that count is lost")
    func counting() throws {
        try db["x"].put([1], meta: ["count": 0])
        try race(Array(repeating: ["count", Self.rounds(1000)], count: 4))
        #expect(try db["x"].meta == ["count": .integer(4 * Int64(1000 / samplingShare))])
    }

    @Test(
        "Renames in opposite directions neither deadlock nor lose data",
        arguments: [("a", "b"), ("a", "sub/b"), ("one/a", "two/b")])
    func oppositeRenames(_ first: String, _ second: String) throws {
        let (a, b) = (try entry(first), try entry(second))
        try a.put(Generation.bytes(7), meta: ["gen": 7])
        // Both directories must be there for the worker that starts at the far end.
        try b.put([1])
        try b.delete()
        try race([
            ["rename", first, second, Self.rounds(2000)], ["rename", second, first, Self.rounds(2000)],
            ["rename", first, second, Self.rounds(2000)],
        ])
        let places = [try a.exists, try b.exists]
        #expect(places[0] != places[1])
        let place = places[0] ? a : b
        #expect(try Generation.number(place.bytes()) == 7)
        #expect(try place.meta == ["gen": 7])
    }

    @Test("Processes that put and delete one entry leave a whole pair or nothing")
    func churning() throws {
        try race((1...3).map { ["churn", "\($0)", Self.rounds(1000)] })
        let x = try db["x"]
        if try x.exists {
            #expect(try Generation.number(x.bytes()) == x.meta.gen.asInt)
        } else {
            #expect(try x.meta == [:])
        }
    }

    @Test("A reader without the lock sees whole files, and pairs that belong together")
    func unlockedReader() throws {
        try db["x"].put(Generation.bytes(0), meta: ["gen": 0])
        var versions: Set<Int64> = []
        let x = try db["x"]
        // Again where other processes kept this one from its turn all the time.
        for round in 0..<100 where round == 0 || versions.count <= 3 {
            let worker = try Executable.start(
                "dirdb-test-worker", ["overwrite", directory.path, Self.rounds(3000)])
            while worker.isRunning {
                let number = try #require(try Generation.number(x.bytes()), "torn data")
                versions.insert(number)
                let (info, meta) = try x.inspect()
                let size = try info.get()?.bytes
                let expected = try meta.get().gen.asInt.map { Int64(Generation.bytes($0).count) }
                #expect(size == expected, "mixed pair")
            }
        }
        #expect(versions.count > 3)
        #expect(try db.verify().isEmpty)
    }

    private static func rounds(_ count: Int) -> String {
        String(count / samplingShare)
    }

    private func entry(_ key: String) throws -> Entry {
        try db.entry(at: key.split(separator: "/").map(String.init))
    }
}
