import DirDB

extension TraceImport {
    /// The entries of earlier imports, in the parts that this one made, that it neither made nor found as they should be.
    ///
    /// Spikes of another threshold count as they should be as long as their files and trials are the same.
    func staleEntries(_ context: ImportContext) throws -> [String] {
        let options = context.options
        let current = Set(context.log.report.imported + context.log.report.unchanged)
        var folders: [String] = []
        if options.dendriticTraces { folders.append("dendritic_recordings") }
        if options.dendriticSpikeTimes { folders.append("dendritic_spike_times") }
        if options.parameterFiles {
            folders += [
                "parameterfiles_cell_folder", "parameterfiles_network_folder", "syn_folder", "con_folder",
                "morphology", "recsites_folder",
            ]
        }
        var stale: [String] = []
        for folder in folders {
            let database: Database
            do throws(DirDBError) {
                database = try context.database.subdatabase(folder, create: false)
            } catch {
                if error.code == .notFound { continue }
                throw error
            }
            for entry in try database.entries().sorted() {
                let key = entry.key
                // What other programs put there is not ours to judge.
                guard !current.contains(key), let meta = try? entry.meta,
                    let fingerprint = meta["simrun"]["fingerprint"].asString
                else { continue }
                if try fingerprint != spikeFingerprint(entry, meta, context) { stale.append(key) }
            }
        }
        return stale
    }

    /// The fingerprint that spikes of a threshold of their own would have today; nil for what is no such entry.
    private func spikeFingerprint(
        _ entry: Entry, _ meta: JSON, _ context: ImportContext
    ) throws(DirDBError) -> String? {
        guard let threshold = meta["threshold"].asDouble, let axis else { return nil }
        var options = context.options
        options.dendriticThreshold = threshold
        for recording in try Recording.all(context.tree, options) {
            guard let names = recording.spikes, try context.database.entry(at: names) == entry else {
                continue
            }
            return try context.sources(
                of: recording.sources.map(\.relativePath),
                settings: recording.spikeSettings(context.tree, axis)
            ).fingerprint
        }
        return nil
    }
}
