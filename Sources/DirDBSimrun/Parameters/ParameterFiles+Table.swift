import DirDB
import DirDBDumpers

extension ParameterFiles {
    /// The rows of the table that are in memory at a time.
    private static let rowsInPiece = 65536

    /// The entry `parameterfiles`, a row for each trial.
    static func table(_ plan: Plan, _ tree: SimrunTree) -> PlannedEntry {
        var fingerprint = MD5()
        for (index, files) in plan.folders.enumerated() {
            for use in [files.neuron, files.network] {
                fingerprint.update("\(use?.relativePath ?? "") \(use?.digest ?? "")\n")
            }
            for run in tree.folders[index].runs { fingerprint.update("\(run)\n") }
        }
        let count = plan.folders.reduce(0) { $0 + ($1.neuron == nil ? 0 : 1) + ($1.network == nil ? 0 : 1) }
        let sources = SourceFiles(count: count, byteCount: 0, fingerprint: fingerprint.finish())
        return PlannedEntry(["parameterfiles"], from: sources) { locked, _, _ in
            try locked.put(tables: ParquetDumper()) { writer in
                var rows = Rows()
                for (index, files) in plan.folders.enumerated() {
                    for trial in tree.trials(ofFolder: index) { rows.append(trial.index, files) }
                    if rows.count >= rowsInPiece || index + 1 == plan.folders.count {
                        try writer.append(try rows.take())
                    }
                }
            }
            return tree.trialCount
        }
    }

    /// The rows of `parameterfiles`, collected until there are enough for a piece of the table.
    private struct Rows {
        private var indices: [String] = []
        private var neurons: [Use?] = []
        private var networks: [Use?] = []

        var count: Int { indices.count }

        mutating func append(_ index: String, _ files: FolderFiles) {
            indices.append(index)
            neurons.append(files.neuron)
            networks.append(files.network)
        }

        /// The rows so far, which are then forgotten.
        mutating func take() throws(DirDBError) -> Table {
            let table = try Table(
                [
                    Column("sim_trial_index", indices),
                    Column("path_neuron", neurons.map { $0?.relativePath }),
                    Column("path_network", networks.map { $0?.relativePath }),
                    Column("hash_neuron", neurons.map { $0?.digest }),
                    Column("hash_network", networks.map { $0?.digest }),
                ], index: "sim_trial_index")
            self = Rows()
            return table
        }
    }
}
