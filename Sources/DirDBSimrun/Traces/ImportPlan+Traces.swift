import DirDB
import DirDBDumpers

extension ImportPlan {
    /// Checks that all traces that entries are made of have the same times.
    ///
    /// Where the traces will be read, each time is compared then, so that the ends of the files are enough for a database
    /// in which there is nothing to lose: terabytes need not be read twice.
    /// - Throws: `.invalidArgument` when two files have different times, naming both; `.damagedData`.
    func requireSameTimes(_ existing: Database?, willBeRead: Bool, _ log: ImportLog) throws {
        guard let axis, let reference = tree.traceReference else { return }
        let needed = steps.filter { step in step.entries.contains { $0.state != .current } }
        let sources = needed.flatMap(\.traces).filter { $0 != reference }
        // Entries that are to be replaced are removed before the traces are read.
        let losesNothing = try existing.map { try $0.entries(recursive: true).next() == nil } ?? true
        let endsAreEnough = willBeRead && losesNothing
        let tree = tree
        log.begin("time axes")
        try OrderedWork.run(count: sources.count) { index in
            try endsAreEnough
                ? axis.checkEnds(sources[index], in: tree) : axis.check(sources[index], in: tree)
        } consume: { _, _ in
            if Task.isCancelled { throw DirDBError.cancelled(tree.root) }
        }
    }
}

extension SimrunTree {
    /// The traces whose times all others are compared with.
    var traceReference: TraceSource? {
        folders.first.map { folder in
            TraceSource(
                folder: 0, relativePath: folder.relativeTracePath, kind: folder.traceFile.kind,
                traceCount: folder.runs.count)
        }
    }
}

extension TimeAxis {
    /// The entry of the times themselves.
    func step(_ source: TraceSource, _ tree: SimrunTree) throws(DirDBError) -> ImportStep {
        let sources = try SourceFiles([source.relativePath], of: tree, settings: "times")
        var meta: JSON = ["units": "ms"]
        if let step { meta["dt"] = .real(step) }
        let entry = PlannedEntry(["voltage_traces_t"], from: sources, meta: meta) { locked, _, _ in
            try locked.put(NDArray(times))
            return times.count
        }
        return ImportStep(entries: [entry])
    }
}
