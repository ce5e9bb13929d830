import DirDB
import DirDBDumpers

/// Makes the entries of one recording, reading each file once.
struct RecordingImport {
    private let recording: Recording
    private let arraySources: SourceFiles?
    private let spikeSources: SourceFiles?
    /// The size of all files.
    let byteCount: Int64

    /// Finds out which entries of a recording have to be made; `existing` is the database, if there is one already.
    init(
        _ recording: Recording, _ tree: SimrunTree, _ options: SimrunOptions, _ axis: TimeAxis,
        existing: ImportContext?
    ) throws(DirDBError) {
        self.recording = recording
        let paths = recording.sources.map(\.relativePath)
        var byteCount: Int64 = 0
        func sources(_ names: [String]?, _ settings: String) throws(DirDBError) -> SourceFiles? {
            guard let names else { return nil }
            let sources = try SourceFiles(paths, of: tree, settings: settings)
            byteCount = sources.byteCount
            guard let existing else { return sources }
            return try existing.isImported(existing.database.entry(at: names), from: sources) ? nil : sources
        }
        arraySources = try sources(recording.array, recording.arraySettings(options, tree, axis))
        spikeSources = try sources(recording.spikes, recording.spikeSettings(tree, axis))
        self.byteCount = byteCount
    }

    /// Removes the entries that have to be made because their files are others.
    func noteOutdated(_ context: ImportContext) throws {
        for (names, sources) in [(recording.array, arraySources), (recording.spikes, spikeSources)] {
            guard let names, let sources else { continue }
            try context.noteOutdated(context.database.entry(at: names), unlessFrom: sources)
        }
    }

    /// Whether there is something to do.
    var isNeeded: Bool { arraySources != nil || spikeSources != nil }

    /// The files, in the order of the rows; none when nothing has to be made of them.
    var neededSources: [TraceSource] { isNeeded ? recording.sources : [] }

    /// Makes links of the entries that are not there yet.
    func link(_ axis: TimeAxis, _ context: ImportContext) throws {
        let (tree, options) = (context.tree, context.options)
        if let array = recording.array, let sources = arraySources {
            let link = try Link(.traces, recording, of: tree, options, axis)
            try context.makeLink(
                context.database.entry(at: array), link, from: sources, meta: metadata(axis, tree))
        }
        if let spikes = recording.spikes, let sources = spikeSources {
            let link = try Link(.spikes, recording, of: tree, options, axis)
            try context.makeLink(context.database.entry(at: spikes), link, from: sources, meta: spikeMetadata)
        }
    }

    private var spikeMetadata: JSON {
        [
            "threshold": .real(recording.detection.threshold), "threshold_units": "mV", "units": "ms",
        ]
    }

    /// Makes the entries that are not there yet.
    func run(_ axis: TimeAxis, _ context: ImportContext) throws {
        var spikes = SpikeTable()
        if let array = recording.array, let sources = arraySources {
            try context.make(
                context.database.entry(at: array), from: sources, meta: metadata(axis, context.tree)
            ) { locked in
                if context.options.float32 {
                    try locked.put(rows: Float.self, rowShape: [axis.times.count]) { writer in
                        try read(axis, context, &spikes) { rows in try writer.append(rows.map(Float.init)) }
                    }
                } else {
                    try locked.put(rows: Double.self, rowShape: [axis.times.count]) { writer in
                        try read(axis, context, &spikes) { rows in try writer.append(rows) }
                    }
                }
                return recording.sources.reduce(0) { $0 + $1.traceCount }
            }
        }
        guard let entry = recording.spikes, let sources = spikeSources else { return }
        if arraySources == nil { try read(axis, context, &spikes) { _ in } }
        let indices = recording.indices(context.tree)
        try context.make(context.database.entry(at: entry), from: sources, meta: spikeMetadata) { locked in
            try locked.put(tables: ParquetDumper()) { writer in
                try spikes.write(indices: indices, to: &writer)
            }
            return spikes.count
        }
    }

    /// Reads all files on all processors, in the order of the rows.
    private func read(
        _ axis: TimeAxis, _ context: ImportContext, _ spikes: inout SpikeTable,
        _ body: (UnsafeBufferPointer<Double>) throws -> Void
    ) throws {
        let (tree, sources) = (context.tree, recording.sources)
        let detection = spikeSources == nil ? nil : recording.detection
        try OrderedWork.run(count: sources.count) { index in
            let traces = try RawTraces.read(sources[index], of: tree, axis)
            return (traces, detection.map { traces.spikes($0, axis) } ?? [])
        } consume: { index, result in
            let (traces, found) = result
            try traces.values.withUnsafeBufferPointer(body)
            for times in found { spikes.append(times) }
            if traces.endsWithinLine {
                context.warnOfMissingEnd(sources[index].relativePath)
            }
            context.log.advance(traces.byteCount)
        }
    }

    private func metadata(_ axis: TimeAxis, _ tree: SimrunTree) -> JSON {
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
