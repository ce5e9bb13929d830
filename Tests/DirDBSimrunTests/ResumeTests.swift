import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct ResumeTests {
    private func options() -> SimrunOptions {
        var options = SimrunOptions.traces
        options.synapseActivation = true
        return options
    }

    @Test(
        "A second import makes nothing again; a changed file makes what depends on it again, and nothing else"
    )
    func changes() throws {
        let tree = try GeneratedTree(GeneratedTreeTests.folders)
        let database = try Database(tree.databasePath)
        let first = try Simrun.import(tree.root, into: database, options: options())
        let second = try Simrun.import(tree.root, into: database, options: options())
        #expect(second.imported == [])
        #expect(Set(second.unchanged) == Set(first.imported))

        let file = "a/20150815-1530_seed_77/seed_77_apical_ID_000_vm_dend_traces.csv"
        let text = try tree.directory.text("raw/\(file)")
        try tree.write(text.replacing("-30.0", with: "-31.0"), to: file)
        let third = try Simrun.import(tree.root, into: database, options: options())
        #expect(
            third.imported == [
                "dendritic_recordings/apical_ID_000", "dendritic_spike_times/apical_ID_000_-30.0",
            ])
        var float32 = options()
        float32.float32 = true
        let fourth = try Simrun.import(tree.root, into: database, options: float32)
        #expect(
            fourth.imported == [
                "voltage_traces", "dendritic_recordings/apical_ID_000", "dendritic_recordings/basal_ID_001",
            ])
        try database["voltage_traces_t"].delete()
        #expect(
            try Simrun.import(tree.root, into: database, options: float32).imported == ["voltage_traces_t"])
        #expect(try database.verify().isEmpty)
    }

    @Test("Each part can be left out")
    func parts() throws {
        let tree = try GeneratedTree(GeneratedTreeTests.folders)
        let parts: [(WritableKeyPath<SimrunOptions, Bool>, [String])] = [
            (\.core, ["simresult_path", "filelist", "sim_trial_index", "metadata"]),
            (\.voltageTraces, ["voltage_traces_t", "voltage_traces"]), (\.spikeTimes, ["spike_times"]),
            (\.synapseActivation, ["synapse_activation", "cell_activation"]),
            (
                \.dendriticTraces,
                [
                    "voltage_traces_t", "dendritic_recordings/apical_ID_000",
                    "dendritic_recordings/basal_ID_001",
                ]
            ),
            (
                \.dendriticSpikeTimes,
                ["dendritic_spike_times/apical_ID_000_-20.5", "dendritic_spike_times/basal_ID_001_-20.5"]
            ),
        ]
        for (part, entries) in parts {
            var options = SimrunOptions()
            for (other, _) in parts { options[keyPath: other] = other == part }
            options.parameterFiles = false
            options.dendriticThreshold = -20.5
            let path = tree.directory.path(of: "db-\(entries.joined().hashValue)")
            let report = try Simrun.import(tree.root, into: path, options: options)
            #expect(report.imported == entries)
            #expect(try Database(path).verify().isEmpty)
        }
    }

    @Test("An import that is cancelled after any number of steps and done again equals one that was not")
    func interruption() async throws {
        let tree = try GeneratedTree(GeneratedTreeTests.folders)
        let undisturbed = try Database(tree.directory.path(of: "undisturbed"))
        try Simrun.import(tree.root, into: undisturbed, options: options())
        let expected = try data(undisturbed)
        var cancelled = 0
        for steps in stride(from: 1, through: 60, by: 3) {
            let path = tree.directory.path(of: "db-\(steps)")
            let (root, options) = (tree.root, options())
            let outcome = await Task {
                let count = Mutex(0)
                return Result {
                    try Simrun.import(root, into: path, options: options) { _ in
                        let reached = count.withLock { count in
                            count += 1
                            return count == steps
                        }
                        if reached { withUnsafeCurrentTask { $0?.cancel() } }
                    }
                }
            }.value
            if case .failure(let error) = outcome {
                #expect((error as? DirDBError)?.code == .cancelled)
                cancelled += 1
            }
            let report = try Simrun.import(tree.root, into: path, options: options)
            let database = try Database(path)
            #expect(try data(database) == expected)
            #expect(report.imported.count + report.unchanged.count == expected.count)
            #expect(try database.verify().isEmpty)
        }
        #expect(cancelled > 3)
    }

    /// The data of all entries, without the metadata, which has the time.
    private func data(_ database: Database) throws -> [String: [UInt8]] {
        var data: [String: [UInt8]] = [:]
        for (name, item) in try DatabaseState(database).items { data[name] = item.bytes }
        return data
    }
}
