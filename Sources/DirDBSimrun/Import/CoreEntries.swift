import DirDB
import DirDBDumpers

/// The entries that tell what the rows of all others are: `simresult_path`, `filelist`, `sim_trial_index`, `metadata`.
enum CoreEntries {
    /// They are decided by the names of the files alone.
    static func steps(_ tree: SimrunTree) -> [ImportStep] {
        let sources = SourceFiles(namesOf: tree)
        let entries = [
            PlannedEntry(["simresult_path"], from: sources) { locked, _, _ in
                try locked.put(tree.root)
                return 1
            },
            PlannedEntry(["filelist"], from: sources) { locked, _, _ in
                let paths = tree.folders.map(\.relativeTracePath)
                try locked.put(try Table([Column("path", paths)]))
                return paths.count
            },
            PlannedEntry(["sim_trial_index"], from: sources) { locked, _, _ in
                try put(in: &locked, tree) { trials in [Column("sim_trial_index", trials.map(\.index))] }
                return tree.trialCount
            },
            PlannedEntry(["metadata"], from: sources) { locked, _, _ in
                try put(in: &locked, tree) { trials in metadata(trials, tree) }
                return tree.trialCount
            },
        ]
        return entries.map { ImportStep(entries: [$0]) }
    }

    private static func metadata(_ trials: [Trial], _ tree: SimrunTree) -> [Column] {
        func column(_ name: String, _ value: (Trial, ResultFolder) -> String?) -> Column {
            Column(name, trials.map { value($0, tree.folders[$0.folder]) })
        }
        var columns = [
            Column("sim_trial_index", trials.map(\.index)),
            column("path") { $1.relativePath },
            column("trialnr") { trial, _ in trial.number },
            column("voltage_traces_file_name") { $1.traceFile.name },
        ]
        if tree.folders.contains(where: { !$0.synapseFiles.isEmpty }) {
            columns.append(column("synapses_file_name") { $1.synapseFiles[$0.run] })
        }
        if tree.folders.contains(where: { !$0.cellFiles.isEmpty }) {
            columns.append(column("cells_file_name") { $1.cellFiles[$0.run] })
        }
        return columns
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
