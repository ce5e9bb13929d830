import DirDB
import DirDBDumpers

/// The model builder's pass: the mean of each array into its metadata.
enum Statistics {
    static func run(_ arguments: Arguments) throws {
        let (count, mebibytes) = (try arguments.number("n"), try arguments.number("mib"))
        let database = try arguments.database()
        try arguments.waitForStart()
        var done = 0
        let time = try Report.seconds {
            for entry in try database.entries() {
                let array: NDArray<Double> = try entry.get()
                let mean = array.mean()
                try entry.updateMeta { $0.data_mean = .real(mean) }
                done += 1
            }
        }
        try WrongData.check(done == count, "\(done) entries")
        let report = Report(arguments)
        try report.figure("time", time, "s")
        try report.figure("throughput", Double(count * mebibytes) / time, "MiB/s")
    }
}
