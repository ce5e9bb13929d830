import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// What a later import does when the raw results are others.
@Suite struct ChangedTreeTests {
    private static let site = "x_ID_000"

    private func options(link: Bool = false) -> SimrunOptions {
        var options = SimrunOptions.traces
        options.synapseActivation = true
        options.link = link
        return options
    }

    private func tree() throws -> GeneratedTree {
        try GeneratedTree([
            .init(path: "a", id: "1", runs: [0, 1], labels: [Self.site]),
            .init(path: "b", id: "2", runs: [0, 1], labels: [Self.site]),
        ])
    }

    private func database(_ tree: GeneratedTree, _ name: String = "db") throws -> Database {
        try Database(tree.directory.path(of: name), dumpers: .standard + [LinkedTraces()])
    }

    /// Requires that a database is as one into which the tree is imported for the first time.
    private func expectAsNew(_ database: Database, _ tree: GeneratedTree, _ options: SimrunOptions) throws {
        let fresh = try self.database(tree, "fresh")
        try Simrun.import(tree.root, into: fresh, options: options)
        for entry in try fresh.entries(recursive: true) {
            let other = try database.entry(at: entry.components)
            #expect(try other.bytes() == entry.bytes(), "\(entry.components)")
            var (left, right) = (try other.meta, try entry.meta)
            left["simrun"]["imported"] = .null
            right["simrun"]["imported"] = .null
            #expect(left == right, "\(entry.components)")
        }
        #expect(try database.verify().isEmpty && fresh.verify().isEmpty)
    }

    @Test("An entry that no import has made is not lost to one", arguments: [false, true])
    func foreignEntries(link: Bool) throws {
        let tree = try tree()
        let database = try database(tree)
        try database["spike_times"].put([UInt8(7)], meta: ["precious": 1])
        try database["dendritic_recordings", Self.site].put([UInt8(8)])
        let state = try DatabaseState(database)
        for action in [
            { _ = try Simrun.import(tree.root, into: database, options: options(link: link)) },
            { _ = try Simrun.plan(tree.root, into: database.path, options: options(link: link)) },
        ] {
            let error = #expect(throws: DirDBError.self) { try action() }
            #expect(error?.code == .alreadyExists)
            #expect(
                error?.message.contains("spike_times, dendritic_recordings/\(Self.site) (2 in all)") == true)
            #expect(try DatabaseState(database) == state)
        }
    }

    @Test("Other run numbers change the index of everything that has one", arguments: [false, true])
    func runNumbers(link: Bool) throws {
        let tree = try tree()
        let database = try database(tree)
        try Simrun.import(tree.root, into: database, options: options(link: link))
        for kind in ["synapses", "presynaptic_cells"] {
            try FileManager.default.moveItem(
                atPath: "\(tree.root)/a/simulation_run0001_\(kind).csv",
                toPath: "\(tree.root)/a/simulation_run0007_\(kind).csv")
        }
        try Simrun.import(tree.root, into: database, options: options(link: link))
        for entry in try database.entries(recursive: true) { try Simrun.optimize(entry) }
        try expectAsNew(database, tree, options())
    }

    @Test(
        "A folder without a site, added later, changes the rows that the site tells",
        arguments: [false, true])
    func rowRanges(link: Bool) throws {
        let tree = try tree()
        let database = try database(tree)
        try Simrun.import(tree.root, into: database, options: options(link: link))
        try tree.add(.init(path: "a2", id: "3", runs: [0]), times: GeneratedTree.times(40))
        try Simrun.import(tree.root, into: database, options: options(link: link))
        for entry in try database.entries(recursive: true) { try Simrun.optimize(entry) }
        #expect(try database["dendritic_recordings", Self.site].meta["row_ranges"] == [[0, 2], [3, 5]])
        try expectAsNew(database, tree, options())
        #expect(try Simrun.import(tree.root, into: database, options: options()).imported == [])
    }

    @Test(
        "Another time axis is refused though the other files were imported before", arguments: [false, true])
    func axis(link: Bool) throws {
        let tree = try tree()
        try FileManager.default.removeItem(atPath: "\(tree.root)/b")
        let database = try database(tree)
        try Simrun.import(tree.root, into: database, options: options(link: link))
        let before = try DatabaseState(database)
        let file = "a/1_vm_all_traces.csv"
        let text = try tree.directory.text("raw/\(file)").replacing("\n100.05\t", with: "\n100.06\t")
        try tree.write(text, to: file)
        let error = #expect(throws: DirDBError.self) {
            try Simrun.import(tree.root, into: database, options: options(link: link))
        }
        #expect(error?.message.contains("have different time axes") == true)
        #expect(try DatabaseState(database) == before)
        try FileManager.default.removeItem(atPath: tree.root)
    }

    @Test("Links are refused where a direct import is: for other times and another number of traces")
    func linking() throws {
        let tree = try tree()
        let original = try tree.directory.text("raw/b/2_\(Self.site)_vm_dend_traces.csv")
        let others = [original.replacing("\n100.05\t", with: "\n100.06\t"), "t\tVm run 00\n100.0\t1\n"]
        for text in others {
            try tree.write(text, to: "b/2_\(Self.site)_vm_dend_traces.csv")
            let error = #expect(throws: DirDBError.self) {
                try Simrun.import(tree.root, into: tree.databasePath, options: options(link: true))
            }
            #expect(error?.message.contains("2_\(Self.site)_vm_dend_traces.csv") == true)
            #expect(!FileManager.default.fileExists(atPath: tree.databasePath))
        }
    }

    @Test("An import that fails leaves no entry of what was there before beside those that are new")
    func mixture() throws {
        let tree = try tree()
        let database = try database(tree)
        try Simrun.import(tree.root, into: database, options: options())
        try tree.add(.init(path: "c", id: "3", runs: [0]), times: GeneratedTree.times(40))
        let file = "c/3_vm_all_traces.csv"
        let text = try tree.directory.text("raw/\(file)")
        try tree.write(text.dropLast() + "x\n", to: file)
        #expect(throws: DirDBError.self) { try Simrun.import(tree.root, into: database, options: options()) }
        #expect(try database["sim_trial_index"].get(Table.self).rowCount == 5)
        for name in ["voltage_traces", "spike_times", "synapse_activation"] {
            #expect(try !database[name].exists, "\(name)")
        }
        #expect(try database["dendritic_spike_times", "\(Self.site)_-30.0"].exists)
        try tree.write(text, to: file)
        try Simrun.import(tree.root, into: database, options: options())
        try expectAsNew(database, tree, options())
    }

    @Test(
        "Entries whose raw files have gone are told; those of another threshold only when their files changed"
    )
    func stale() throws {
        let tree = try tree()
        let database = try database(tree)
        var other = options()
        other.dendriticThreshold = -35
        try Simrun.import(tree.root, into: database, options: other)
        #expect(try Simrun.import(tree.root, into: database, options: options()).stale == [])
        for file in ["a/1", "b/2"] {
            try FileManager.default.removeItem(atPath: "\(tree.root)/\(file)_\(Self.site)_vm_dend_traces.csv")
        }
        let report = try Simrun.import(tree.root, into: database, options: options())
        #expect(
            report.stale == [
                "dendritic_recordings/\(Self.site)", "dendritic_spike_times/\(Self.site)_-30.0",
                "dendritic_spike_times/\(Self.site)_-35.0",
            ])
        #expect(report.text().contains("stale dendritic_recordings/\(Self.site): "))
        #expect(report.json["stale"].asArray?.count == 3)
        #expect(try database.verify().isEmpty)
    }

    @Test("What a killed import left is removed by the next")
    func leftovers() throws {
        let tree = try tree()
        let path = tree.databasePath
        try Simrun.import(tree.root, into: path, options: options())
        try Data([1]).write(to: URL(fileURLWithPath: "\(path)/.voltage_traces.0123456789abcdef.npy.tmp"))
        try Simrun.import(tree.root, into: path, options: options())
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(!names.contains { $0.hasSuffix(".tmp") })
    }

    @Test(
        "Activations: a cut file is warned of, a missing comma is told with its line, a run beyond Int64 is skipped"
    )
    func activations() throws {
        let tree = try tree()
        let file = "a/simulation_run0000_presynaptic_cells.csv"
        let large = "a/simulation_run99999999999999999999_synapses.csv"
        try tree.write("type\tID\ttimes\nA\t0\t1.0,", to: file)
        try tree.write("type\n", to: large)
        let report = try Simrun.import(tree.root, into: tree.databasePath, options: options())
        #expect(report.warnings.contains { $0.contains("\(file) does not end with a line feed") })
        #expect(report.skipped.map(\.path) == [large])
        try tree.write("type\tID\ttimes\nA\t0\t1.0\n", to: file)
        let error = #expect(throws: DirDBError.self) {
            try Simrun.import(tree.root, into: tree.databasePath, options: options())
        }
        #expect(error?.message.contains("line 2 of \(tree.root)/\(file) is malformed") == true)
    }
}
