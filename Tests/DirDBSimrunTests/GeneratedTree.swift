import DirDB
import DirDBDumpers
import Foundation
import TestSupport

/// A tree of raw results in a temporary directory, made of the folders that a test describes.
final class GeneratedTree {
    struct Folder {
        var path: String
        var id: String
        /// The run numbers, and with how many digits they are written; none where there are no activation files.
        var runs: [Int]
        var digits = 4
        var traceCount: Int?
        var kind = "csv"
        var labels: [String] = []
        var withParameters = false
        /// The voltage of a trace at a point; nil for a pattern with spikes.
        var voltage: (@Sendable (_ column: Int, _ point: Int) -> String)?
    }

    let directory: TemporaryDirectory
    /// The folder of raw results.
    var root: String { directory.path(of: "raw") }
    /// Where a test may keep its database.
    var databasePath: String { directory.path(of: "db") }

    init() throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: directory.path(of: "raw"), withIntermediateDirectories: true)
    }

    convenience init(_ folders: [Folder], times: [String] = GeneratedTree.times(40)) throws {
        try self.init()
        for folder in folders { try add(folder, times: times) }
    }

    /// Times as NEURON prints them.
    static func times(_ count: Int, from start: Double = 100) -> [String] {
        (0..<count).map { "\(Double(Int((start + 0.025 * Double($0)) * 1000 + 0.5)) / 1000)" }
    }

    func write(_ text: String, to path: String) throws {
        try directory.write(text, to: "raw/\(path)")
    }

    func add(_ folder: Folder, times: [String]) throws {
        let prefix = folder.path.isEmpty ? "" : "\(folder.path)/"
        let count = folder.traceCount ?? folder.runs.count
        for (run, number) in folder.runs.map({ ($0, Self.number($0, folder.digits)) }) {
            try write(
                "type\tID\tsoma distance\tsection\tpoint\tdendrite label\ttimes\nL4_C2\t0\t\(run).0\t1\t2\tBasal\t1.5,\n",
                to: "\(prefix)simulation_run\(number)_synapses.csv")
            try write(
                "type\tID\ttimes\nL4_C2\t0\t1.0,\n",
                to: "\(prefix)simulation_run\(number)_presynaptic_cells.csv")
        }
        let voltage = folder.voltage ?? { Self.pattern(folder.id, $0, $1) }
        let rows = times.indices.map { point in
            [times[point]] + (0..<count).map { voltage($0, point) }
        }
        if folder.kind == "csv" {
            try write(Self.text(rows), to: "\(prefix)\(folder.id)_vm_all_traces.csv")
        } else {
            try writeArchive(rows, to: "\(prefix)\(folder.id)_vm_all_traces.npz")
        }
        for label in folder.labels {
            try write(Self.text(rows), to: "\(prefix)\(folder.id)_\(label)_vm_dend_traces.csv")
        }
        if folder.withParameters {
            try write("{}", to: "\(prefix)\(folder.id)_neuron_model.param")
            try write("{}", to: "\(prefix)\(folder.id)_network_model.param")
        }
    }

    static func number(_ run: Int, _ digits: Int) -> String {
        String(repeating: "0", count: max(0, digits - "\(run)".count)) + "\(run)"
    }

    static func text(_ rows: [[String]]) -> String {
        let names = (0..<((rows.first?.count ?? 1) - 1)).map { "\tVm run \(number($0, 2))" }
        return "t\(names.joined())\n" + rows.map { $0.joined(separator: "\t") + "\n" }.joined()
    }

    private func writeArchive(_ rows: [[String]], to path: String) throws {
        let elements = rows.flatMap { $0.map { Double($0) ?? .nan } }
        let array = try NDArray(shape: [rows.count, rows[0].count], elements: elements)
        let scratch = try TemporaryDirectory()
        let database = try Database(scratch.path)
        try database["a"].put(["arr_0": array] as NamedArrays, as: NPZDumper(compression: .deflated))
        try directory.write(Data(try database["a"].bytes()), to: "raw/\(path)")
    }

    /// Voltages around both thresholds, some exactly on them, with 12 digits.
    private static func pattern(_ id: String, _ column: Int, _ point: Int) -> String {
        var random = SplitMix64(
            state: UInt64(column * 7919 + point * 104_729 + id.utf8.reduce(0) { $0 * 31 + Int($1) }))
        switch random.next() % 16 {
        case 0: return "0.0"
        case 1: return "-30.0"
        case 2: return "-0.0"
        case 3: return "nan"
        case 4: return "1.25e-05"
        default:
            let value = -80 + 120 * Double(random.next() % 1_000_000_007) / 1_000_000_007
            return String(format: "%.12g", value)
        }
    }
}
