import DirDB
import DirDBDumpers

/// Makes the entries of one recording, reading each file once.
final class RecordingReader {
    private let recording: Recording
    private let tree: SimrunTree
    private let axis: TimeAxis
    /// What was found while the array was made; taken by the entry of the spikes.
    private var spikes: SpikeTable?

    private init(_ recording: Recording, _ tree: SimrunTree, _ axis: TimeAxis) {
        self.recording = recording
        self.tree = tree
        self.axis = axis
    }

    /// The array and the spikes, or one of them.
    static func step(
        _ recording: Recording, _ tree: SimrunTree, _ options: SimrunOptions, _ axis: TimeAxis
    ) throws(DirDBError) -> ImportStep {
        let reader = RecordingReader(recording, tree, axis)
        let paths = recording.sources.map(\.relativePath)
        var entries: [PlannedEntry] = []
        if let array = recording.array {
            let sources = try SourceFiles(
                paths, of: tree, settings: recording.arraySettings(options, tree, axis))
            entries.append(
                PlannedEntry(array, from: sources, meta: reader.metadata) { () throws(DirDBError) in
                    try Link(.traces, recording, of: tree, options, axis)
                } _: { locked, log, isLast in
                    try reader.stageArray(&locked, log, isSingle: options.float32, findsSpikes: !isLast)
                })
        }
        if let spikes = recording.spikes {
            let sources = try SourceFiles(paths, of: tree, settings: recording.spikeSettings(tree, axis))
            let meta: JSON = [
                "threshold": .real(recording.detection.threshold), "threshold_units": "mV", "units": "ms",
            ]
            entries.append(
                PlannedEntry(spikes, from: sources, meta: meta) { () throws(DirDBError) in
                    try Link(.spikes, recording, of: tree, options, axis)
                } _: { locked, log, _ in
                    try reader.stageSpikes(&locked, log)
                })
        }
        return ImportStep(
            entries: entries, byteCount: options.link ? 0 : entries.first?.sources.byteCount ?? 0,
            traces: recording.sources)
    }

    private func stageArray(
        _ locked: inout LockedEntry, _ log: ImportLog, isSingle: Bool, findsSpikes: Bool
    ) throws -> Int {
        let shape = [axis.times.count]
        if isSingle {
            try locked.put(rows: Float.self, rowShape: shape) { writer in
                try read(log, findsSpikes: findsSpikes) { rows in try writer.append(rows.map(Float.init)) }
            }
        } else {
            try locked.put(rows: Double.self, rowShape: shape) { writer in
                try read(log, findsSpikes: findsSpikes) { rows in try writer.append(rows) }
            }
        }
        return recording.sources.reduce(0) { $0 + $1.traceCount }
    }

    private func stageSpikes(_ locked: inout LockedEntry, _ log: ImportLog) throws -> Int {
        if spikes == nil { try read(log, findsSpikes: true) { _ in } }
        let found = spikes ?? SpikeTable()
        // It need not be in memory while those of other recordings are found.
        spikes = nil
        let indices = recording.indices(tree)
        try locked.put(tables: ParquetDumper()) { writer in try found.write(indices: indices, to: &writer) }
        return found.count
    }

    /// Reads all files on all processors, in the order of the rows.
    private func read(
        _ log: ImportLog, findsSpikes: Bool, _ body: (UnsafeBufferPointer<Double>) throws -> Void
    ) throws {
        let (tree, sources, axis) = (tree, recording.sources, axis)
        let detection = findsSpikes ? recording.detection : nil
        var spikes = SpikeTable()
        try OrderedWork.run(count: sources.count) { index in
            let traces = try RawTraces.read(sources[index], of: tree, axis)
            return (traces, detection.map { traces.spikes($0, axis) } ?? [])
        } consume: { index, result in
            let (traces, found) = result
            try traces.values.withUnsafeBufferPointer(body)
            for times in found { spikes.append(times) }
            if traces.endsWithinLine {
                log.warnOfMissingEnd(tree.path(of: sources[index].relativePath))
            }
            log.advance(traces.byteCount)
        }
        if findsSpikes { self.spikes = spikes }
    }

    private var metadata: JSON {
        var meta: JSON = [
            "units": "mV", "time": "voltage_traces_t", "time_units": "ms", "rows": "sim_trial_index",
        ]
        if let step = axis.step { meta["dt"] = .real(step) }
        if let ranges = recording.partialRows(tree) {
            // Only these rows of the other entry, from the first to before the second.
            meta["row_ranges"] = .array(
                ranges.map { [.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))] })
        }
        return meta
    }
}

extension ParsedTraces {
    /// The spikes of each trace.
    func spikes(_ detection: SpikeDetection, _ axis: TimeAxis) -> [[Double]] {
        let points = axis.times.count
        return values.withUnsafeBufferPointer { values in
            axis.times.withUnsafeBufferPointer { times in
                stride(from: 0, to: values.count, by: points).map { start in
                    detection.spikeTimes(
                        of: UnsafeBufferPointer(rebasing: values[start..<start + points]), at: times)
                }
            }
        }
    }
}
