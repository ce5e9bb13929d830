import DirDB
import DirDBDumpers

/// Makes of a link what an import without `link` would have made.
struct LinkResolution {
    private let link: Link
    private let context: ImportContext
    private let entry: Entry

    /// The data goes to `entry`: the linked one, or one elsewhere.
    init(
        _ link: Link, _ entry: Entry, progress: (@Sendable (SimrunProgress) -> Void)? = nil,
        annotate: ImportContext.Annotation? = nil
    ) {
        self.link = link
        self.entry = entry
        var options = SimrunOptions()
        options.float32 = link.isFloat32
        context = ImportContext(
            link.tree, entry.database, options, ImportLog(progress), annotate: annotate, only: entry)
    }

    func run() throws {
        switch link.kind {
        case .traces: try record(array: [entry.name], spikes: nil)
        case .spikes: try record(array: nil, spikes: [entry.name])
        case .synapses, .cells: try importActivation()
        }
    }

    private func record(array: [String]?, spikes: [String]?) throws {
        let recording = Recording(
            sources: link.traceSources, array: array, spikes: spikes,
            detection: SpikeDetection(threshold: link.threshold))
        guard let first = recording.sources.first else { return }
        let axis = try TimeAxis(of: first, in: context.tree)
        try link.requireAxis(axis)
        let work = try RecordingImport(
            recording, context.tree, context.options, axis, existing: context)
        context.log.expect(work.byteCount)
        try work.run(axis, context)
    }

    private func importActivation() throws {
        let name = link.kind.standardName
        guard entry.name == name else {
            throw DirDBError(
                .invalidArgument, path: entry.path,
                "\(entry.path) is a link to \(name), and can be resolved only under that name",
                remedy: "rename it first")
        }
        let kind: ActivationKind = link.kind == .synapses ? .synapses : .cells
        let paths = context.tree.activationFiles(kind).map(\.path)
        context.log.expect(try context.sources(of: paths).byteCount)
        try SynapseActivation.makeEntry(kind, context)
    }
}

extension Link.Kind {
    /// The name of the entry that an import makes.
    var standardName: String {
        switch self {
        case .traces: "voltage_traces"
        case .spikes: "spike_times"
        case .synapses: "synapse_activation"
        case .cells: "cell_activation"
        }
    }
}
