// Many small commits that share their syncs. Each entry is still a commit of its own, with the steps and in the order
// that Commit.swift tells; but what is to be durable before a step is made so for all of them by one
// syncfs(2), and the names of a directory by one fsync(2).

extension Database {
    /// Stores many entries durably, with a few syncs for hundreds of them.
    ///
    ///     try db.batch { batch in
    ///         for run in runs { try batch.put(run.array, to: db[run.name], meta: run.meta) }
    ///     }
    ///
    /// Each entry becomes visible as a whole, some time before this returns; all are durable when it has returned. Until
    /// an entry is visible its lock is held: reading or locking it in `body` in any other way than by the batch sees the
    /// old version, or is the error `.wouldDeadlock`.
    ///
    /// - Parameter body: Puts the entries; they may lie in any database on the same file system.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, and ``DirDBError``; of the entries put until then some may be stored, each as a
    ///   whole, and the others are as they were.
    public func batch<Result>(_ body: (Batch) throws -> Result) throws -> Result {
        let batch = try Batch(try openDirectory())
        do {
            let result = try batch.locks.whileHeld { try body(batch) }
            try batch.publish()
            batch.isOpen = false
            return result
        } catch {
            batch.rollBack()
            batch.isOpen = false
            throw error
        }
    }
}

/// Entries that are stored together by ``Database/batch(_:)``, which alone makes values of this type.
public final class Batch {
    private final class Transaction {
        var locked: LockedEntry
        /// Asked for at the beginning: a call that fails when the entry is visible would seem to have prevented that.
        let directory: FileIdentity

        init(_ locked: consuming LockedEntry, _ directory: FileIdentity) {
            self.locked = locked
            self.directory = directory
        }
    }

    // Two descriptors each; a process may have 1024 in all.
    private static let largestGroup = 128

    let locks = HeldLocks()
    private let directory: Directory
    private let device: UInt64
    private var path: String { directory.path }
    private var group: [Transaction] = []
    fileprivate var isOpen = true

    fileprivate init(_ directory: Directory) throws(DirDBError) {
        self.directory = directory
        device = try directory.status().identity.device
    }

    /// Stores a value in its type's default format.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - entry: Where to; the last put to an entry counts.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    /// - Throws: ``DirDBError``; the entry then stays as it was.
    public func put<Value: Storable>(_ value: Value, to entry: Entry, meta: JSON? = nil) throws {
        try put(value, as: Value.defaultDumper, to: entry, meta: meta)
    }

    /// Stores a value in the format of a dumper.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - dumper: The dumper.
    ///   - entry: Where to; the last put to an entry counts.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    /// - Throws: What the dumper throws, ``DirDBError``; the entry then stays as it was.
    public func put<D: Dumper>(_ value: D.Value, as dumper: D, to entry: Entry, meta: JSON? = nil) throws {
        guard isOpen else { throw DirDBError.batchEnded(entry.path) }
        if group.count == Self.largestGroup { try publish() }
        let transaction = try begin(entry)
        do {
            if let meta { transaction.locked.meta = meta }
            try transaction.locked.put(value, as: dumper)
            // What cannot be written is told here and not when others are published.
            _ = try transaction.locked.metadataChange()
        } catch {
            transaction.locked.rollBack()
            throw error
        }
        group.append(transaction)
        locks.add(transaction.locked.lock.mark)
    }

    private func begin(_ entry: Entry) throws -> Transaction {
        if entry.database.isReadOnly { throw DirDBError.readOnly(entry.path) }
        let directory = try entry.database.openDirectoryCreating(.full)
        let identity = try directory.status().identity
        guard identity.device == device else {
            throw DirDBError.otherFileSystem(entry.path, path)
        }
        // Whoever has this lock may wait for one of the group: nothing is waited for while any is held.
        if let transaction = try attempt(entry, directory, identity) { return transaction }
        try publish()
        let lock = try entry.lock(in: directory, .exclusive, nil)
        return Transaction(
            try LockedEntry(entry, directory, lock, .exclusive, .full, readsMetadata: false), identity)
    }

    /// The transaction when the lock is free; nil when somebody holds it, who may be this batch itself.
    private func attempt(
        _ entry: Entry, _ directory: Directory, _ identity: FileIdentity
    ) throws(DirDBError) -> Transaction? {
        do throws(DirDBError) {
            guard let lock = try entry.tryLock(in: directory, .exclusive, blocking: false) else {
                return nil
            }
            return Transaction(
                try LockedEntry(entry, directory, lock, .exclusive, .full, readsMetadata: false), identity)
        } catch {
            if error.code == .wouldDeadlock { return nil }
            throw error
        }
    }

    // MARK: Publishing

    /// Makes the group visible and durable, and releases its locks.
    ///
    /// - Throws: ``DirDBError``; what was not visible yet is then as it was.
    func publish() throws {
        do { try publishGroup() } catch {
            rollBack()
            throw error
        }
    }

    private func publishGroup() throws {
        if group.isEmpty { return }
        for transaction in group { _ = try transaction.locked.prepare() }
        try directory.syncFileSystem()
        var recorded: [FileIdentity: Transaction] = [:]
        for transaction in group {
            try transaction.locked.prepared?.makeRecord()
            if transaction.locked.prepared?.hasRecord == true {
                recorded[transaction.directory] = transaction
            }
        }
        for transaction in recorded.values { try transaction.locked.directory.syncUnlessOrdered() }
        // Their locks are held until their names are durable.
        var published: [Transaction] = []
        var directories: [FileIdentity: Transaction] = [:]
        while let transaction = group.first {
            // One that fails takes itself back, or is completed by the next locker.
            group.removeFirst()
            published.append(transaction)
            try transaction.locked.prepared?.perform()
            directories[transaction.directory] = transaction
        }
        for transaction in directories.values { try transaction.locked.prepared?.syncNames() }
        for transaction in published { transaction.locked.prepared?.removeRecord() }
        locks.releaseAll()
    }

    func rollBack() {
        for transaction in group { transaction.locked.rollBack() }
        group = []
        locks.releaseAll()
    }
}
