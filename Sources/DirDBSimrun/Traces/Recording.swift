import DirDB
import DirDBDumpers

/// Traces of one place in all trials, and what is made of them: an array, a table of spikes, or both.
struct Recording: Sendable {
    /// The files, in the order of the rows.
    let sources: [TraceSource]
    /// The names that lead to the entry of the array; nil when none is wanted.
    let array: [String]?
    /// The names that lead to the entry of the spikes; nil when none is wanted.
    let spikes: [String]?
    let detection: SpikeDetection
}

extension Recording {
    /// What is wanted of a tree: first the soma, then the places of the dendrite by the bytes of their labels.
    /// - Throws: `.invalidName` when a label cannot be the name of an entry.
    static func all(_ tree: SimrunTree, _ options: SimrunOptions) throws(DirDBError) -> [Recording] {
        var recordings: [Recording] = []
        if options.voltageTraces || options.spikeTimes {
            let sources = tree.folders.indices.map { index in
                let folder = tree.folders[index]
                return TraceSource(
                    folder: index, relativePath: folder.relativeTracePath, kind: folder.traceFile.kind,
                    traceCount: folder.runs.count)
            }
            recordings.append(
                Recording(
                    sources: sources,
                    array: options.voltageTraces ? ["voltage_traces"] : nil,
                    spikes: options.spikeTimes ? ["spike_times"] : nil,
                    detection: SpikeDetection()))
        }
        guard options.dendriticTraces || options.dendriticSpikeTimes else { return recordings }
        let threshold = options.dendriticThreshold
        for (label, sources) in dendrites(tree) {
            recordings.append(
                Recording(
                    sources: sources,
                    array: options.dendriticTraces ? ["dendritic_recordings", label] : nil,
                    spikes: options.dendriticSpikeTimes
                        ? ["dendritic_spike_times", "\(label)_\(threshold.pythonDescription)"] : nil,
                    detection: SpikeDetection(threshold: threshold)))
        }
        for recording in recordings {
            try Database.check((recording.array ?? []) + (recording.spikes ?? []), in: tree.root)
        }
        return recordings
    }

    /// The files of each label, by the bytes of the labels.
    private static func dendrites(_ tree: SimrunTree) -> [(label: String, sources: [TraceSource])] {
        var sources: [[UInt8]: [TraceSource]] = [:]
        for (index, folder) in tree.folders.enumerated() {
            for file in folder.dendriteFiles {
                sources[Array(file.label.utf8), default: []].append(
                    TraceSource(
                        folder: index, relativePath: folder.relativePath(of: file.name), kind: .csv,
                        traceCount: folder.runs.count))
            }
        }
        return sources.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
    }

    /// The rows of `sim_trial_index` that the array's rows belong to, as few ranges as possible; nil when it is all.
    func partialRows(_ tree: SimrunTree) -> [Range<Int>]? {
        let ranges = rows(tree)
        return ranges == [0..<tree.trialCount] ? nil : ranges
    }

    private func rows(_ tree: SimrunTree) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for source in sources {
            let rows = tree.rows(ofFolder: source.folder)
            if let last = ranges.last, last.upperBound == rows.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<rows.upperBound
            } else {
                ranges.append(rows)
            }
        }
        return ranges
    }

    // MARK: What the entries depend on beside the files

    func arraySettings(_ options: SimrunOptions, _ tree: SimrunTree, _ axis: TimeAxis) -> String {
        let rows = partialRows(tree).map { "\($0)" } ?? "all"
        return "\(options.float32 ? "float32" : "float64"), times \(axis.fingerprint), rows \(rows)"
    }

    func spikeSettings(_ tree: SimrunTree, _ axis: TimeAxis) -> String {
        "threshold \(detection.threshold), times \(axis.fingerprint), \(indices(tree))"
    }

    /// `sim_trial_index` of each row.
    func indices(_ tree: SimrunTree) -> [String] {
        sources.flatMap { tree.trials(ofFolder: $0.folder).map(\.index) }
    }
}
