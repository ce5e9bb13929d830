import ArgumentParser
import DirDB
import DirDBSimrun
import DirDBWorkflow

/// The command `dirdb import simrun`.
struct ImportSimrun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simrun",
        abstract: "Import a folder of simrun results.",
        usage:
            "dirdb import simrun RAW DB [--no-PART …] [--float32] [--dendritic-threshold MV] [--link] [--dry-run] [options]",
        discussion: """
            RAW is searched for result folders at any depth. Those whose names end in _running are skipped. What is \
            wrong with RAW as a whole is found before DB is changed. Each entry is made in one step: after Ctrl-C or a \
            power cut the finished ones are whole. The same command then makes the rest, and repeats those whose files \
            have changed since.

            With --link, traces, spikes and activations stay in RAW: DB holds only their places, and they are read on \
            demand. dirdb optimize makes them independent of RAW later.

            EXAMPLES
              dirdb import simrun /scratch/results db
              dirdb import simrun /scratch/results db --float32 --no-parameters --json
            """)

    @Argument(help: ArgumentHelp("The folder of raw results.", valueName: "raw"), completion: .directory)
    var raw: String

    @Argument(
        help: ArgumentHelp("The database, created when it is missing.", valueName: "db"),
        completion: .directory)
    var database: String

    @Flag(inversion: .prefixedNo, help: "simresult_path, filelist, sim_trial_index, metadata.")
    var core = true

    @Flag(inversion: .prefixedNo, help: "voltage_traces and their time axis voltage_traces_t.")
    var voltageTraces = true

    @Flag(inversion: .prefixedNo, help: "spike_times.")
    var spikeTimes = true

    @Flag(inversion: .prefixedNo, help: "synapse_activation and cell_activation.")
    var synapseActivation = true

    @Flag(inversion: .prefixedNo, help: "dendritic_recordings.")
    var dendriticTraces = true

    @Flag(inversion: .prefixedNo, help: "dendritic_spike_times.")
    var dendriticSpikeTimes = true

    @Flag(inversion: .prefixedNo, help: "parameterfiles, and the files that they name.")
    var parameters = true

    @Flag(help: "Import result folders that lack parameter files, too.")
    var allowMissingParameters = false

    // A negative number looks like an option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The voltage that counts as a spike of the dendrite.", valueName: "mv"))
    var dendriticThreshold = -30.0

    @Flag(help: "Store traces as 32-bit reals, which halves them.")
    var float32 = false

    @Flag(help: "Leave traces, spikes and activations in the raw files, to be read on demand.")
    var link = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var provenance: ProvenanceOption

    @OptionGroup var json: JSONFlag

    func validate() throws {
        guard dendriticThreshold.isFinite else {
            throw ValidationError("--dendritic-threshold must be a number.")
        }
    }

    private var options: SimrunOptions {
        var options = SimrunOptions()
        options.core = core
        options.voltageTraces = voltageTraces
        options.spikeTimes = spikeTimes
        options.synapseActivation = synapseActivation
        options.dendriticTraces = dendriticTraces
        options.dendriticSpikeTimes = dendriticSpikeTimes
        options.dendriticThreshold = dendriticThreshold
        options.parameterFiles = parameters
        options.allowsMissingParameters = allowMissingParameters
        options.float32 = float32
        options.link = link
        return options
    }

    func run() throws {
        let line = ProgressLine()
        defer { line.end() }
        let recorded = dryRun ? nil : provenance.capture(for: database)
        let report = try Signals.whileChanging {
            try dryRun
                ? Simrun.plan(raw, into: database, options: options)
                : Simrun.import(raw, into: database, options: options) {
                    line.show($0)
                } annotate: {
                    try $0.describeData(nil, recorded)
                }
        }
        line.finish()
        if json.isOn {
            try Output.write { output in try output.json(report.json) }
        } else {
            for warning in report.warnings { Diagnostics.warning(warning) }
            try Output.write { output in try output.line(report.text(isDryRun: dryRun)) }
        }
    }
}
