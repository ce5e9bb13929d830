import DirDB
import DirDBDumpers

/// A table shaped like `synapse_activation` of an import: 7 columns that tell of a synapse, and 6 of times, which fewer
/// and fewer rows have.
///
/// - `parquet-write`, rows= count=1 durable=0/1: timed, each by itself: put the table as `table{i}`, parquet compressed
///   by zstd.
/// - `parquet-read`, rows= reps=3: `table0` is there. Timed: from the name to the whole table in memory. Not timed: the
///   number of rows and the sum of the first times are checked.
///
/// Both print time s (median), throughput MB/s (10^6 bytes of the table in memory), row_rate rows/s, extra_rss MiB.
enum Tables {
    static func write(_ arguments: Arguments) throws {
        let table = try make(try arguments.number("rows"))
        let database = try arguments.database(try arguments.flag("durable") ? .full : .relaxed)
        try arguments.waitForStart()
        let memory = ResidentMemory()
        let times = try (0..<(try arguments.number("count", default: 1))).map { index in
            try Report.seconds { try database["table\(index)"].put(table) }
        }
        try report(arguments, table.rowCount, times, memory)
    }

    static func read(_ arguments: Arguments) throws {
        let rowCount = try arguments.number("rows")
        let database = try arguments.database()
        try arguments.waitForStart()
        let memory = ResidentMemory()
        let times = try Report.repeated(try arguments.number("reps", default: 3)) { _ in
            var table: Table?
            let time = try Report.seconds { table = try database["table0"].get() }
            try WrongData.check(table?.rowCount == rowCount, "rows")
            guard case .double(let values) = table?["0"]?.values else { throw WrongData(what: "type") }
            try WrongData.check(values == (0..<rowCount).map { self.time($0, 0) }, "times")
            return time
        }
        try report(arguments, rowCount, times, memory)
    }

    private static let timeColumns = 6

    /// The bytes of a row: three codes, three integers, seven reals.
    private static let rowSize = 3 * 4 + 3 * 8 + 8 + timeColumns * 8

    /// A time with 12 digits, as text of simulations has them.
    private static func time(_ row: Int, _ number: Int) -> Double {
        // Steps of a large number that has no factor in common with the range.
        Double((row &+ number &* 1013) &* 49_979_693 % 345_000_000) / 1e6
    }

    private static func make(_ rowCount: Int) throws -> Table {
        func texts(_ distinct: Int, _ prefix: String, _ code: (Int) -> Int) throws -> Column.Values {
            let names = StringColumn((0..<distinct).map { "\(prefix)\($0)" })
            return .string(
                try StringColumn(
                    codes: (0..<rowCount).map { Int32(code($0)) }, dictionary: names.dictionary))
        }
        func integers(_ modulus: Int) -> Column.Values {
            .int64((0..<rowCount).map { Int64($0 &* 7919 % modulus) })
        }
        // As in the real results: 26,140 rows of six trials with 261 types.
        let trials = rowCount / 4357 + 1
        var columns = [
            try Column("sim_trial_index", try texts(trials, "20150815-1530_20240/00000") { $0 / 4357 }),
            try Column("synapse_type", try texts(261, "L5tt_C") { $0 % 4357 / 17 }),
            try Column("synapse_ID", integers(1500)),
            try Column("soma_distance", .double((0..<rowCount).map { time($0 % 4357, 7) })),
            try Column("section_ID", integers(170)), try Column("section_pt_ID", integers(300)),
            try Column("dendrite_label", try texts(4, "Dendrite") { $0 &* 31 % 7 % 4 }),
        ]
        for number in 0..<timeColumns {
            // A sixth of the rows has a second time, a sixth of those a third.
            let every = number == 0 ? 1 : (1...number).reduce(1) { product, _ in product * 6 }
            let validity = (0..<rowCount).map { $0 % every == 0 }
            columns.append(
                try Column(
                    "\(number)", .double((0..<rowCount).map { time($0, number) }), validity: validity))
        }
        return try Table(columns, index: "sim_trial_index")
    }

    private static func report(
        _ arguments: Arguments, _ rowCount: Int, _ times: [Double], _ memory: ResidentMemory
    ) throws {
        let report = Report(arguments)
        let time = Report.median(times)
        try report.figure("time", time, "s")
        try report.figure("throughput", Double(rowCount * rowSize) / 1e6 / time, "MB/s")
        try report.figure("row_rate", Double(rowCount) / time, "rows/s")
        try report.figure("extra_rss", memory.growth, "MiB")
    }
}
