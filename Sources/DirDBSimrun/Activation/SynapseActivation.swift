import DirDB
import DirDBDumpers

/// The entries `synapse_activation` and `cell_activation`: a row for each synapse or cell that was active in a trial.
///
/// The raw files are read once, on all processors: some megabytes of lines at a time are parsed and encoded into a row
/// group, with as many columns of times as its own rows need, and the row groups are written in order. A few of them
/// for each processor are in memory, however many files there are.
enum SynapseActivation {
    /// The name of the index column.
    static let index = "sim_trial_index"

    /// The entry of one kind.
    static func step(
        _ kind: ActivationKind, _ names: [String], _ tree: SimrunTree, _ options: SimrunOptions
    ) throws(DirDBError) -> ImportStep {
        let files = tree.activationFiles(kind)
        let sources = try SourceFiles(files.map(\.path), of: tree, settings: "")
        let isWarned = files.isEmpty && !options.link
        let entry = PlannedEntry(
            names, from: sources,
            warning: isWarned ? "no folder has files for \(kind.entry): it has no rows" : nil
        ) { () throws(DirDBError) in
            try Link(kind == .synapses ? .synapses : .cells, of: tree)
        } _: { locked, log, _ in
            try write(kind, files, tree, log, &locked)
        }
        return ImportStep(entries: [entry], byteCount: options.link ? 0 : sources.byteCount)
    }

    /// - Returns: The number of rows.
    private static func write(
        _ kind: ActivationKind, _ files: [ActivationFile], _ tree: SimrunTree, _ log: ImportLog,
        _ entry: inout LockedEntry
    ) throws -> Int {
        let parts = try ActivationPart.all(files, of: tree)
        let batches = batches(of: parts)
        let dumper = ParquetDumper()
        let path = entry.entry.path
        var rowCount = 0
        try entry.put(tables: dumper) { writer in
            var tools = Tools(kind, dumper, path: path)
            // The schema, which a table without rows has too.
            try writer.append(try tools.encode([], files, tree).group, index: index)
            try OrderedWork.run(count: batches.count) {
                Tools(kind, dumper, path: path)
            } _: { (tools: inout Tools, number) in
                try tools.encode(parts[batches[number]], files, tree)
            } consume: { number, batch in
                try writer.append(batch.group)
                for file in batch.unended { log.warnOfMissingEnd(tree.path(of: files[file].path)) }
                log.advance(parts[batches[number]].reduce(0) { $0 + Int64($1.range.count) })
            }
            rowCount = writer.rowCount
        }
        return rowCount
    }

    /// What becomes of some parts.
    private struct Batch: Sendable {
        let group: EncodedRowGroup
        /// The files whose last line has no end.
        let unended: [Int]
    }

    /// What a thread works with.
    private struct Tools: ~Copyable {
        private var rows: ActivationRows
        private var encoder: RowGroupEncoder

        init(_ kind: ActivationKind, _ dumper: ParquetDumper, path: String) {
            rows = ActivationRows(kind)
            encoder = RowGroupEncoder(dumper, path: path)
        }

        mutating func encode(
            _ parts: ArraySlice<ActivationPart>, _ files: [ActivationFile], _ tree: SimrunTree
        ) throws(DirDBError) -> Batch {
            rows.begin()
            var unended: [Int] = []
            for part in parts {
                if try rows.append(part, of: files[part.file], in: tree) { unended.append(part.file) }
            }
            return Batch(group: try rows.encoded(by: &encoder), unended: unended)
        }
    }

    /// Neighbouring parts, so many that they are worth a row group.
    private static func batches(of parts: [ActivationPart]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var byteCount = 0
        for (number, part) in parts.enumerated() {
            if byteCount > 0 && byteCount + part.range.count > ActivationPart.size {
                batches.append(start..<number)
                (start, byteCount) = (number, 0)
            }
            byteCount += part.range.count
        }
        if start < parts.count { batches.append(start..<parts.count) }
        return batches
    }
}
