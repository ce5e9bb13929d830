import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct GeneratedTreeTests {
    typealias Folder = GeneratedTree.Folder

    /// A tree with every form of names and numbers.
    static let folders = [
        Folder(path: "a/20150815-1530_20240", id: "20240", runs: [0, 1, 2], labels: ["apical_ID_000"]),
        Folder(path: "a/20150815-1530_seed_77", id: "seed_77", runs: [3, 7, 12], labels: ["apical_ID_000"]),
        Folder(path: "b/c/d/20150816-1530_seed5_pid9", id: "seed5_pid9", runs: [9999, 10000], digits: 2),
        Folder(path: "a-b/20150815-1530_1", id: "1", runs: [41], digits: 6),
        Folder(path: "", id: "33", runs: [2, 5], labels: ["basal_ID_001", "apical_ID_000"]),
        Folder(path: "no-activation", id: "4", runs: [], traceCount: 3),
    ]

    @Test("A tree of csv folders gives what a plain reading of its files gives")
    func csv() throws {
        let tree = try GeneratedTree(Self.folders)
        try tree.write("t\tVm run 00\n0\t1\n", to: "x_running/20150815-1_9/9_vm_all_traces.csv")
        try tree.write("", to: "a/20150815-1530_20240/simulation_run0001_synapses.csv.bak")
        try tree.write("", to: "a/20150815-1530_20240/.simulation_run0001_synapses.csv.swp")
        try tree.write("", to: "a/20150815-1530_20240/hostname_ibs3001")
        let database = try Database(tree.databasePath)
        let report = try Simrun.import(tree.root, into: database, options: .traces)
        #expect(report.folderCount == 6 && report.trialCount == 14)
        #expect(report.skipped.map(\.path) == ["x_running"])
        #expect(report.warnings == [])
        let reference = try PlainReference(tree.root)
        try expect(database, equals: reference)

        let meta = try database["metadata"].get(Table.self)
        #expect(
            meta.columns.map(\.name) == [
                "sim_trial_index", "path", "trialnr", "voltage_traces_file_name", "synapses_file_name",
                "cells_file_name",
            ])
        #expect(meta.strings("sim_trial_index") == reference.indices)
        let row = try #require(reference.indices.firstIndex { $0.hasSuffix("/010000") })
        #expect(meta.strings("trialnr")[row] == "010000")
        #expect(meta.strings("path")[row] == "b/c/d/20150816-1530_seed5_pid9")
        #expect(meta.strings("voltage_traces_file_name")[row] == "seed5_pid9_vm_all_traces.csv")
        #expect(meta.strings("synapses_file_name")[row] == "simulation_run10000_synapses.csv")
        let without = try #require(reference.indices.firstIndex { $0.hasPrefix("no-activation") })
        #expect(meta.strings("cells_file_name")[without] == nil)

        // Each site has rows for the folders that recorded it, in the order of all rows.
        let apical = try database["dendritic_recordings", "apical_ID_000"].get(NDArray<Double>.self)
        let rows = reference.indices.indices.filter { row in
            let index = reference.indices[row]
            return !index.contains("/") || index.hasPrefix("a/")
        }
        #expect(isSame(apical.elements, rows.flatMap { reference.traces[$0] }))
        let spikes = try database["dendritic_spike_times", "apical_ID_000_-30.0"].get(Table.self)
        #expect(spikes.strings("sim_trial_index") == rows.map { reference.indices[$0] })
        #expect(spikes.ragged() == rows.map { reference.spikes(-30)[$0] })
        let ranges = try database["dendritic_recordings", "apical_ID_000"].meta["row_ranges"].asArray ?? []
        let covered = ranges.flatMap { Int($0[0].asInt ?? 0)..<Int($0[1].asInt ?? 0) }
        #expect(covered == rows)
        #expect(try database.verify().isEmpty)
    }

    @Test("Archives and text files beside each other give the same as text files alone")
    func archives() throws {
        var mixed = Self.folders
        for index in [0, 2, 5] { mixed[index].kind = "npz" }
        let text = try GeneratedTree(Self.folders)
        let tree = try GeneratedTree(mixed)
        var archives: [String: String] = [:]
        for index in [0, 2, 5] {
            let file = "\(mixed[index].path)/\(mixed[index].id)_vm_all_traces"
            archives["\(file).npz"] = try String(contentsOfFile: "\(text.root)/\(file).csv", encoding: .utf8)
        }
        let database = try Database(tree.databasePath)
        try Simrun.import(tree.root, into: database, options: .traces)
        try expect(database, equals: try PlainReference(tree.root, archives: archives))
        #expect(try database.verify().isEmpty)
    }

    @Test("One point, one trial; repeated times; white space of all kinds; values that are not finite")
    func extremes() throws {
        for text in [
            "t\tVm run 00\n100.0\t-70.5\n",
            "t\tVm run 00\tVm run 01\n1.0\t-1\t2\n1.0\t1\t-2\n1.0\t-0.0\t0\n",
            "t\tVm run 00\r\n1.0 \t -1e3 \r\n2.0\t+inf\r\n\r\n",
            "t\tVm run 00\n1\tnan\n2\t-Infinity\n3\t12345678901234567890.5\n4\t4.9e-324",
        ] {
            let tree = try GeneratedTree()
            try tree.write(text, to: "f/1_vm_all_traces.csv")
            let database = try Database(tree.databasePath)
            let report = try Simrun.import(tree.root, into: database, options: .traces)
            #expect(report.warnings.count == (text.utf8.last == UInt8(ascii: "\n") ? 0 : 1))
            let traces: NDArray<Double> = try database["voltage_traces"].get()
            let rows = text.split { $0.isNewline }.dropFirst().map { line in
                line.split { $0 == " " || $0 == "\t" }.map { Double($0) ?? .nan }
            }
            let expected = (1..<rows[0].count).flatMap { column in rows.map { $0[column] } }
            #expect(isSame(traces.elements, expected))
            #expect(traces.shape == [rows[0].count - 1, rows.count])
            #expect(try database.verify().isEmpty)
        }
    }

    @Test("With float32 traces are rounded once, and spikes are those of the raw values")
    func float32() throws {
        let tree = try GeneratedTree([
            Folder(path: "f", id: "1", runs: [0], voltage: { _, point in point == 5 ? "-1e-60" : "-1" })
        ])
        var options = SimrunOptions.traces
        options.float32 = true
        let database = try Database(tree.databasePath)
        try Simrun.import(tree.root, into: database, options: options)
        let reference = try PlainReference(tree.root)
        let traces: NDArray<Float> = try database["voltage_traces"].get()
        #expect(traces.elements == reference.traces[0].map(Float.init))
        // As 32-bit real it would be -0 and reach the threshold.
        #expect(traces.elements[5] == 0)
        #expect(try database["spike_times"].get(Table.self).ragged() == [[]])
        #expect(try database.verify().isEmpty)
    }

    @Test("Lines and numbers of traces that exceed every buffer are read like short ones")
    func large() throws {
        let tree = try GeneratedTree(
            [Folder(path: "f", id: "1", runs: [], traceCount: 70_000)], times: GeneratedTree.times(3))
        let database = try Database(tree.databasePath)
        try Simrun.import(tree.root, into: database, options: .traces)
        try expect(database, equals: try PlainReference(tree.root))
        #expect(try database.verify().isEmpty)
    }
}
