// A rename is two commits under both locks: the source's files become a new version of the target, as links or, where
// there are no links, as copies; then the source is removed. A crash in between leaves both names, each a whole pair, and
// the same rename again finishes.

extension Entry {
    /// Gives the entry another name, also in another sub-database of the same database.
    ///
    /// A process that dies in the middle of it may leave the entry under both names; the same rename again, with or
    /// without `replacing`, removes the old one.
    ///
    /// - Parameters:
    ///   - target: The new place.
    ///   - replacing: Whether an existing target is replaced, data and metadata; otherwise it is an error.
    ///   - timeout: How long to wait for the locks; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise. What was stored relaxed
    ///     is not made durable by it.
    /// - Throws: `.notFound`; `.alreadyExists`; `.ambiguousFormat` when several data files have the source's
    ///   name; `.invalidArgument` when the target is in another database; ``DirDBError``, after which both are as they
    ///   were, unless the sentence says otherwise.
    /// - Complexity: O(1) where the file system has hard links; otherwise O(n) in the size of the data.
    public func rename(
        to target: Entry, replacing: Bool = false, timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        if self == target { throw DirDBError.sameEntry(path) }
        if database.isReadOnly { throw DirDBError.readOnly(path) }
        guard database.root.hasSameBytes(as: target.database.root) else {
            throw DirDBError.otherDatabase(target.path)
        }
        let durability = durability ?? database.durability
        let directory = try database.openDirectory()
        try requireTrace(in: directory)
        let targetDirectory = try target.database.openDirectoryCreating(durability)
        let locks = try lock(in: directory, .exclusive, with: target, in: targetDirectory, timeout)
        var new = try LockedEntry(
            target, targetDirectory, locks.target, .exclusive, durability, readsMetadata: false)
        var old = try LockedEntry(self, directory, locks.source, .exclusive, durability, readsMetadata: false)
        do {
            try requirePresence(in: directory)
            try new.stageFiles(of: self, in: directory, replacing: replacing)
        } catch {
            new.rollBack()
            throw error
        }
        // Where names keep their order, those of links are durable as soon as the removal is.
        try new.commit(syncingNames: !new.hasOnlyLinks || !targetDirectory.keepsNameOrder)
        do {
            try old.delete()
            try old.commit()
        } catch let error as DirDBError {
            throw error.afterNewName(target.path)
        }
    }
}

extension LockedEntry {
    /// Stages the files of another entry as those of this one.
    ///
    /// Files that are one already are left from the same rename, cut short.
    fileprivate mutating func stageFiles(
        of source: Entry, in sourceDirectory: Directory, replacing: Bool
    ) throws {
        let (here, there) = (try source.look(in: sourceDirectory), try entry.look(in: directory))
        let metadata = here.hasMetadata ? [FileNames.metadataExtension] : []
        let missing = try (here.formats + metadata).filter { format in
            let file = try sourceDirectory.status(source.files.data(format))
            return try directory.status(entry.files.data(format))?.identity != file?.identity
        }
        let obsolete = there.formats.filter { format in
            !here.formats.contains { $0.hasSameBytes(as: format) }
        }
        let losesMetadata = there.hasMetadata && !here.hasMetadata
        let isResumed = missing.isEmpty && obsolete.isEmpty && !losesMetadata
        if !there.isNothing && !replacing && !isResumed { throw DirDBError.targetExists(entry.path) }

        listsFormats = true
        deletedFormats = obsolete
        if losesMetadata { forgetMetadata() }
        let id = CommitID()
        for format in missing {
            let staged = try StagedFile.link(
                source, in: sourceDirectory, as: entry, format: format, id: id, isToBeSynced: isDurable,
                in: directory)
            if format == FileNames.metadataExtension { stagedMetadata = staged } else { stagedData = staged }
        }
    }

    /// Whether nothing was staged but links to files that are there.
    fileprivate var hasOnlyLinks: Bool {
        [stagedData, stagedMetadata].allSatisfy { $0?.isLink != false }
    }
}

// MARK: Copying

extension Entry {
    /// Copies data and metadata, as a pair, to another entry of this or any other database.
    ///
    /// - Parameters:
    ///   - target: The entry to make.
    ///   - replacing: Whether an existing target is replaced; otherwise it is an error.
    ///   - timeout: How long to wait for the locks; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the target's database unless said otherwise.
    /// - Throws: `.notFound`; `.alreadyExists`; `.ambiguousFormat` when several data files have the source's
    ///   name; ``DirDBError``, after which the target is as it was.
    /// - Complexity: O(n) in the size of the data; memory is constant.
    public func copy(
        to target: Entry, replacing: Bool = false, timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        try copy(to: target, replacing: replacing, timeout: timeout, durability: durability) { data, sink in
            try sink.write(contentsOf: data)
        }
    }

    /// Copies data and metadata as a pair; `write` makes the target's data of the source's.
    ///
    /// With `isListed` the caller has listed both directories and seen one data file of the source: they are not listed again for
    /// each of many copies. `describe` makes the target's metadata of the source's.
    package func copy(
        to target: Entry, replacing: Bool, timeout: Duration?, durability: Durability? = nil,
        isListed: Bool = false,
        describing describe: ([UInt8]) throws -> [UInt8]? = { $0 },
        writing write: (borrowing DataFile, inout DataSink) throws -> Void
    ) throws {
        if self == target { throw DirDBError.sameEntry(path) }
        if target.database.isReadOnly { throw DirDBError.readOnly(target.path) }
        let durability = durability ?? target.database.durability
        let directory = try database.openDirectory()
        if !isListed { try requireTrace(in: directory) }
        let targetDirectory = try target.database.openDirectoryCreating(durability)
        try requireOther(than: target, directory, targetDirectory)
        let locks = try lock(in: directory, .shared, with: target, in: targetDirectory, timeout)
        var copy = try LockedEntry(
            target, targetDirectory, locks.target, .exclusive, durability, readsMetadata: false)
        try copy.commit(after: { copy in
            try requirePresence(in: directory, listing: !isListed)
            if !isListed { copy.listsFormats = true }
            if try !replacing && !target.look(in: targetDirectory, listing: copy.listsFormats).isNothing {
                throw DirDBError.targetExists(target.path)
            }
            // A source that is read-only and was never locked cannot be locked either.
            let pair = try readPair()
            switch pair.data {
            case .some(let data): try copy.put(format: data.format) { sink in try write(data, &sink) }
            case .none:
                // Without a lock it may have gone since; an absent source must not make the target absent.
                if pair.metadata == nil { throw DirDBError.missingEntry(path) }
                copy.deletedFormats = try target.dataFormats(
                    in: targetDirectory, listing: copy.listsFormats)
            }
            copy.rawMetadata = try pair.metadata.flatMap(describe)
            if copy.rawMetadata == nil { copy.forgetMetadata() }
        })
        _ = consume locks.source
    }

    /// Removes the entry under its lock and that of another, which thus stays as `condition` has found it.
    ///
    /// - Parameters:
    ///   - other: The other entry, of this or any other database.
    ///   - timeout: How long to wait for the locks; nil for ever, `.zero` to try once.
    ///   - condition: Whether to remove the entry, asked under both locks.
    /// - Returns: What `condition` has returned.
    /// - Throws: What `condition` throws; `.invalidArgument` when both are one entry; ``DirDBError``, after which the entry is
    ///   as it was.
    package func delete(
        holding other: Entry, timeout: Duration?, where condition: () throws -> Bool
    ) throws -> Bool {
        let (directory, otherDirectory) = (try database.openDirectory(), try other.database.openDirectory())
        try requireOther(than: other, directory, otherDirectory)
        let locks = try lock(in: directory, .exclusive, with: other, in: otherDirectory, timeout)
        let held = locks.target
        var locked = try LockedEntry(
            self, directory, locks.source, .exclusive, database.durability, readsMetadata: false)
        guard try condition() else { return false }
        try locked.delete()
        try locked.commit()
        _ = consume held
        return true
    }

    /// Fails when both are one entry, also by two paths of one directory: its lock would be waited for while it is held.
    private func requireOther(
        than target: Entry, _ directory: Directory, _ targetDirectory: Directory
    ) throws(DirDBError) {
        guard name.hasSameBytes(as: target.name) else { return }
        if try directory.status().identity == targetDirectory.status().identity { throw .sameEntry(path) }
    }
}
