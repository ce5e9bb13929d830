import DirDB
import DirDBDumpers

/// Makes all entries of traces and spikes.
struct TraceImport {
    private let recordings: [RecordingImport]
    private let axis: TimeAxis?

    /// Finds out what has to be made, and checks that all traces have the same times.
    ///
    /// - Throws: `.invalidArgument` when two files have different times, naming both; `.damagedData`.
    init(
        _ tree: SimrunTree, _ options: SimrunOptions, _ log: ImportLog, _ existing: ImportContext?
    ) throws {
        recordings = try Recording.all(tree, options).map { recording throws(DirDBError) in
            try RecordingImport(recording, tree, options, log, existing: existing)
        }
        let sources = recordings.flatMap(\.neededSources)
        guard !sources.isEmpty, let folder = tree.folders.first else {
            axis = nil
            return
        }
        let reference = TraceSource(
            folder: 0, relativePath: folder.relativeTracePath, kind: folder.traceFile.kind,
            traceCount: folder.runs.count)
        let axis = try TimeAxis(of: reference, in: tree)
        self.axis = axis
        // Links are made without a look into the files: reading them checks their times.
        if options.link { return }
        log.begin("time axes")
        try OrderedWork.run(count: sources.count) { index in
            if sources[index] != reference { try axis.check(sources[index], in: tree) }
        } consume: { _, _ in
            if Task.isCancelled { throw DirDBError.cancelled(tree.root) }
        }
    }

    /// Makes the entries, first the time axis.
    func run(_ context: ImportContext) throws {
        guard let axis, let folder = context.tree.folders.first else { return }
        if context.options.voltageTraces || context.options.dendriticTraces {
            try makeAxis(axis, folder, context)
        }
        for recording in recordings where recording.isNeeded {
            if context.options.link {
                try recording.link(axis, context)
            } else {
                try recording.run(axis, context)
            }
        }
    }

    private func makeAxis(
        _ axis: TimeAxis, _ folder: ResultFolder, _ context: ImportContext
    ) throws {
        let entry = try context.entry("voltage_traces_t")
        let sources = try context.sources(of: [folder.relativeTracePath], settings: "times")
        if try context.isImported(entry, from: sources) { return }
        var meta: JSON = ["units": "ms"]
        if let step = axis.step { meta["dt"] = .real(step) }
        try context.make(entry, from: sources, meta: meta) { locked in
            try locked.put(NDArray(axis.times))
            return axis.times.count
        }
    }
}
