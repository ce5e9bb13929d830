import DirDB
import DirDBDumpers

/// The entries that tell what the rows of all others are: `simresult_path`, `filelist`, `sim_trial_index`, `metadata`.
enum CoreEntries {
    static func `import`(_ context: ImportContext) throws {
        let tree = context.tree
        try make("simresult_path", context) { locked in
            try locked.put(tree.root)
            return 1
        }
        try make("filelist", context) { locked in
            let paths = tree.folders.map(\.relativeTracePath)
            try locked.put(try Table([Column("path", paths)]))
            return paths.count
        }
        try make("sim_trial_index", context) { locked in
            try put(in: &locked, tree) { trials in [Column("sim_trial_index", trials.map(\.index))] }
            return tree.trialCount
        }
        let hasSynapses = tree.folders.contains { !$0.synapseFiles.isEmpty }
        let hasCells = tree.folders.contains { !$0.cellFiles.isEmpty }
        try make("metadata", context) { locked in
            try put(in: &locked, tree) { trials in
                func column(_ name: String, _ value: (Trial, ResultFolder) -> String?) -> Column {
                    Column(name, trials.map { value($0, tree.folders[$0.folder]) })
                }
                var columns = [
                    Column("sim_trial_index", trials.map(\.index)),
                    column("path") { $1.relativePath },
                    column("trialnr") { trial, _ in trial.number },
                    column("voltage_traces_file_name") { $1.traceFile.name },
                ]
                if hasSynapses { columns.append(column("synapses_file_name") { $1.synapseFiles[$0.run] }) }
                if hasCells { columns.append(column("cells_file_name") { $1.cellFiles[$0.run] }) }
                return columns
            }
            return tree.trialCount
        }
    }

    /// Makes an entry that is decided by the names of the files alone.
    private static func make(
        _ name: String, _ context: ImportContext, _ body: (inout LockedEntry) throws -> Int
    ) throws {
        let entry = try context.entry(name)
        let sources = SourceFiles(namesOf: context.tree)
        if try context.isImported(entry, from: sources) { return }
        try context.make(entry, from: sources, body)
    }

    /// Stages a table of trials, many at a time.
    private static func put(
        in locked: inout LockedEntry, _ tree: SimrunTree, _ columns: ([Trial]) -> [Column]
    ) throws {
        try locked.put(tables: ParquetDumper()) { writer in
            var trials: [Trial] = []
            for folder in tree.folders.indices {
                trials += tree.trials(ofFolder: folder)
                if trials.count < 1 << 16 && folder < tree.folders.count - 1 { continue }
                try writer.append(try Table(columns(trials)))
                trials.removeAll(keepingCapacity: true)
            }
        }
    }
}
