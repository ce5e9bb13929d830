public import DirDB

extension Database {
    /// Tells of new, replaced and removed entries as commits happen.
    ///
    ///     for try await change in try db.changes() where change.kind == .new {
    ///         let x: NDArray<Double> = try change.entry.get()
    ///     }
    ///
    /// The watch has begun when this returns: what is committed later, by whatever process on this machine, is told,
    /// in order, each commit once; data and metadata of one commit are one change. A reader that falls far behind
    /// (the kernel keeps some 16,000 events) is told what differs from what it was told last: every entry that
    /// changed, but several changes of one entry as one. So it is too with polling.
    ///
    /// Events come from inotify(7). A network file system tells nothing of other machines: there the database
    /// is listed again and again. Files that are written in place, as numpy does it, are told when they are closed; by
    /// polling they may be seen half written, and are told again.
    ///
    /// - Parameters:
    ///   - recursive: Whether entries of sub-databases are told too, also of those made later.
    ///   - includingExisting: Whether entries that are there already are told first, in the order of their paths.
    ///   - polling: The pause between two listings; nil for events, and for 2 s on a network file system.
    /// - Returns: The changes, for ever: until the task is cancelled, or the database is removed, which is an error.
    /// - Throws: `.notFound`; ``DirDBError`` when the database cannot be read, or the kernel's limit of watches is
    ///   reached.
    /// - Complexity: O(n) in the number of entries, in time at the beginning and in memory.
    public func changes(
        recursive: Bool = false, includingExisting: Bool = false, polling: Duration? = nil
    ) throws(DirDBError) -> DatabaseChanges {
        try DatabaseChanges(
            Watcher(self, isRecursive: recursive, tellsExisting: includingExisting, polling: polling))
    }
}
