import DirDB
import DirDBDumpers
import DirDBWorkflow

/// Many small entries with metadata: written, and looked at.
enum SmallEntries {
    static func put(_ arguments: Arguments) throws {
        let count = try arguments.number("n")
        let durable = try arguments.number("durable", default: 0)
        let database = try arguments.database(durable == 1 ? .full : .relaxed)
        try arguments.waitForStart()
        let time = try Report.seconds {
            if durable == 2 { try putBatch(count, in: database) } else { try putAll(count, in: database) }
        }
        let report = Report(arguments)
        try report.figure("per_entry", time / Double(count) * 1e6, "us")
        try report.figure("rate", Double(count) / time, "1/s")
    }

    static func fill(_ arguments: Arguments) throws {
        try putAll(try arguments.number("n"), in: try arguments.database())
    }

    private static func putAll(_ count: Int, in database: Database) throws {
        for index in 0..<count {
            try database[BenchData.smallName(index)].put(
                BenchData.small(index), meta: BenchData.smallMeta(index))
        }
    }

    private static func putBatch(_ count: Int, in database: Database) throws {
        try database.batch { batch in
            for index in 0..<count {
                try batch.put(
                    BenchData.small(index), to: database[BenchData.smallName(index)],
                    meta: BenchData.smallMeta(index))
            }
        }
    }

    static func inspect(_ arguments: Arguments) throws {
        let count = try arguments.number("n")
        let database = try arguments.database()
        try arguments.waitForStart()
        let memory = ResidentMemory()
        let repetitions = try arguments.number("reps", default: 3)
        let first = try inspectAll(count, in: database, onAllCores: true)
        let times = try (0..<repetitions).map { _ in try inspectAll(count, in: database, onAllCores: true) }
        let report = Report(arguments)
        let time = Report.median(times)
        try report.figure("first", first, "s")
        try report.figure("time", time, "s")
        try report.figure("per_entry", time / Double(count) * 1e6, "us")
        try report.figure("extra_rss", memory.growth, "MiB")
        let alone = try (0..<repetitions).map { _ in try inspectAll(count, in: database, onAllCores: false) }
        try report.figure("per_entry_one_thread", Report.median(alone) / Double(count) * 1e6, "us")
    }

    private static func inspectAll(
        _ count: Int, in database: Database, onAllCores: Bool
    ) throws -> Double {
        var found: [(name: String, content: FormatInfo, meta: JSON)] = []
        let time = try Report.seconds {
            if onAllCores {
                for item in try database.entries().inspected() {
                    guard let content = try item.info.get()?.content else { continue }
                    found.append((item.entry.name, content, try item.meta.get()))
                }
            } else {
                for entry in try database.entries() {
                    let (info, meta) = try entry.inspect()
                    guard let content = try info.get()?.content else { continue }
                    found.append((entry.name, content, try meta.get()))
                }
            }
        }
        try WrongData.check(found.count == count, "\(found.count) entries")
        let isRight = found.allSatisfy {
            $0.content.shape == [BenchData.smallCount] && $0.content.dtype == "float64"
        }
        try WrongData.check(isRight, "shapes")
        let sum = found.reduce(0) { $0 + ($1.meta.i.asInt ?? -1) }
        try WrongData.check(sum == Int64(count) * Int64(count - 1) / 2, "metadata")
        return time
    }
}
