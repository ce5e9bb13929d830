import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// Backups while others write, backups that are killed, and calls that fail.
@Suite(.serialized) struct BackupFaultTests {
    @Test("While two workers write, rename and delete, every copied entry is whole and a pair")
    func beside() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try Playground(db).prepare()
        let workers = try (1...2).map {
            try Executable.start("dirdb-test-worker", ["mutate", db.path, "\($0)"])
        }
        defer { for worker in workers { kill(worker.processIdentifier, SIGKILL) } }
        let copy = try directory.database("copy")
        var options = BackupOptions()
        options.verifies = true
        var generations: Set<Int64> = []
        // However slow the machine is, until the workers have written in the meantime.
        for round in 0..<100_000 where round < 20 || generations.count <= 3 {
            let report = try Backup.run(from: db.path, to: copy.path, options: options)
            #expect(report.failures.isEmpty)
            for entry in try copy.entries(recursive: true) {
                let meta = try entry.meta
                let number = Generation.number(try entry.bytes())
                #expect(number != nil, "\(entry.name) is torn")
                switch entry.name {
                case "data": #expect(meta == ["fixed": true])
                case "meta": #expect(meta.gen.asInt.map { $0 * 2 } == meta.twice.asInt)
                default: #expect(meta.gen.asInt == number, "\(entry.name) is no pair")
                }
                if entry.name == "pair", let number { generations.insert(number) }
            }
        }
        for worker in workers { #expect(worker.isRunning) }
        #expect(generations.count > 3)
        #expect(try copy.verify().isEmpty)
    }

    @Test("A backup killed at any moment leaves whole entries, and the next one completes it")
    func kills() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        for number in 0..<30 {
            try db["sub\(number % 3)", "x\(number)"].put(
                Generation.bytes(Int64(number)), meta: ["gen": .integer(Int64(number))])
        }
        try directory.age("db", seconds: 100)
        let path = directory.path(of: "copy")
        var random = SplitMix64(state: 7)
        var partial = 0
        // However slow the machine is, until one died in the middle.
        for round in 0..<1000 where round < 25 || partial == 0 {
            let process = try Executable.start("dirdb", ["backup", db.path, path, "--verify"])
            // However slow the machine is, it dies while it copies.
            while process.isRunning, (try? Database(path, .mustExist).keys.isEmpty) ?? true {
                usleep(500)
            }
            usleep(UInt32(random.next() % 10000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let copy = try directory.database("copy")
            for entry in try copy.entries(recursive: true, withoutData: true) {
                try entry.withLock(.shared) { locked throws in
                    let number = Generation.number(try locked.bytes())
                    #expect(number == locked.meta.gen.asInt)
                }
            }
            let count = try copy.keys.count
            if count > 0 && count < 30 { partial += 1 }
            if count == 30 { try FileManager.default.removeItem(atPath: path) }
        }
        #expect(partial > 0)
        try Backup.run(from: db.path, to: path)
        let copy = try directory.database("copy")
        #expect(try DatabaseState(copy) == DatabaseState(db))
        #expect(try copy.verify().isEmpty)
    }

    @Test(
        "Whatever call fails, entries are whole, the error is told, and the next backup completes",
        arguments: [
            ENOSPC, EIO, EACCES, EXDEV,
        ])
    func faults(errno: Int32) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.sample("db")
        let counter = Disturbance.none()
        _ = try counter.run { try Backup.run(from: db.path, to: directory.path(of: "counted")) }
        let state = try DatabaseState(db)
        for call in (0..<counter.count).sampled {
            let path = directory.path(of: "copy\(call)")
            do {
                let report = try Disturbance.failure(at: call, errno).run {
                    try Backup.run(from: db.path, to: path)
                }
                // A call that does not matter, such as advice to the kernel, may fail in silence.
                if report.failures.isEmpty && FileManager.default.fileExists(atPath: path) {
                    #expect(try DatabaseState(directory.database("copy\(call)")) == state, "call \(call)")
                }
            } catch {
                #expect(error is DirDBError, "call \(call): \(error)")
            }
            let copy = try directory.database("copy\(call)")
            for (key, item) in try DatabaseState(copy).items {
                #expect(item == state.items[key], "call \(call)")
            }
            #expect(try Backup.run(from: db.path, to: path).failures.isEmpty)
            #expect(try DatabaseState(copy) == state, "call \(call)")
            #expect(try copy.verify().map(\.kind) == [.metadataWithoutData], "call \(call)")
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try DatabaseState(db) == state)
    }
}
