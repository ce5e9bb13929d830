import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// The figures of the real example that concern traces, spikes and the index; numpy computes the hashes.
@Suite(.enabled(if: SimrunExample.isThere, "there is no simrun-example beside the project"))
struct RealExampleTests {
    private static let site = "apical_proximal_distal_rec_sites_ID_00"
    private static let sites = [
        "\(site)0_sec_038_seg_032_x_0.929_somaDist_920.7", "\(site)1_sec_025_seg_001_x_0.500_somaDist_198.1",
    ]
    private static let folder = "20150815-1530_20240"

    @Test("Traces, spikes and index of the real example have the figures that were found by other means")
    func figures() throws {
        let example = try SimrunExample()
        let database = try Database(example.directory.path(of: "db"))
        let report = try Simrun.import(example.results, into: database, options: .traces)
        #expect(report.folderCount == 1 && report.trialCount == 6 && report.skipped == [])

        #expect(try database["simresult_path"].get(String.self) == example.results)
        let indices = (0..<6).map { "\(Self.folder)/00000\($0)" }
        #expect(try database["sim_trial_index"].get(Table.self).strings("sim_trial_index") == indices)
        #expect(
            try database["filelist"].get(Table.self).strings("path") == [
                "\(Self.folder)/20240_vm_all_traces.csv"
            ])

        let traces: NDArray<Double> = try database["voltage_traces"].get()
        let times: NDArray<Double> = try database["voltage_traces_t"].get()
        #expect(traces.shape == [6, 9802] && times.shape == [9802])
        #expect(traces.elements.min() == -70.4740159164 && traces.elements.max() == 26.2991049537)
        #expect(times[0] == 100 && times[9801] == 345.025)
        #expect(try database["voltage_traces"].meta["dt"].asDouble == 0.025)
        let provenance = try database["voltage_traces"].meta["simrun"]
        #expect(provenance["source"].asString == example.results && provenance["files"].asInt == 1)
        #expect(provenance["rows"].asInt == 6)

        #expect(
            try database["spike_times"].get(Table.self).ragged() == [
                [259.85], [103.65, 112.25, 133.075, 260.5], [260.975], [261.6, 342.5], [261.325, 294.975],
                [261.15],
            ])
        let first: NDArray<Double> = try database["dendritic_recordings", Self.sites[0]].get()
        #expect(first == traces)
        let spikes = try Self.sites.map { site in
            try database["dendritic_spike_times", "\(site)_-30.0"].get(Table.self)
        }
        #expect(
            spikes[0].ragged() == [
                [259.775], [103.575, 112.175, 132.975, 260.425], [260.875], [261.525, 342.425],
                [261.25, 294.875],
                [261.05],
            ])
        #expect(spikes[1].columns.map(\.name) == ["sim_trial_index"])
        #expect(spikes[1].strings("sim_trial_index") == indices)
        #expect(try database.verify().isEmpty)
    }

    @Test(
        "The entries have the hashes that numpy finds",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func hashes() throws {
        let example = try SimrunExample()
        let path = example.directory.path(of: "db")
        try Simrun.import(example.results, into: path, options: .traces)
        let output = try Python.run(
            """
            import numpy, hashlib, sys
            for name in sys.argv[2:]:
                array = numpy.load(f'{sys.argv[1]}/{name}.npy')
                print(hashlib.sha256(array.tobytes()).hexdigest()[:16], repr(float(array.sum())))
            """,
            [path, "voltage_traces", "voltage_traces_t"] + Self.sites.map { "dendritic_recordings/\($0)" })
        let words = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            words.map { $0[0] } == [
                "5235c1f2320ccbd6", "37729f6a3bc68362", "5235c1f2320ccbd6", "ea767b1cdbee860e",
            ])
        #expect(words[0][1] == "-3739342.9858654505")
        #expect(try Database(path).verify().isEmpty)
    }
}
