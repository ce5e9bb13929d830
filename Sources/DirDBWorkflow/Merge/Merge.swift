import DirDB
import DirDBDumpers

/// How two databases are merged.
public struct MergeOptions: Sendable {
    /// What to do with an entry whose key is taken by another with other content.
    public enum Conflict: String, Sendable, CaseIterable {
        /// Do nothing at all, and name the keys.
        case fail
        /// Leave the entry that is there.
        case skip
        /// Replace the entry that is there, data and metadata.
        case replace
    }

    /// Rules that change keys; of those that are for a key the first counts.
    public var renames: [RenameRule] = []
    /// What to do about keys that are taken.
    public var onConflict = Conflict.fail
    /// Whether the originals are removed.
    public var movesEntries = false
    /// Whether to find out only what would be done; nothing is written then.
    public var isDryRun = false
    /// How long to wait for the lock of an entry; nil for ever.
    public var timeout: Duration?

    /// Copies under the same keys, and does nothing when one is taken.
    public init() {}
}

/// Putting the entries of one database into another.
public enum Merge {
    /// Copies or moves the entries of a database, at any depth, into another.
    ///
    /// What is wrong as a whole is found before anything is written: keys that are taken, two originals for one key, names
    /// that are none. Then each entry becomes visible in one step, data and metadata as a pair. An entry that is there
    /// already with the same content is no conflict, so that the same call goes on where it was interrupted. An original is
    /// removed only under its lock, after its bytes were found in the other database: an interruption leaves both.
    /// An entry without data never replaces one with data.
    ///
    /// - Parameters:
    ///   - source: The database whose entries are copied or moved.
    ///   - destination: The database that they are put into, created when it is missing.
    ///   - options: Under which keys, and what is done when these are taken.
    /// - Returns: What was done, and what could not be.
    /// - Throws: `.alreadyExists` when keys are taken and that is to be a failure; `.invalidArgument` when two entries
    ///   would get one key or one database lies in the other; `.invalidName`; `.noSpace`; `.cancelled`; ``DirDBError``
    ///   when one of the databases cannot be opened or listed. But for the disk and cancellation nothing was changed.
    /// - Complexity: O(n) in the number of entries and the bytes of those that are copied or compared.
    @discardableResult
    public static func run(
        from source: String, into destination: String, options: MergeOptions = MergeOptions()
    ) throws -> ChangeReport {
        let changesSource = options.movesEntries && !options.isDryRun
        let source = try Database(source, changesSource ? .mustExist : .readOnly)
        try source.requireApart(from: destination, as: "merged with")
        let existing = try Database.existingTarget(destination, isDryRun: options.isDryRun)
        let plan = try MergePlan(source, existing, options)
        try plan.refuseConflicts(destination)
        if options.isDryRun { return plan.report }
        return try plan.run(try existing ?? Database(destination))
    }
}
