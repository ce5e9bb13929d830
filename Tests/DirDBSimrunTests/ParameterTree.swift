import DirDB
import DirDBDumpers
import Foundation
import TestSupport

@testable import DirDBSimrun

/// A small folder of raw results with parameter files, `raw`, the files that they name, `anatomy`, and a database.
///
/// In the beginning there is one result folder, `1_a`, with two trials, and all files are as they should be.
final class ParameterTree {
    let directory: TemporaryDirectory
    var allowsMissing = false

    init() throws {
        directory = try TemporaryDirectory()
        try addFolder("1_a")
        try write("cell { }\n", to: "anatomy/cell.hoc")
        try write("# sites\n1 2 3\n", to: "anatomy/sites.landmarkAscii")
        try write("# Synapses\n# corresponding to cell: cell.hoc\n\nA\t1\t0.5\n", to: "anatomy/net.syn")
        try write("# Connections\n# net.syn\n\nA\t0\t0\n", to: "anatomy/net.con")
    }

    func write(_ text: String, to name: String) throws {
        try directory.write(text.replacingOccurrences(of: "[ROOT]", with: directory.path), to: name)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: directory.path(of: name))
    }

    /// The path as it stands in errors.
    func path(_ name: String) -> String { directory.path(of: name) }

    /// Adds a result folder with two trials.
    func addFolder(
        _ name: String, hoc: String = "[ROOT]/anatomy/cell.hoc",
        sites: String? = "[ROOT]/anatomy/sites.landmarkAscii",
        syn: String = "[ROOT]/anatomy/net.syn", con: String = "[ROOT]/anatomy/net.con"
    ) throws {
        let id = name.split(separator: "/").last?.prefix(1) ?? ""
        try write("t\tVm run 00\tVm run 01\n0.0\t-70.0\t-71.0\n", to: "raw/\(name)/\(id)_vm_all_traces.csv")
        let list = sites.map { "('\($0)',)" } ?? "()"
        try write(
            "{'neuron': {'filename': '\(hoc)', 'e': -90}, 'sim': {'recordingSites': \(list), 'dt': 0.025,},}",
            to: "raw/\(name)/\(id)_neuron_model.param")
        try write(
            """
            {"network": {"A": {"synapses": {"distributionFile": "\(syn)", "connectionFile": "\(con)"}}, # one
            "B": {"celltype": "spiketrain"}}}
            """, to: "raw/\(name)/\(id)_network_model.param")
    }

    var database: Database {
        get throws { try Database(directory.path(of: "db")) }
    }

    func plan() throws -> ParameterFiles.Plan {
        try ParameterFiles.plan(
            try SimrunTree(scanning: directory.path(of: "raw")), allowsMissing: allowsMissing)
    }

    /// Plans and writes; what was done.
    @discardableResult
    func importAll() throws -> SimrunReport {
        let tree = try SimrunTree(scanning: directory.path(of: "raw"))
        var options = SimrunOptions()
        (options.core, options.synapseActivation) = (false, false)
        (options.voltageTraces, options.spikeTimes) = (false, false)
        (options.dendriticTraces, options.dendriticSpikeTimes) = (false, false)
        options.allowsMissingParameters = allowsMissing
        let (database, log) = (try database, ImportLog(nil))
        var plan = try ImportPlan(tree, options)
        try plan.compare(with: database)
        try plan.carryOut(in: database, log)
        return log.report
    }

    /// The content of an entry as text.
    func text(_ folder: String, _ name: String) throws -> String {
        String(decoding: try database[folder, name].bytes(), as: UTF8.self)
    }

    func names(_ folder: String) throws -> [String] {
        try database.subdatabase(folder, create: false).entries().map(\.name).sorted()
    }
}

extension Column {
    /// The texts of a column; nil where one is missing.
    var texts: [String?] {
        guard case .string(let strings) = values else { return [] }
        return (0..<count).map { row in validity?[row] ?? true ? strings[row] : nil }
    }
}

/// The MD5 of some text.
func md5(_ text: String) -> String {
    var digest = MD5()
    digest.update(text)
    return digest.finish()
}
