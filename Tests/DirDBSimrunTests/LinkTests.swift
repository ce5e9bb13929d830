import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct LinkTests {
    private static let site = "apical_ID_000"

    private func linkedOptions() -> SimrunOptions {
        var options = SimrunOptions.traces
        options.synapseActivation = true
        options.link = true
        return options
    }

    private func tree() throws -> GeneratedTree { try GeneratedTree(GeneratedTreeTests.folders) }

    @Test("Linked entries are inspected without the raw files, and read from them as stored ones are read")
    func reading() throws {
        let tree = try tree()
        let database = try Database(tree.databasePath, dumpers: .standard + [LinkedTraces()])
        try Simrun.import(tree.root, into: database, options: linkedOptions())
        #expect(try database["voltage_traces"].info().format == "simrun")
        #expect(try database["voltage_traces"].info().content.shape == [14, 40])
        #expect(try database["spike_times"].info().content == FormatInfo())
        let reference = try PlainReference(tree.root)
        try expect(database, equals: reference)

        var options = linkedOptions()
        options.link = false
        let stored = try Database(tree.directory.path(of: "stored"))
        try Simrun.import(tree.root, into: stored, options: options)
        for name in ["synapse_activation", "cell_activation", "spike_times"] {
            let table = try Simrun.table(try database[name])
            #expect(table == (try stored[name].get(Table.self)), "\(name)")
        }
        #expect(throws: DirDBError.self) { try database["spike_times"].get(as: LinkedTraces()) }
        #expect(throws: DirDBError.self) { try database["voltage_traces"].get(as: LinkedTable()) }
        #expect(try database.verify().isEmpty)
        #expect(try stored.verify().isEmpty)
    }

    @Test("Optimized entries equal those of an import without links, in data and in what the metadata says")
    func optimizing() throws {
        let tree = try tree()
        let database = try Database(tree.databasePath, dumpers: .standard + [LinkedTraces()])
        try Simrun.import(tree.root, into: database, options: linkedOptions())
        var options = linkedOptions()
        options.link = false
        let stored = try Database(tree.directory.path(of: "stored"))
        try Simrun.import(tree.root, into: stored, options: options)
        for entry in try stored.entries(recursive: true) {
            let linked = try database.entry(at: entry.components)
            let wasLink = try linked.info().format == "simrun"
            #expect(try Simrun.optimize(linked) == wasLink)
            #expect(try linked.info().format == entry.info().format)
            #expect(try linked.bytes() == entry.bytes(), "\(entry.components)")
            #expect(try linked.meta["units"] == entry.meta["units"])
            #expect(try linked.meta["simrun"]["fingerprint"] == entry.meta["simrun"]["fingerprint"])
            #expect(try linked.meta["simrun"]["linked"] == .null)
        }
        // Nothing is left for an import to do.
        #expect(try Simrun.import(tree.root, into: database, options: options).imported == [])
        try FileManager.default.removeItem(atPath: tree.root)
        #expect(try Simrun.traces(database["voltage_traces"]).shape == [14, 40])
        #expect(try database.verify().isEmpty)
        #expect(try stored.verify().isEmpty)
    }

    @Test("Links under other names are resolved under these")
    func renaming() throws {
        let tree = try tree()
        let database = try Database(tree.databasePath, dumpers: .standard + [LinkedTraces()])
        try Simrun.import(tree.root, into: database, options: linkedOptions())
        let links = ["voltage_traces", "spike_times", "synapse_activation", "cell_activation"]
        for name in links {
            try database[name].rename(to: database["my_\(name)"])
            #expect(try Simrun.optimize(database["my_\(name)"]))
        }
        var options = linkedOptions()
        options.link = false
        try Simrun.import(tree.root, into: database, options: options)
        for name in links {
            #expect(try database["my_\(name)"].bytes() == database[name].bytes(), "\(name)")
        }
        #expect(try database.verify().isEmpty)
    }

    @Test(
        "Raw files that changed or are gone make errors that name them, for the linked entries they belong to only"
    )
    func changedFiles() throws {
        let tree = try tree()
        let database = try Database(tree.databasePath, dumpers: .standard + [LinkedTraces()])
        try Simrun.import(tree.root, into: database, options: linkedOptions())
        let file = "33_basal_ID_001_vm_dend_traces.csv"
        try tree.write(try tree.directory.text("raw/\(file)") + "\n", to: file)
        let site = try database["dendritic_recordings", "basal_ID_001"]
        for action in [{ _ = try Simrun.traces(site) }, { _ = try Simrun.optimize(site) }] {
            let error = #expect(throws: DirDBError.self) { try action() }
            #expect(
                error?.code == .damagedData && error?.message.contains("\(file) has changed since") == true)
        }
        try FileManager.default.removeItem(atPath: "\(tree.root)/\(file)")
        let error = #expect(throws: DirDBError.self) { try Simrun.traces(site) }
        #expect(error?.code == .notFound && error?.message.contains("\(file) is gone") == true)
        #expect(try Simrun.traces(try database["voltage_traces"]).shape == [14, 40])
        #expect(try site.info().format == "simrun")
        #expect(try database.verify().isEmpty)
    }

    @Test(
        "Other times in a raw file whose size and time of change are the same are refused, and the link stays"
    )
    func changedTimes() throws {
        let tree = try tree()
        let database = try Database(tree.databasePath, dumpers: .standard + [LinkedTraces()])
        try Simrun.import(tree.root, into: database, options: linkedOptions())
        // Whose times are those of all.
        let file = "33_vm_all_traces.csv"
        let path = "\(tree.root)/\(file)"
        var status = stat()
        #expect(stat(path, &status) == 0)
        let text = try tree.directory.text("raw/\(file)")
        #expect(text.contains("\n100.05\t"))
        try tree.write(text.replacing("\n100.05\t", with: "\n100.06\t"), to: file)
        var times = [status.st_atim, status.st_mtim]
        #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
        for name in ["voltage_traces", "spike_times"] {
            let entry = try database[name]
            let error = #expect(throws: DirDBError.self) { try Simrun.optimize(entry) }
            #expect(error?.code == .damagedData && error?.message.contains(file) == true, "\(name)")
            #expect(try entry.info().format == "simrun")
        }
        #expect(throws: DirDBError.self) { try Simrun.traces(database["voltage_traces"]) }
        #expect(try database.verify().isEmpty)
    }

    @Test(
        "Any other content of a link is refused",
        arguments: ["", "{}", "[]", "{\"simrun_link\": 2}", "{\"simrun_link\": 1}"])
    func damage(_ text: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(text, to: "a.simrun")
        let database = try Database(directory.path, dumpers: .standard + [LinkedTraces()])
        // What a later version writes is whole.
        let info = try? database["a"].info()
        #expect(info == nil || info?.content.problem != nil)
        #expect(throws: DirDBError.self) { try Simrun.traces(try database["a"]) }
        #expect(throws: DirDBError.self) { try Simrun.optimize(try database["a"]) }
    }
}
