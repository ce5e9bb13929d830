import DirDB
import DirDBDumpers

/// Makes all entries of traces and spikes.
struct TraceImport {
    private let recordings: [RecordingImport]
    let axis: TimeAxis?
    private let axisSources: SourceFiles?
    private static let axisName = "voltage_traces_t"

    /// Finds out what has to be made, and checks that all traces have the same times.
    ///
    /// Where the traces will be read, each time is compared then, so that the ends of the files are enough for a database
    /// in which there is nothing to lose: terabytes need not be read twice.
    /// - Throws: `.invalidArgument` when two files have different times, naming both; `.damagedData`.
    init(
        _ tree: SimrunTree, _ options: SimrunOptions, _ log: ImportLog, _ existing: ImportContext?,
        isDryRun: Bool
    ) throws {
        let wanted = try Recording.all(tree, options)
        let isAxisWanted = options.voltageTraces || options.dendriticTraces
        guard let folder = tree.folders.first, isAxisWanted || !wanted.isEmpty else {
            (recordings, axis, axisSources) = ([], nil, nil)
            return
        }
        let reference = TraceSource(
            folder: 0, relativePath: folder.relativeTracePath, kind: folder.traceFile.kind,
            traceCount: folder.runs.count)
        let axis = try TimeAxis(of: reference, in: tree)
        self.axis = axis
        axisSources = isAxisWanted ? try Self.axisSources(folder, tree, existing) : nil
        recordings = try wanted.map { recording throws(DirDBError) in
            try RecordingImport(recording, tree, options, axis, existing: existing)
        }
        if !options.link { for recording in recordings { log.expect(recording.byteCount) } }
        let sources = recordings.flatMap(\.neededSources)
        // Entries that are to be replaced are removed before the traces are read.
        let losesNothing = try existing.map { try $0.database.entries(recursive: true).next() == nil } ?? true
        let isToBeRead = !options.link && !isDryRun && losesNothing
        log.begin("time axes")
        try OrderedWork.run(count: sources.count) { index in
            let source = sources[index]
            if source == reference { return }
            try isToBeRead ? axis.checkEnds(source, in: tree) : axis.check(source, in: tree)
        } consume: { _, _ in
            if Task.isCancelled { throw DirDBError.cancelled(tree.root) }
        }
    }

    /// What the entry of the time axis is to be made of; nil when it is there.
    private static func axisSources(
        _ folder: ResultFolder, _ tree: SimrunTree, _ existing: ImportContext?
    ) throws(DirDBError) -> SourceFiles? {
        let sources = try SourceFiles([folder.relativeTracePath], of: tree, settings: "times")
        guard let existing else { return sources }
        return try existing.isImported(existing.entry(axisName), from: sources) ? nil : sources
    }

    /// Makes the entries, first the time axis.
    func run(_ context: ImportContext) throws {
        guard let axis else { return }
        if context.outdated != nil { return try noteOutdated(context) }
        if let axisSources {
            var meta: JSON = ["units": "ms"]
            if let step = axis.step { meta["dt"] = .real(step) }
            try context.make(context.entry(Self.axisName), from: axisSources, meta: meta) { locked in
                try locked.put(NDArray(axis.times))
                return axis.times.count
            }
        }
        for recording in recordings {
            // A link is known without reading the traces.
            if context.options.link || context.isDryRun {
                try recording.link(axis, context)
            } else if recording.isNeeded {
                try recording.run(axis, context)
            } else {
                context.log.skip(recording.byteCount)
            }
        }
    }

    private func noteOutdated(_ context: ImportContext) throws {
        if let axisSources {
            try context.noteOutdated(context.entry(Self.axisName), unlessFrom: axisSources)
        }
        for recording in recordings { try recording.noteOutdated(context) }
    }
}
