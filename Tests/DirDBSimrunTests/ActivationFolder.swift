import DirDB
import DirDBDumpers
import DirDBSimrun
import TestSupport

/// A place for raw results with activation files, and a database for what is imported of them.
struct ActivationFolder: ~Copyable {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    var raw: String { directory.path(of: "raw") }

    /// Writes a result folder with a trace for each run, and of each run the files that are given.
    func write(_ name: String, runs: [Int], synapses: [Int: String] = [:], cells: [Int: String] = [:]) throws
    {
        let header = "t" + runs.indices.map { "\tVm run 0\($0)" }.joined()
        let values = "0.0" + String(repeating: "\t-70.0", count: runs.count)
        try directory.write("\(header)\n\(values)\n", to: "raw/\(name)/7_vm_all_traces.csv")
        for (run, text) in synapses {
            try directory.write(text, to: "raw/\(name)/simulation_run000\(run)_synapses.csv")
        }
        for (run, text) in cells {
            try directory.write(text, to: "raw/\(name)/simulation_run000\(run)_presynaptic_cells.csv")
        }
    }

    func database() throws -> Database {
        try Database(directory.path(of: "db"))
    }

    @discardableResult
    func importAll() throws -> SimrunReport {
        var options = SimrunOptions()
        options.parameterFiles = false
        options.voltageTraces = false
        options.spikeTimes = false
        return try Simrun.import(raw, into: try database(), options: options)
    }

    func table(_ name: String) throws -> Table {
        try database()[name].get()
    }
}

extension Table {
    /// The reals of a column; nil where a row has none.
    func reals(_ name: String) -> [Double?] {
        guard let column = self[name], case .double(let values) = column.values else { return [] }
        return values.indices.map { column.validity?[$0] ?? true ? values[$0] : nil }
    }

    func integers(_ name: String) -> [Int64] {
        guard let column = self[name], case .int64(let values) = column.values else { return [] }
        return values
    }

    func texts(_ name: String) -> [String] {
        guard let column = self[name], case .string(let values) = column.values else { return [] }
        return (0..<values.count).map { values[$0] }
    }
}
