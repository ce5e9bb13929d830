import DirDB
import DirDBDumpers

/// A writer that is killed while it overwrites, and what is found then.
enum Crash {
    static func prepare(_ arguments: Arguments) throws {
        try arguments.database()["big"].put(
            BenchData.constant(try arguments.number("mib"), 1), meta: ["gen": 1])
    }

    static func write(_ arguments: Arguments) throws {
        let mebibytes = try arguments.number("mib")
        let entry = try arguments.database()["big"]
        let arrays = [try BenchData.constant(mebibytes, 1), try BenchData.constant(mebibytes, 2)]
        try arguments.waitForStart()
        while true {
            for generation in [2, 1] {
                try entry.put(arrays[generation - 1], meta: ["gen": .integer(Int64(generation))])
            }
        }
    }

    static func check(_ arguments: Arguments) throws {
        let database = try arguments.database()
        // What a killed writer has left takes as much room as what it wrote.
        _ = try database.recover()
        let entry = try database["big"]
        let found: Double? = try? entry.withLock(.shared) { entry in
            let array: NDArray<Double> = try entry.get()
            let statistics = array.statistics()
            let isWhole =
                array.count == BenchData.elementCount(try arguments.number("mib")) && statistics.nanCount == 0
                && statistics.min == statistics.max
            return isWhole ? statistics.min : nil
        }
        let generation = (try? entry.meta.gen.asInt) ?? -1
        let isReadable = found == 1 || found == 2
        let report = Report(arguments)
        try report.figure("readable", isReadable ? 1 : 0, "1")
        try report.figure("meta_readable", generation == 1 || generation == 2 ? 1 : 0, "1")
        try report.figure("meta_match", isReadable && found == Double(generation) ? 1 : 0, "1")
    }
}
