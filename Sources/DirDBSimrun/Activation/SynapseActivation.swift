import DirDB
import DirDBDumpers

/// The entries `synapse_activation` and `cell_activation`: a row for each synapse or cell that was active in a trial.
///
/// Two passes over the raw files, both on all processors: the first finds how many rows there are and how many columns
/// of times they need, the second parses and encodes some megabytes of lines at a time, each into a row group, which
/// are written in order. A few row groups for each processor are in memory, however many files there are.
enum SynapseActivation {
    /// The name of the index column.
    static let index = "sim_trial_index"

    /// Makes both entries, where they are not there already.
    static func `import`(_ context: ImportContext) throws {
        try makeEntry(.synapses, context)
        try makeEntry(.cells, context)
    }

    private static func makeEntry(_ kind: ActivationKind, _ context: ImportContext) throws {
        let files = context.tree.activationFiles(kind)
        let sources = try context.sources(of: files.map(\.path))
        let entry = try context.entry(kind.entry)
        if try context.isImported(entry, from: sources) { return }
        if files.isEmpty {
            context.log.warn("no folder has files for \(kind.entry): it has no rows")
        }
        try context.make(entry, from: sources) { locked in
            try write(kind, files, context, &locked)
        }
    }

    /// - Returns: The number of rows.
    private static func write(
        _ kind: ActivationKind, _ files: [ActivationFile], _ context: ImportContext,
        _ entry: inout LockedEntry
    ) throws -> Int {
        let survey = try ActivationSurvey(files, of: context.tree)
        for file in survey.unended { context.warnOfMissingEnd(files[file].path) }
        let timeNames = (0..<survey.widest).map(String.init)
        let pieces = survey.pieces
        let batches = batches(of: pieces)
        let dumper = ParquetDumper()
        let path = entry.entry.path
        let tree = context.tree
        var rowCount = 0
        try entry.put(tables: dumper) { writer in
            var tools = Tools(kind, widest: survey.widest, dumper, path: path)
            // The schema, which a table without rows has too.
            try writer.append(try tools.encode([], files, tree, timeNames), index: index)
            try OrderedWork.run(count: batches.count) {
                Tools(kind, widest: survey.widest, dumper, path: path)
            } _: { (tools: inout Tools, number) in
                try tools.encode(pieces[batches[number]], files, tree, timeNames)
            } consume: { number, group in
                try writer.append(group)
                let byteCount = pieces[batches[number]].reduce(0) { $0 + Int64($1.range.count) }
                context.log.advance(byteCount)
            }
            rowCount = writer.rowCount
        }
        return rowCount
    }

    /// What a thread works with.
    private struct Tools: ~Copyable {
        private var rows: ActivationRows
        private var encoder: RowGroupEncoder

        init(_ kind: ActivationKind, widest: Int, _ dumper: ParquetDumper, path: String) {
            rows = ActivationRows(kind, widest: widest)
            encoder = RowGroupEncoder(dumper, path: path)
        }

        mutating func encode(
            _ pieces: ArraySlice<ActivationPiece>, _ files: [ActivationFile], _ tree: SimrunTree,
            _ timeNames: [String]
        ) throws(DirDBError) -> EncodedRowGroup {
            rows.begin(pieces)
            for piece in pieces { try rows.append(piece, of: files[piece.file], in: tree) }
            return try rows.encoded(by: &encoder, timeNames: timeNames)
        }
    }

    /// Neighbouring pieces, so many that they are worth a row group.
    private static func batches(of pieces: [ActivationPiece]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var byteCount = 0
        for (number, piece) in pieces.enumerated() {
            if byteCount > 0 && byteCount + piece.range.count > ActivationSurvey.pieceSize {
                batches.append(start..<number)
                (start, byteCount) = (number, 0)
            }
            byteCount += piece.range.count
        }
        if start < pieces.count { batches.append(start..<pieces.count) }
        return batches
    }
}
