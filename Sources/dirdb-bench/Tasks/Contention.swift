import DirDB
import DirDBDumpers

/// Locks, with and without others who want them.
enum Contention {
    static func lock(_ arguments: Arguments) throws {
        let limit = try arguments.number("iters", default: 20000)
        let entry = try arguments.database()["x"]
        if try !entry.exists { try entry.put(BenchData.small(0)) }
        try arguments.waitForStart()
        var rounds = 0
        let start = Report.now()
        // The clock is asked now and then only.
        while rounds < limit && (rounds % 100 != 0 || Report.now() - start < 2) {
            try entry.withLock { _ in }
            rounds += 1
        }
        let time = Report.now() - start
        try Report(arguments).figure("lock_unlock", time / Double(rounds) * 1e6, "us")
    }

    static func prepare(_ arguments: Arguments) throws {
        try arguments.database()["x"].put(
            NDArray([Double](repeating: 0, count: BenchData.smallCount)),
            meta: ["count": 0, "source": "worker-0", "tags": ["raw", "v1"]])
    }

    static func work(_ arguments: Arguments) throws {
        let rounds = try arguments.number("iters")
        let entry = try arguments.database()["x"]
        try arguments.waitForStart()
        let start = Report.now()
        for _ in 0..<rounds {
            try entry.updateMeta { meta in
                guard let count = meta.count.asInt else { throw WrongData(what: "count") }
                meta.count = .integer(count + 1)
            }
        }
        let end = Report.now()
        let report = Report(arguments)
        try report.figure("t0", start, "s")
        try report.figure("t1", end, "s")
        try report.figure("errors", 0, "1")
    }

    static func check(_ arguments: Arguments) throws {
        let count = (try? arguments.database()["x"].meta.count.asInt) ?? -1
        try Report(arguments).figure("count", Double(count), "1")
    }
}
