import DirDB
import DirDBDumpers

/// How a backup is made.
public struct BackupOptions: Sendable {
    /// Whether entries that the source does not have are removed from the destination.
    public var deletesOthers = false
    /// Whether all data is compared byte by byte: copies before they become visible, unchanged entries with the source.
    public var verifies = false
    /// Whether metadata alone is copied, and of data only what its header tells.
    public var isSkeleton = false
    /// Whether to find out only what would be done; nothing is written then.
    public var isDryRun = false
    /// How long to wait for the lock of an entry; nil for ever.
    public var timeout: Duration?

    /// Copies what has changed, and removes nothing.
    public init() {}
}

/// How far a backup is.
public struct BackupProgress: Sendable, Hashable {
    /// The key of the entry that is looked at.
    public internal(set) var key = ""
    /// The size of the data of the entries that are done, copied or not.
    public internal(set) var doneBytes: Int64 = 0
    /// The size of all data.
    public internal(set) var totalBytes: Int64 = 0
}

/// Copies of databases, which are databases.
public enum Backup {
    /// Copies the entries of a database, at any depth, that a destination does not have as they are now.
    ///
    /// Each entry is copied under its shared lock, data and metadata as a pair, and becomes visible in one step, while
    /// others go on writing. After an interruption the destination holds whole entries, and the same call copies the
    /// rest. What fails for one entry does not keep the others. Restoring is the same with the two exchanged.
    ///
    /// An entry is taken for unchanged when its metadata is the same and its data has the same format, size and time:
    /// a copy keeps the time of data that was written more than two seconds before. Younger data is copied again the
    /// next time, so that two versions within one tick of the clock are not mistaken for each other.
    /// An entry without data never replaces one with data.
    ///
    /// - Parameters:
    ///   - source: The database; nothing in it is changed.
    ///   - destination: The database to copy to, created when it is missing.
    ///   - options: What is copied and how.
    ///   - progress: Called before each entry.
    /// - Returns: What was done, and what could not be.
    /// - Throws: `.notFound` when there is no source; `.invalidArgument` when one lies in the other; `.noSpace`;
    ///   `.cancelled`; ``DirDBError`` when one of the databases cannot be opened or listed.
    /// - Complexity: O(n) in the number of entries, and in the bytes of those that have changed.
    @discardableResult
    public static func run(
        from source: String, to destination: String, options: BackupOptions = BackupOptions(),
        progress: ((BackupProgress) -> Void)? = nil
    ) throws -> ChangeReport {
        let source = try Database(source, .readOnly)
        try source.requireApart(from: destination, as: "the copy of")
        var target = try Database.existingTarget(destination, isDryRun: options.isDryRun)
        if target == nil && !options.isDryRun { target = try Database(destination) }
        var run = BackupRun(source, target, options)
        return try run.run(progress)
    }
}

extension Database {
    /// Opens a database to copy to; nil when there is none yet.
    ///
    /// Commits that were cut short there, as by a copy that was killed, are settled first, unless in a dry run.
    static func existingTarget(_ path: String, isDryRun: Bool) throws(DirDBError) -> Database? {
        do throws(DirDBError) {
            let database = try Database(path, isDryRun ? .readOnly : .mustExist)
            // Whoever is writing now is not waited for.
            if !isDryRun { _ = try database.recover(timeout: .zero) }
            return database
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
