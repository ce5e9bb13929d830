import DirDB
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// Real processes, killed at random moments.
@Suite(.serialized) struct KillTests {
    // More with DIRDB_TEST_KILLS=20000 in the environment.
    private static let kills =
        ProcessInfo.processInfo.environment["DIRDB_TEST_KILLS"].flatMap(Int.init) ?? 1250

    @Test("A writer killed at any moment leaves whole old or new pairs, and recover removes every trace")
    func kills() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: .relaxed, dumpers: [])
        let playground = Playground(db)
        try playground.prepare()
        var random = SplitMix64(state: 1)
        for kill in 1...Self.kills {
            let worker = try Executable.start("dirdb-test-worker", ["mutate", directory.path, "\(kill)"])
            // However long it takes to start, it dies at work.
            try worker.waitForOutput()
            usleep(UInt32(random.next() % 12000))
            Glibc.kill(worker.processIdentifier, SIGKILL)
            worker.waitUntilExit()
            #expect(worker.terminationReason == .uncaughtSignal, "the worker stopped by itself")
            try playground.check("kill \(kill)")
            let report = try db.recover(timeout: .seconds(20))
            #expect(report.failures.isEmpty)
            #expect(try db.verify().isEmpty, "kill \(kill)")
        }
        // Each of the seven changes was made at some time.
        #expect(try db["gone"].exists || directory.names().contains("gone.lock"))
        #expect(try directory.names().contains("sub/there.lock"))
    }

    @Test(
        "Writers, renamers and deleters killed together leave whole pairs; readers and counters beside them never err"
    )
    func storm() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path, durability: .relaxed, dumpers: [])
        let playground = Playground(db)
        try playground.prepare()
        try db["x"].put([1], meta: ["count": 0])
        var counters = [try Executable.start("dirdb-test-worker", ["count", directory.path, "3000"])]
        if Python.isExpected {
            counters.append(try Python.start(Self.countingScript, [directory.path, "1000"]))
        }
        let reader = ReaderWithoutLock(db)
        var random = SplitMix64(state: 2)
        var seed = 0
        for round in 0..<(Self.kills / 5) {
            let workers = try (0..<3).map { _ in
                seed += 1
                return try Executable.start("dirdb-test-worker", ["mutate", directory.path, "\(seed)"])
            }
            for worker in workers {
                try worker.waitForOutput()
                usleep(UInt32(random.next() % 9000))
                Glibc.kill(worker.processIdentifier, SIGKILL)
            }
            for worker in workers {
                let output = worker.outputToEnd()
                #expect(worker.terminationReason == .uncaughtSignal, "\(output)")
            }
            try playground.check("round \(round)")
        }
        #expect(reader.stop() == nil)
        for counter in counters {
            let output = counter.outputToEnd()
            #expect(counter.terminationStatus == 0, "\(output)")
        }
        #expect(try db["x"].meta.count.asInt == (counters.count == 2 ? 4000 : 3000))
        _ = try db.recover(timeout: .seconds(20))
        #expect(try db.verify().isEmpty)
        print("kill storm: \(seed) processes killed")
    }

    private static let countingScript = """
        import sys
        from dirdb import dirdb
        for _ in range(int(sys.argv[2])):
            with dirdb(sys.argv[1])['x'] as entry:
                entry.meta['count'] += 1
        """
}
