import DirDB
import DirDBDumpers

/// The worker processes of the demonstration, and the builder that computes over their arrays meanwhile.
struct DemoRun {
    private let database: Database
    private let workers: Int
    private let entries: Int
    private let mebibytes: Int

    init(_ database: Database, workers: Int, entries: Int, mebibytes: Int) {
        self.database = database
        self.workers = workers
        self.entries = entries
        self.mebibytes = mebibytes
    }

    /// Runs until all arrays are stored and have statistics.
    /// - Returns: The time from the start of the workers to the end of the last.
    func run() throws -> Duration {
        let start = ContinuousClock.now
        var running: Set<Int32> = []
        // Nobody else ends the workers when this process fails or is interrupted.
        defer {
            for process in running { Process.terminate(process) }
            for process in running { _ = Process.wait(for: process) }
        }
        for worker in 0..<workers { running.insert(try startWorker(worker)) }
        var end = start
        var done: Set<Entry> = []
        while !running.isEmpty || done.count < workers * entries {
            if Task.isCancelled { throw CancellationError() }
            for process in running {
                guard let status = Process.status(ofEnded: process) else { continue }
                running.remove(process)
                end = ContinuousClock.now
                if status != 0 {
                    throw CommandError(
                        "the demo failed: a worker ended with status \(status); see its message")
                }
            }
            let isLastPass = running.isEmpty
            try analyse(&done)
            if isLastPass && done.count < workers * entries {
                throw CommandError("the demo failed: only \(done.count) arrays are there; report this")
            }
            System.sleep(for: .milliseconds(2))
        }
        return end - start
    }

    private func startWorker(_ number: Int) throws -> Int32 {
        let arguments = [
            try System.realPath("/proc/self/exe") ?? "dirdb", "demo-worker", database.path,
            "--worker", "\(number)", "--entries", "\(entries)", "--mib", "\(mebibytes)",
        ]
        switch Process.start(arguments) {
        case .success(let process): return process
        case .failure(let failure):
            throw CommandError("cannot start a worker of the demo: \(failure.cause); do it again")
        }
    }

    /// Adds statistics to the metadata of all arrays that have none yet.
    private func analyse(_ done: inout Set<Entry>) throws {
        let found = try database.entries()
        for entry in found where !done.contains(entry) {
            if Task.isCancelled { throw CancellationError() }
            try entry.withLock { entry in
                let array: NDArray<Double> = try entry.get()
                entry.meta.stats = Self.json(array.statistics())
            }
            done.insert(entry)
        }
        if let failure = found.failures.first { throw failure }
    }

    static func json(_ statistics: ArrayStatistics<Double>) -> JSON {
        [
            "mean": .real(statistics.mean), "std": .real(statistics.standardDeviation),
            "min": statistics.min.map { .real($0) } ?? .null,
            "max": statistics.max.map { .real($0) } ?? .null,
        ]
    }
}
