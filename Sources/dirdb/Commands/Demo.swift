import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// The command `dirdb demo`.
struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "See workers store arrays while a builder computes over them.",
        usage: "dirdb demo [DIR] [--workers N] [--entries N] [--mib M]",
        discussion: """
            Several processes store arrays of Double with metadata, each array durable before the next. At the same \
            time this process reads the arrays that are there, and adds their statistics to the metadata, until all is \
            done. Then everything is checked. The folder, a new temporary one unless given, is kept.

            EXAMPLE
              dirdb demo --workers 8
            """)

    @Argument(
        help: ArgumentHelp("The folder, which must be empty or absent.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    @Option(help: "The number of processes that store arrays.")
    var workers = 4

    @Option(help: "The number of arrays that each of them stores.")
    var entries = 8

    @Option(help: "The size of an array in MiB.")
    var mib = 4

    func validate() throws {
        for (name, value, most) in [
            ("workers", workers, 256), ("entries", entries, 100_000), ("mib", mib, 4096),
        ]
        where !(1...most).contains(value) {
            throw ValidationError("--\(name) must be from 1 to \(most).")
        }
    }

    func run() throws {
        let path = try directory ?? ScratchDirectory(for: "demo").path
        let database = try Database.open(path, .create)
        guard try database.entries(withoutData: true).next() == nil else {
            throw CommandError("\(path) holds entries already; name another folder, or none")
        }
        let time = try Signals.whileChanging {
            try DemoRun(database, workers: workers, entries: entries, mebibytes: mib).run()
        }
        try check(database)
        try List.parse([database.path]).run()
        let count = workers * entries
        let rate = Double(count) / time.seconds
        try Output.write { output in
            try output.line(
                """

                \(workers) workers stored \(count) arrays of \(mib) MiB in \(time.seconds.short) s, while their \
                statistics were computed:
                \((rate * Double(mib)).short) MiB/s, \(rate.short) entries/s; each durable, with its metadata, \
                before the next. All of them are whole.

                The folder is kept. To look further:
                  dirdb ls \(database.path) --where 'stats.max>2'
                  dirdb show \(database.path) \(array(0, 0).name)
                  dirdb verify \(database.path)
                  python3 -c "import numpy; print(numpy.load('\(database.path)/\(array(0, 0).name).npy').mean())"
                  rm -r \(database.path)
                """)
        }
    }

    private func array(_ worker: Int, _ index: Int) -> DemoArray {
        DemoArray(worker: worker, index: index, mebibytes: mib)
    }

    /// Compares everything that is stored with what should be.
    private func check(_ database: Database) throws {
        if let finding = try database.verify().first {
            throw CommandError("the demo failed: \(finding.error.message)")
        }
        for worker in 0..<workers {
            for index in 0..<entries {
                if Task.isCancelled { throw CancellationError() }
                let array = array(worker, index)
                let entry = try database[array.name]
                let expected = try array.values()
                var meta = array.meta
                meta.stats = DemoRun.json(expected.statistics())
                guard try entry.get(NDArray<Double>.self) == expected, try entry.meta == meta else {
                    throw CommandError("the demo failed: \(entry.path) is not what was stored; report this")
                }
            }
        }
    }
}

extension Duration {
    fileprivate var seconds: Double { self / .seconds(1) }
}

extension Double {
    fileprivate var short: String { NumberText.significant(self, digits: 3) }
}
