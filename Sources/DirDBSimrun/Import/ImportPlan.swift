import DirDB

/// All that an import would do: its entries in order, each with the files that it is made from.
///
/// It is made first, from the names and states of the raw files and the contents of parameter files; then it is compared
/// with the database. A dry run reports it, an import carries it out, and a link is an entry of it that was not carried
/// out.
struct ImportPlan {
    let tree: SimrunTree
    let options: SimrunOptions
    /// The times of all traces; nil when none are wanted.
    private(set) var axis: TimeAxis?
    private(set) var steps: [ImportStep] = []
    /// What the person who imports should know, whatever is there already.
    private(set) var warnings: [String] = []

    /// Plans what the options want of a tree.
    /// - Throws: `.notFound` when a raw file is missing; `.damagedData`, `.invalidArgument` when parameter files or
    ///   names of files make no sense.
    init(_ tree: SimrunTree, _ options: SimrunOptions) throws {
        self.tree = tree
        self.options = options
        // Before all others: a long import should not end with what the names of files show at once.
        let parameters =
            options.parameterFiles
            ? try ParameterFiles.plan(tree, allowsMissing: options.allowsMissingParameters) : nil
        if options.core { steps += CoreEntries.steps(tree) }
        try addTraces()
        if options.synapseActivation {
            for kind in [ActivationKind.synapses, .cells] {
                steps.append(try SynapseActivation.step(kind, [kind.entry], tree, options))
            }
        }
        if let parameters {
            steps += ParameterFiles.steps(parameters, tree)
            warnings = parameters.warnings
        }
    }

    /// A part of an import.
    init(_ tree: SimrunTree, _ options: SimrunOptions, _ steps: [ImportStep]) {
        self.tree = tree
        self.options = options
        self.steps = steps
    }

    private mutating func addTraces() throws(DirDBError) {
        let recordings = try Recording.all(tree, options)
        let isAxisWanted = options.voltageTraces || options.dendriticTraces
        guard let reference = tree.traceReference, isAxisWanted || !recordings.isEmpty else { return }
        let axis = try TimeAxis(of: reference, in: tree)
        self.axis = axis
        if isAxisWanted { steps.append(try axis.step(reference, tree)) }
        for recording in recordings {
            steps.append(try RecordingReader.step(recording, tree, options, axis))
        }
    }

    var entries: [PlannedEntry] { steps.flatMap(\.entries) }

    /// The bytes of raw files that are worked through, each file once.
    var byteCount: Int64 { steps.reduce(0) { $0 + $1.byteCount } }
}

// MARK: What is there already

extension ImportPlan {
    /// Finds out which entries are there already.
    mutating func compare(with database: Database) throws(DirDBError) {
        for step in steps.indices {
            for place in steps[step].entries.indices {
                try steps[step].entries[place].compare(with: database, acceptsLinks: options.link)
            }
        }
    }

    /// - Throws: `.alreadyExists` when entries that no import has made would be lost.
    func refuseForeign(_ database: Database) throws(DirDBError) {
        let foreign = entries.filter { $0.state == .foreign }
        if foreign.isEmpty { return }
        let keys = foreign.map { $0.key(in: database) }
        let shown = keys.prefix(5).joined(separator: ", ") + (keys.count > 5 ? ", …" : "")
        throw DirDBError(
            .alreadyExists, path: database.path, subject: "nothing was imported",
            "\(database.path) has entries that no import has made and that this one would replace:"
                + " \(shown) (\(keys.count) in all)",
            remedy: "give them other names, or import into another database")
    }

    /// Removes the entries that were made of other files: an import that then fails leaves no mixture of entries, some
    /// of which belong to other trials.
    func removeOutdated(_ database: Database) throws {
        for planned in entries where planned.state == .outdated {
            do { try database.entry(at: planned.names).delete() } catch let error as DirDBError
                where error.code == .notFound
            {
                // Somebody else removed it in the meantime.
            }
        }
    }
}
