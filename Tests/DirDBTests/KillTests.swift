import DirDB
import Foundation
import TestSupport
import Testing

/// Real processes, killed at random moments.
@Suite(.serialized) struct KillTests {
    // More with DIRDB_TEST_KILLS=5000 in the environment.
    private static let kills =
        ProcessInfo.processInfo.environment["DIRDB_TEST_KILLS"].flatMap(Int.init) ?? 500

    @Test("A writer killed at any moment leaves whole old or new pairs, and recover removes every trace")
    func kills() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: .relaxed, dumpers: [])
        let playground = Playground(db)
        try playground.prepare()
        var random = SplitMix64(state: 1)
        for kill in 1...Self.kills {
            let worker = try Executable.start("dirdb-test-worker", ["mutate", directory.path, "\(kill)"])
            // The worker needs some milliseconds to start.
            usleep(UInt32(4000 + random.next() % 12000))
            Glibc.kill(worker.processIdentifier, SIGKILL)
            worker.waitUntilExit()
            #expect(worker.terminationReason == .uncaughtSignal, "the worker stopped by itself")
            try playground.check("kill \(kill)")
            let report = try db.recover(timeout: .zero)
            #expect(report.failures.isEmpty)
            #expect(try db.verify().isEmpty, "kill \(kill)")
        }
        // Each of the seven changes was made at some time.
        #expect(try db["gone"].exists || directory.names().contains("gone.lock"))
        #expect(try directory.names().contains("sub/there.lock"))
    }

    @Test("Several writers killed together leave whole pairs")
    func killsTogether() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: .relaxed, dumpers: [])
        let playground = Playground(db)
        try playground.prepare()
        // Only operations that several workers can do at once: a rename finds its source gone.
        for round in 1...20 {
            let workers = try (0..<3).map { index in
                try Executable.start(
                    "dirdb-test-worker", ["churn", directory.path, "\(round * 10 + index)", "1000000"])
            }
            usleep(30_000)
            for worker in workers { Glibc.kill(worker.processIdentifier, SIGKILL) }
            for worker in workers { worker.waitUntilExit() }
            try db["x"].withLock(.shared) { locked throws in
                let bytes = try locked.exists ? try locked.bytes() : nil
                #expect(bytes.flatMap(Generation.number) == locked.meta.gen.asInt)
            }
            _ = try db.recover(timeout: .zero)
            #expect(try db.verify().isEmpty)
        }
    }
}
