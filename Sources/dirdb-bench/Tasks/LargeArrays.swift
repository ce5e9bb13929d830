import DirDB
import DirDBDumpers

/// Whole large arrays: written, read into memory, mapped, and read by rows.
enum LargeArrays {
    static func put(_ arguments: Arguments) throws {
        let mebibytes = try arguments.number("mib")
        let count = try arguments.number("count", default: 1)
        let database = try arguments.database(try arguments.flag("durable") ? .full : .relaxed)
        let array = try BenchData.large(mebibytes)
        if try arguments.flag("overwrite") {
            for index in 0..<count { try database["big\(index)"].put(array, durability: .relaxed) }
            try database.sync()
        }
        try arguments.waitForStart()
        let memory = ResidentMemory()
        let times = try (0..<count).map { index in
            try Report.seconds { try database["big\(index)"].put(array) }
        }
        try report(arguments, mebibytes, times, memory)
    }

    static func fill(_ arguments: Arguments) throws {
        let database = try arguments.database()
        let array = try BenchData.large(try arguments.number("mib"))
        let count = try arguments.number("n", default: 1)
        for index in 0..<count {
            let name = count > 1 ? BenchData.smallName(index) : "big"
            try database[name].put(array, meta: BenchData.smallMeta(index))
        }
    }

    static func get(_ arguments: Arguments) throws {
        let mebibytes = try arguments.number("mib")
        let database = try arguments.database()
        try arguments.waitForStart()
        let memory = ResidentMemory()
        let times = try Report.repeated(try arguments.number("reps", default: 3)) { _ in
            var array: NDArray<Double>?
            let time = try Report.seconds {
                array = try database["big"].get(as: NPYDumper<Double>(access: .owned))
            }
            try check(array, mebibytes)
            return time
        }
        try report(arguments, mebibytes, times, memory)
    }

    static func row(_ arguments: Arguments) throws {
        let rows = try arguments.number("mib") * 128
        let database = try arguments.database()
        try arguments.waitForStart()
        let times = try Report.repeated(try arguments.number("reps", default: 200)) { round in
            let row = (round * 7919 + 1) % rows
            var found: NDArray<Double>?
            let time = try Report.seconds { found = try database["big"].rows(row..<row + 1) }
            let expected = Double(row * BenchData.columns + 3)
            try WrongData.check(
                found?.shape == [1, BenchData.columns] && found?[0, 3] == expected, "row \(row)")
            return time
        }
        try Report(arguments).figure("row", Report.median(times) * 1e6, "us")
    }

    static func map(_ arguments: Arguments) throws {
        let mebibytes = try arguments.number("mib")
        let database = try arguments.database()
        try arguments.waitForStart()
        let opening = try Report.repeated(try arguments.number("reps", default: 200), seconds: 1) { _ in
            var array: NDArray<Double>?
            let time = try Report.seconds { array = try database["big"].get() }
            try WrongData.check(array?.isMapped == true && array?.shape == shape(mebibytes), "not mapped")
            return time
        }
        let summing = try Report.repeated(5) { _ in
            var array: NDArray<Double>?
            var sum = 0.0
            let time = try Report.seconds {
                array = try database["big"].get()
                sum = array?.sum() ?? .nan
            }
            try WrongData.check(sum == BenchData.expectedSum(mebibytes), "sum")
            return time
        }
        let report = Report(arguments)
        try report.figure("map", Report.median(opening) * 1e6, "us")
        try report.figure("sum_time", Report.median(summing), "s")
        try report.figure("sum_throughput", Double(mebibytes) / Report.median(summing), "MiB/s")
    }

    private static func shape(_ mebibytes: Int) -> [Int] { [mebibytes * 128, BenchData.columns] }

    private static func check(_ array: NDArray<Double>?, _ mebibytes: Int) throws {
        try WrongData.check(array?.shape == shape(mebibytes), "shape")
        try WrongData.check(array?.isMapped == false, "it is no memory of the process")
        try WrongData.check(array?.sum() == BenchData.expectedSum(mebibytes), "sum")
    }

    private static func report(
        _ arguments: Arguments, _ mebibytes: Int, _ times: [Double], _ memory: ResidentMemory
    ) throws {
        let report = Report(arguments)
        let time = Report.median(times)
        try report.figure("time", time, "s")
        try report.figure("throughput", Double(mebibytes) / time, "MiB/s")
        try report.figure("extra_rss", memory.growth, "MiB")
    }
}
