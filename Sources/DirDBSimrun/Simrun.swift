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
        let existing = try database(path, .mustExist)
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
        try run(raw, options, nil, nil, existing: database(path, .readOnly), open: nil)
    }

    /// A database that may be missing.
    private static func database(_ path: String, _ opening: Database.Mode) throws(DirDBError) -> Database? {
        do throws(DirDBError) {
            return try Database(path, opening, dumpers: .standard + [LinkedTraces()])
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Plans, and carries the plan out in the database that `open` returns; nil for a dry run.
    private static func run(
        _ raw: String, _ options: SimrunOptions, _ progress: (@Sendable (SimrunProgress) -> Void)?,
        _ annotate: ImportPlan.Annotation?, existing: Database?, open: (() throws -> Database)?
    ) throws -> SimrunReport {
        let tree = try SimrunTree(scanning: raw)
        if tree.folders.isEmpty { throw DirDBError.noResults(raw, skipped: tree.skipped.count) }
        let log = ImportLog(progress)
        log.note(tree)
        var plan = try ImportPlan(tree, options)
        log.expect(plan.byteCount)
        if let existing { try plan.compare(with: existing) }
        try plan.requireSameTimes(existing, willBeRead: open != nil && !options.link, log)
        if let existing { try plan.refuseForeign(existing) }
        if let open {
            let database = try open()
            if existing != nil {
                // What an import left that was killed; whoever is writing now is not waited for.
                _ = try database.recover(timeout: .zero)
                try plan.removeOutdated(database)
            }
            try plan.carryOut(in: database, log, annotate: annotate)
        } else {
            plan.report(to: log, existing)
        }
        if let existing { log.note(stale: try plan.staleEntries(existing)) }
        return log.report
    }
}
