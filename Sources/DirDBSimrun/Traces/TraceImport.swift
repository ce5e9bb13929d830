import DirDB
import DirDBDumpers

/// Makes all entries of traces and spikes.
struct TraceImport {
    private let recordings: [RecordingImport]
    private let axis: TimeAxis?
    private let axisSources: SourceFiles?
    private static let axisName = "voltage_traces_t"

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
        guard let folder = tree.folders.first else {
            (axis, axisSources) = (nil, nil)
            return
        }
        axisSources = try Self.axisSources(folder, tree, options, existing)
        if sources.isEmpty && axisSources == nil {
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

    /// What the entry of the time axis is to be made of; nil when it is there, or not wanted.
    private static func axisSources(
        _ folder: ResultFolder, _ tree: SimrunTree, _ options: SimrunOptions, _ existing: ImportContext?
    ) throws(DirDBError) -> SourceFiles? {
        guard options.voltageTraces || options.dendriticTraces else { return nil }
        let sources = try SourceFiles([folder.relativeTracePath], of: tree, settings: "times")
        guard let existing else { return sources }
        return try existing.isImported(existing.entry(axisName), from: sources) ? nil : sources
    }

    /// Makes the entries, first the time axis.
    func run(_ context: ImportContext) throws {
        guard let axis else { return }
        if let axisSources {
            var meta: JSON = ["units": "ms"]
            if let step = axis.step { meta["dt"] = .real(step) }
            try context.make(context.entry(Self.axisName), from: axisSources, meta: meta) { locked in
                try locked.put(NDArray(axis.times))
                return axis.times.count
            }
        }
        for recording in recordings where recording.isNeeded {
            if context.options.link {
                try recording.link(axis, context)
            } else {
                try recording.run(axis, context)
            }
        }
    }
}
