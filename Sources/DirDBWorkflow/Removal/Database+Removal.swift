public import DirDB
import DirDBDumpers

extension Database {
    /// Removes entries, data and metadata, each in one step under its lock.
    ///
    /// A condition is tested under the lock too: what a worker has changed in the meantime counts. Symbolic links are not
    /// followed. What fails for one entry does not keep the others.
    ///
    /// - Parameters:
    ///   - names: The names of an entry or sub-database, to look at no others; empty for all.
    ///   - recursive: Whether entries of sub-databases are removed too.
    ///   - prunes: Whether then sub-databases are removed that have become empty and, without a condition, those that
    ///     `isChosen` names and that are empty.
    ///   - isDryRun: Whether to find out only what would be removed.
    ///   - timeout: How long to wait for the lock of an entry; nil for ever.
    ///   - condition: Which metadata an entry must have; an entry whose metadata is damaged stays, and is a failure. Nil
    ///     when any will do.
    ///   - isChosen: Which keys are meant, such as `calibration/day-2`.
    /// - Returns: What was removed, and what could not be.
    /// - Throws: `.readOnly`; `.cancelled`; ``DirDBError`` when the database cannot be listed.
    /// - Complexity: O(n) in the number of entries.
    public func removeEntries(
        at names: [String] = [], recursive: Bool = false, prunes: Bool = true, isDryRun: Bool = false,
        timeout: Duration? = nil,
        where condition: ((JSON) -> Bool)? = nil, named isChosen: (_ key: String) -> Bool
    ) throws -> ChangeReport {
        var report = ChangeReport()
        var chosen: [Entry] = []
        var databases: Set<Database> = []
        if recursive {
            if try names.isEmpty || entry(at: names).namesDirectory {
                let listing = try DatabaseListing(try subdatabase(at: names))
                report.failures = listing.failures
                chosen = listing.entries.filter { isChosen($0.key) }
                // A sub-database has no metadata that could fulfil a condition.
                if condition == nil {
                    databases = Set(listing.databases.filter { !$0.components.isEmpty && isChosen($0.key) })
                }
            }
            if !names.isEmpty, case let entry = try entry(at: names), try entry.isPresent, isChosen(entry.key)
            {
                chosen.append(entry)
            }
        } else {
            let listing = try entries(order: .name, withoutData: true)
            chosen = listing.filter { isChosen($0.key) }
            report.failures = listing.failures
        }
        var removed: Set<Entry> = []
        for entry in chosen {
            if Task.isCancelled { throw DirDBError.cancelled(path) }
            try report.attempt { report in
                let bytes = entry.dataSize
                guard try entry.remove(timeout, isDryRun: isDryRun, where: condition) else { return }
                report.note(.removed, entry, bytes: bytes)
                removed.insert(entry)
                databases.insert(entry.database)
            }
        }
        if recursive && prunes {
            try isDryRun
                ? notePrunable(databases, without: removed, &report) : prune(databases, &report)
        }
        return report
    }
}

extension Entry {
    /// Whether there is a sub-database of the entry's name; one that a link leads to is none.
    fileprivate var namesDirectory: Bool {
        get throws(DirDBError) {
            try database.openDirectoryIfPresent()?.status(name)?.kind == .directory
        }
    }

    /// Removes the entry; false when it does not fulfil the condition, or somebody else has removed it.
    fileprivate func remove(
        _ timeout: Duration?, isDryRun: Bool, where condition: ((JSON) -> Bool)?
    ) throws -> Bool {
        do {
            if let condition {
                guard try isPresent, condition(try meta) else { return false }
                if isDryRun { return true }
                return try withLock(timeout: timeout) { locked in
                    guard condition(locked.meta) else { return false }
                    try locked.delete()
                    return true
                }
            }
            if !isDryRun { try delete(timeout: timeout) }
            return true
        } catch let error as DirDBError where error.code == .notFound {
            return false
        }
    }
}
