import Foundation

/// What an import of csv and npz folders must give, computed in the plainest way from the raw text.
struct PlainReference {
    var indices: [String] = []
    var files: [String] = []
    var traces: [[Double]] = []
    var times: [Double] = []

    /// Reads all csv files below a folder; npz files are given as the text that they were made from.
    init(_ root: String, archives: [String: String] = [:]) throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: root)
        let found = names.filter { name in
            let parents = name.split(separator: "/").dropLast()
            return (name.hasSuffix("_vm_all_traces.csv") || name.hasSuffix("_vm_all_traces.npz"))
                && !parents.contains { $0.hasSuffix("_running") }
        }
        for path in found.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) {
            let text = try archives[path] ?? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            try add(path, text, names)
        }
    }

    private mutating func add(_ path: String, _ text: String, _ names: [String]) throws {
        files.append(path)
        let rows = text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: "\t").map { Double($0) ?? .nan }
        }
        times = rows.map { $0[0] }
        let columns = rows[0].count - 1
        for column in 0..<columns { traces.append(rows.map { $0[column + 1] }) }
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let prefix = folder.isEmpty ? "" : folder + "/"
        let runs = names.compactMap { name -> Int? in
            guard name.hasPrefix(prefix), !name.dropFirst(prefix.count).contains("/"),
                let match = name.dropFirst(prefix.count).wholeMatch(
                    of: /simulation_run(\d+)_(synapses|presynaptic_cells)\.csv/)
            else { return nil }
            return Int(match.1)
        }
        let sorted = runs.isEmpty ? Array(0..<columns) : Array(Set(runs)).sorted()
        for run in sorted { indices.append(prefix + String(format: "%06d", run)) }
    }

    /// The times where each trace reaches the threshold from below.
    func spikes(_ threshold: Double) -> [[Double]] {
        traces.map { trace in
            zip(zip(trace, trace.dropFirst()), times.dropFirst())
                .filter { $0.0.0 < threshold && $0.0.1 >= threshold }.map(\.1)
        }
    }
}
