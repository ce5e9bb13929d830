import DirDB

extension ImportPlan {
    /// The entries of earlier imports, in the parts that this one makes, that it does not have.
    ///
    /// Spikes of another threshold count as they should be as long as their files and trials are the same.
    func staleEntries(_ database: Database) throws -> [String] {
        let current = Set(entries.map { $0.key(in: database) })
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
            let subdatabase: Database
            do throws(DirDBError) {
                subdatabase = try database.subdatabase(folder, create: false)
            } catch {
                if error.code == .notFound { continue }
                throw error
            }
            for entry in try subdatabase.entries().sorted() {
                let key = entry.key
                // What other programs put there is not ours to judge.
                guard !current.contains(key), let meta = try? entry.meta,
                    let fingerprint = meta["simrun"]["fingerprint"].asString
                else { continue }
                if try fingerprint != spikeFingerprint(entry, meta, database) { stale.append(key) }
            }
        }
        return stale
    }

    /// The fingerprint that spikes of a threshold of their own would have today; nil for what is no such entry.
    private func spikeFingerprint(
        _ entry: Entry, _ meta: JSON, _ database: Database
    ) throws(DirDBError) -> String? {
        guard let threshold = meta["threshold"].asDouble, let axis else { return nil }
        var options = options
        options.dendriticThreshold = threshold
        for recording in try Recording.all(tree, options) {
            guard let names = recording.spikes, try database.entry(at: names) == entry else {
                continue
            }
            return try SourceFiles(
                recording.sources.map(\.relativePath), of: tree,
                settings: recording.spikeSettings(tree, axis)
            ).fingerprint
        }
        return nil
    }
}
