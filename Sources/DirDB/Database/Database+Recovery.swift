/// What `recover` did.
public struct RecoveryReport: Sendable, Hashable {
    /// The entries whose commit was finished or undone.
    public internal(set) var settled: [Entry] = []
    /// The number of temporary files removed.
    public internal(set) var removedTemporaries = 0
    /// The number of lock files removed.
    public internal(set) var removedLocks = 0
    /// What could not be done: entries whose lock is held, sub-databases that cannot be read.
    public internal(set) var failures: [DirDBError] = []
}

extension Database {
    /// Settles all commits that were cut short, here and in all sub-databases.
    ///
    /// The temporary files of dead writers are removed. Live writers are waited for, not disturbed.
    /// Not needed for correctness: whoever takes a lock next does this for the entry.
    /// - Parameters:
    ///   - timeout: How long to wait for each entry's lock; nil for ever.
    ///   - removingLocks: Whether to remove the lock files of absent entries too. Only for a database that nobody
    ///     else is using.
    /// - Returns: What was done, and what could not be.
    /// - Throws: ``DirDBError`` when the database itself cannot be read, `.readOnly`. What fails for an entry or a
    ///   sub-database is reported and does not stop the rest.
    /// - Complexity: O(n) in the number of files.
    public func recover(timeout: Duration? = nil, removingLocks: Bool = false) throws(DirDBError)
        -> RecoveryReport
    {
        if isReadOnly { throw .readOnly(path) }
        var report = RecoveryReport()
        try recoverDirectory(timeout, removingLocks, &report)
        for database in try readableDescendants({ report.failures.append($1) }) {
            do throws(DirDBError) {
                try database.recoverDirectory(timeout, removingLocks, &report)
            } catch {
                report.failures.append(error)
            }
        }
        return report
    }

    private func recoverDirectory(
        _ timeout: Duration?, _ removingLocks: Bool, _ report: inout RecoveryReport
    ) throws(DirDBError) {
        guard let directory = try openDirectoryIfPresent() else { return }
        var pending: Set<Entry> = []
        var leftovers: [Entry: [String]] = [:]
        var locked: [Entry] = []
        let stream = try directory.stream()
        while let (file, _) = try stream.next() {
            guard let file else { continue }
            switch FileRole(file) {
            case .intent(let name): pending.insert(Entry(self, name))
            case .temporary(let name): leftovers[Entry(self, name), default: []].append(file)
            case .lock(let name) where removingLocks: locked.append(Entry(self, name))
            default: break
            }
        }
        for entry in pending.union(leftovers.keys).sorted() {
            do throws(DirDBError) {
                let lock = try entry.lock(in: directory, .exclusive, timeout)
                var removed = 0
                for file in leftovers[entry] ?? [] where try directory.status(file) != nil {
                    try directory.unlink(file)
                    removed += 1
                }
                if removed > 0 { try directory.sync() }
                _ = consume lock
                report.removedTemporaries += removed
                if pending.contains(entry) { report.settled.append(entry) }
            } catch {
                report.failures.append(error)
            }
        }
        for entry in locked.sorted() {
            do throws(DirDBError) {
                let lock = try entry.lock(in: directory, .exclusive, timeout)
                if try entry.dataFormats(in: directory).isEmpty,
                    try directory.status(entry.files.metadata) == nil
                {
                    try directory.unlink(entry.files.lock)
                    report.removedLocks += 1
                }
                _ = consume lock
            } catch {
                report.failures.append(error)
            }
        }
    }
}
