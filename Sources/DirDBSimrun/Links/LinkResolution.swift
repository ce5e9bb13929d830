import DirDB
import DirDBDumpers

extension Link {
    /// Makes of a link what an import without links would have made, in `entry`: the linked one, or one elsewhere.
    func resolve(
        _ entry: Entry, _ log: ImportLog = ImportLog(nil), annotate: ImportPlan.Annotation? = nil
    ) throws {
        var options = SimrunOptions()
        options.float32 = isFloat32
        let names = [entry.name]
        let step =
            switch kind {
            case .traces: try recording(array: names, spikes: nil, options)
            case .spikes: try recording(array: nil, spikes: names, options)
            case .synapses: try SynapseActivation.step(.synapses, names, tree, options)
            case .cells: try SynapseActivation.step(.cells, names, tree, options)
            }
        log.expect(step.byteCount)
        try ImportPlan(tree, options, [step]).carryOut(
            in: entry.database, log, annotate: annotate, metadata: Self.metadata)
    }

    private func recording(
        array: [String]?, spikes: [String]?, _ options: SimrunOptions
    ) throws(DirDBError) -> ImportStep {
        guard let first = traceSources.first else { return ImportStep(entries: []) }
        let recording = Recording(
            sources: traceSources, array: array, spikes: spikes,
            detection: SpikeDetection(threshold: threshold))
        let axis = try TimeAxis(of: first, in: tree)
        try requireAxis(axis)
        return try RecordingReader.step(recording, tree, options, axis)
    }

    /// What the link said, since the folders that it names are not all of the import.
    private static func metadata(_ link: JSON, _ made: JSON) -> JSON {
        guard link["simrun"]["linked"].asBool == true else { return made }
        var all = link
        var provenance = link["simrun"]
        provenance.remove("linked")
        for key in ["rows", "imported", "version"] { provenance[key] = made["simrun"][key] }
        all["simrun"] = provenance
        return all
    }
}
