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
    /// `sourceIsListed` tells that the caller has listed the source's directory and seen one data file of the name,
    /// `targetIsUnseen` that it has listed the target's and seen none: unless others have used the names since, the directories
    /// are not listed again for each of many copies. `describe` makes the target's metadata of the source's.
    package func copy(
        to target: Entry, replacing: Bool, timeout: Duration?, durability: Durability? = nil,
        sourceIsListed: Bool = false, targetIsUnseen: Bool = false,
        describing describe: ([UInt8]) throws -> [UInt8]? = { $0 },
        writing write: (borrowing DataFile, inout DataSink) throws -> Void
    ) throws {
        if self == target { throw DirDBError.sameEntry(path) }
        if target.database.isReadOnly { throw DirDBError.readOnly(target.path) }
        let durability = durability ?? target.database.durability
        let directory = try database.openDirectory()
        if !sourceIsListed { try requireTrace(in: directory) }
        let targetDirectory = try target.database.openDirectoryCreating(durability)
        try requireOther(than: target, directory, targetDirectory)
        let locks = try lock(in: directory, .shared, with: target, in: targetDirectory, timeout)
        var copy = try LockedEntry(
            target, targetDirectory, locks.target, .exclusive, durability, readsMetadata: false)
        do {
            try requirePresence(in: directory, listing: !sourceIsListed)
            if !targetIsUnseen { copy.listsFormats = true }
            if try !replacing && !target.look(in: copy.directory, listing: copy.listsFormats).isNothing {
                throw DirDBError.targetExists(target.path)
            }
            // A source that is read-only and was never locked cannot be locked either.
            let pair = try readPair()
            switch pair.data {
            case .some(let data):
                try copy.put(format: data.format) { sink in try write(data, &sink) }
            case .none:
                // Without a lock it may have gone since; an absent source must not make the target absent.
                if pair.metadata == nil { throw DirDBError.missingEntry(path) }
                copy.deletedFormats = try target.dataFormats(
                    in: copy.directory, listing: copy.listsFormats)
            }
            copy.rawMetadata = try pair.metadata.flatMap(describe)
            if copy.rawMetadata == nil { copy.forgetMetadata() }
        } catch {
            copy.rollBack()
            throw error
        }
        try copy.commit()
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
