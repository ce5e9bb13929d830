import DirDB
import DirDBDumpers
import DirDBSimrun
import Glibc
import Synchronization

/// The import of raw results of simrun.
///
/// `simrun-import`, raw= traces=1 activation=1 parameters=1: timed as a whole: import the folder `raw` into the empty
/// database `dir/db`; the parts that are 0 are left out. Without `raw` some made-up results of six trials each, folders=20,
/// are written before, into `dir/raw`. Prints time s, throughput MB/s (10^6 bytes of raw files), extra_rss MiB.
enum RawResults {
    static func importAll(_ arguments: Arguments) throws {
        let dir = try arguments.text("dir")
        mkdir(dir, 0o755)
        let given = try? arguments.text("raw")
        let raw = given ?? "\(dir)/raw"
        if given == nil { try write(try arguments.number("folders", default: 20), into: raw) }
        var options = SimrunOptions()
        let hasTraces = try arguments.number("traces", default: 1) != 0
        options.voltageTraces = hasTraces
        options.spikeTimes = hasTraces
        options.dendriticTraces = hasTraces
        options.dendriticSpikeTimes = hasTraces
        options.synapseActivation = try arguments.number("activation", default: 1) != 0
        options.parameterFiles = try arguments.number("parameters", default: 1) != 0
        options.allowsMissingParameters = true
        let database = try Database("\(dir)/db", durability: .relaxed)
        try arguments.waitForStart()
        let memory = ResidentMemory()
        let byteCount = Atomic<Int64>(0)
        let time = try Report.seconds {
            try Simrun.import(raw, into: database, options: options) { progress in
                byteCount.store(progress.totalBytes, ordering: .relaxed)
            }
        }
        let report = Report(arguments)
        try report.figure("time", time, "s")
        try report.figure("throughput", Double(byteCount.load(ordering: .relaxed)) / 1e6 / time, "MB/s")
        try report.figure("extra_rss", memory.growth, "MiB")
    }

    // MARK: Made-up results

    private static let trialCount = 6
    private static let pointCount = 10_000

    /// Writes result folders: traces, and activations of 4400 synapses and 5500 cells in each trial.
    private static func write(_ folderCount: Int, into raw: String) throws {
        let traces = traces()
        mkdir(raw, 0o755)
        for number in 20_240..<20_240 + folderCount {
            let folder = "\(raw)/20150815-1530_\(number)"
            mkdir(folder, 0o755)
            try write(traces, to: "\(folder)/\(number)_vm_all_traces.csv")
            for trial in 0..<trialCount {
                let run = "\(folder)/simulation_run000\(trial)"
                let seed = number &* trialCount &+ trial
                try write(synapses(seed), to: "\(run)_synapses.csv")
                try write(cells(seed), to: "\(run)_presynaptic_cells.csv")
            }
        }
    }

    private static func traces() -> String {
        var text = "t" + (0..<trialCount).map { "\tVm run 0\($0)" }.joined() + "\n"
        for point in 0..<pointCount {
            text += "\(Double(100_000 + 25 * point) / 1000)"
            for trial in 0..<trialCount { text += "\t-\(number(point &* 7 &+ trial, below: 90))" }
            text += "\n"
        }
        return text
    }

    private static func synapses(_ seed: Int) -> String {
        var text = "# type\tID\tsoma distance\tsection ID\tsection pt ID\tdendrite label\ttimes\n"
        for row in 0..<4400 {
            text +=
                "L5tt_C\(row / 17)\t\(row % 1500)\t\(number(row, below: 1500))\t\(row % 170)\t\(row % 300)"
            text += "\tDendrite\(row % 4)\t" + times(row % 6 == 0 ? 2 : 1, seed &* 4400 &+ row) + "\n"
        }
        return text
    }

    private static func cells(_ seed: Int) -> String {
        var text = "# type\tID\ttimes\n"
        for row in 0..<5500 {
            text += "L5tt_C\(row / 20)\t\(row)\t" + times(row % 4, seed &* 5500 &+ row) + "\n"
        }
        return text
    }

    private static func times(_ count: Int, _ seed: Int) -> String {
        (0..<count).map { "\(number(seed &+ $0 &* 1013, below: 345))," }.joined()
    }

    /// A number of up to 12 digits, as the simulation writes them.
    private static func number(_ seed: Int, below limit: Int) -> Double {
        // Steps of a large number that has no factor in common with the range.
        Double(seed &* 49_979_693_333 % (limit &* 1_000_000_000)) / 1e9
    }

    private static func write(_ text: String, to path: String) throws {
        var text = text
        let count = text.withUTF8 { bytes in
            guard let file = fopen(path, "w") else { return -1 }
            defer { fclose(file) }
            return fwrite(bytes.baseAddress, 1, bytes.count, file)
        }
        if count != text.utf8.count { throw UnwrittenFile(path: path) }
    }

    private struct UnwrittenFile: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) could not be written; give another dir=" }
    }
}
