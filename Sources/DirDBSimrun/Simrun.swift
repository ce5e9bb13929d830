public import DirDB
import DirDBDumpers

/// Raw results of simrun, which simulates a neuron, as entries of a database.
///
/// The results are the many text files that the In Silico Framework (Max Planck Institute for Neurobiology of Behavior)
/// leaves of each job.
public enum Simrun {
    /// Imports a folder of raw results: one entry for each table and array.
    ///
    /// Whatever can be wrong with the folder as a whole is found before anything is written; of the times of the traces,
    /// which must be the same in all files, the first and last ones. Then the entries are made one after the other, each
    /// in one transaction. After an error, such as a malformed line or another time amid a file, or the death of the
    /// process, the finished ones are there; importing again makes the others, and again those whose raw files have
    /// changed since.
    ///
    /// - Parameters:
    ///   - raw: The folder, in which result folders are found at any depth.
    ///   - database: Where the entries go.
    ///   - options: Which parts are imported, and how.
    ///   - progress: Called often, on the calling thread.
    ///   - annotate: Adds to the metadata of an entry whose data and metadata are staged.
    /// - Returns: What was imported, what was left out and what should be looked at.
    /// - Throws: `.notFound` when there are no results, or a parameter file is missing; `.invalidArgument` when the
    ///   folders contradict themselves or each other; `.alreadyExists` when an entry would be replaced that no import has
    ///   made; `.damagedData` with file and line; ``DirDBError`` of reading and
    ///   writing.
    /// - Complexity: Files are read once. Memory does not grow with them.
    @discardableResult
    public static func `import`(
        _ raw: String, into database: Database, options: SimrunOptions = SimrunOptions(),
        progress: (@Sendable (SimrunProgress) -> Void)? = nil,
        annotate: (@Sendable (inout LockedEntry) throws -> Void)? = nil
    ) throws -> SimrunReport {
        try run(raw, options, progress, annotate, existing: database) { database }
    }

    /// Imports a folder of raw results into a database that is created, when it is missing, only after all checks.
    ///
    /// - Parameters:
    ///   - raw: The folder, in which result folders are found at any depth.
    ///   - path: The directory of the database.
    ///   - options: Which parts are imported, and how.
    ///   - progress: Called often, on the calling thread.
    ///   - annotate: Adds to the metadata of an entry whose data and metadata are staged.
    /// - Returns: What was imported, what was left out and what should be looked at.
    /// - Throws: What ``import(_:into:options:progress:annotate:)-(_,Database,_,_,_)`` throws.
    @discardableResult
    public static func `import`(
        _ raw: String, into path: String, options: SimrunOptions = SimrunOptions(),
        progress: (@Sendable (SimrunProgress) -> Void)? = nil,
        annotate: (@Sendable (inout LockedEntry) throws -> Void)? = nil
    ) throws -> SimrunReport {
        var existing: Database?
        do throws(DirDBError) {
            existing = try Database(path, .mustExist, dumpers: .standard + [LinkedTraces()])
        } catch {
            if error.code != .notFound { throw error }
        }
        return try run(raw, options, progress, annotate, existing: existing) {
            try existing ?? Database(path, dumpers: .standard + [LinkedTraces()])
        }
    }

    /// Tells what an import would do; nothing is written to the database, nor is it created.
    ///
    /// - Parameters:
    ///   - raw: The folder, in which result folders are found at any depth.
    ///   - path: The directory of the database, which may be missing.
    ///   - options: Which parts would be imported, and how.
    /// - Returns: What would be imported.
    /// - Throws: What ``import(_:into:options:progress:annotate:)-(_,Database,_,_,_)`` throws before it writes anything.
    /// - Complexity: The first columns of the trace files are read, and all parameter files.
    public static func plan(
        _ raw: String, into path: String, options: SimrunOptions = SimrunOptions()
    ) throws -> SimrunReport {
        let existing: Database
        do throws(DirDBError) {
            existing = try Database(path, .readOnly, dumpers: .standard + [LinkedTraces()])
        } catch {
            if error.code != .notFound { throw error }
            return try Database.withScratch { empty in
                try run(raw, options, nil, nil, existing: nil, isDryRun: true) { empty }
            }
        }
        return try run(raw, options, nil, nil, existing: existing, isDryRun: true) { existing }
    }

    private static func run(
        _ raw: String, _ options: SimrunOptions, _ progress: (@Sendable (SimrunProgress) -> Void)?,
        _ annotate: ImportContext.Annotation?, existing: Database?, isDryRun: Bool = false,
        _ open: () throws -> Database
    ) throws -> SimrunReport {
        let tree = try SimrunTree(scanning: raw)
        if tree.folders.isEmpty { throw DirDBError.noResults(raw, skipped: tree.skipped.count) }
        let log = ImportLog(progress)
        log.note(tree)
        let parameters =
            options.parameterFiles
            ? try ParameterFiles.plan(tree, allowsMissing: options.allowsMissingParameters) : nil
        log.expect(parameters?.byteCount ?? 0)
        if options.synapseActivation && !options.link {
            for kind in [Link.Kind.synapses, .cells] {
                log.expect(try SourceFiles(Link.paths(kind, tree.folders), of: tree, settings: "").byteCount)
            }
        }
        let traces = try TraceImport(
            tree, options, log, existing.map { ImportContext(tree, $0, options, log) }, isDryRun: isDryRun)
        let context = ImportContext(
            tree, try open(), options, log, annotate: annotate, isDryRun: isDryRun)
        if existing != nil {
            // What an import left that was killed; whoever is writing now is not waited for.
            if !isDryRun { _ = try context.database.recover(timeout: .zero) }
            let outdated = OutdatedEntries()
            let looking = ImportContext(
                tree, context.database, options, ImportLog(nil), outdated: outdated)
            try makeEntries(looking, traces, parameters)
            try outdated.refuseForeign(context.database)
            if !isDryRun { try outdated.remove() }
        }
        try makeEntries(context, traces, parameters)
        if existing != nil { log.note(stale: try traces.staleEntries(context)) }
        return log.report
    }

    private static func makeEntries(
        _ context: ImportContext, _ traces: TraceImport, _ parameters: ParameterFiles.Plan?
    ) throws {
        if context.options.core { try CoreEntries.import(context) }
        try traces.run(context)
        if context.options.synapseActivation {
            try context.options.link ? linkActivation(context) : SynapseActivation.import(context)
        }
        if let parameters { try ParameterFiles.write(parameters, context) }
    }

    /// Makes links of the entries of activations.
    private static func linkActivation(_ context: ImportContext) throws {
        for kind in [Link.Kind.synapses, .cells] {
            let entry = try context.entry(kind.standardName)
            let sources = try context.sources(of: Link.paths(kind, context.tree.folders))
            if try context.isImported(entry, from: sources) { continue }
            try context.makeLink(entry, try Link(kind, of: context.tree), from: sources)
        }
    }
}
