// Changes in one call: each takes the lock, commits, and releases.

extension Entry {
    /// Stores a value in its type's default format.
    ///
    /// Data and metadata become visible as a pair; old data in another format goes in the same commit.
    /// - Parameters:
    ///   - value: The value.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: ``DirDBError``; the entry then stays as it was.
    public func put<Value: Storable>(
        _ value: Value, meta: JSON? = nil, timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        try put(value, as: Value.defaultDumper, meta: meta, timeout: timeout, durability: durability)
    }

    /// Stores a value in the format of a dumper.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - dumper: The dumper, such as `RawBytes("hoc")`.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: What the dumper throws, ``DirDBError``; the entry then stays as it was.
    public func put<D: Dumper>(
        _ value: D.Value, as dumper: D, meta: JSON? = nil, timeout: Duration? = nil,
        durability: Durability? = nil
    ) throws {
        try put(format: dumper.fileExtension, meta: meta, timeout: timeout, durability: durability) { sink in
            try dumper.dump(value, to: &sink)
        }
    }

    /// Stores data that `write` produces piece by piece, under any extension; nothing is kept in memory.
    ///
    /// - Parameters:
    ///   - fileExtension: The extension without the dot; "" for none.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    ///   - write: Writes the data; the lock is held meanwhile.
    /// - Throws: What `write` throws, ``DirDBError``; the entry then stays as it was.
    public func put(
        format fileExtension: String, meta: JSON? = nil, timeout: Duration? = nil,
        durability: Durability? = nil,
        writing write: (inout DataSink) throws -> Void
    ) throws {
        try transact(.exclusive, timeout, durability, readsMetadata: false) { locked in
            if let meta { locked.meta = meta }
            try locked.put(format: fileExtension, writing: write)
        }
    }

    /// Stores what can be read from a descriptor, up to its end: a file, a pipe, a socket.
    ///
    /// - Parameters:
    ///   - descriptor: An open descriptor, read from its position on; it stays open.
    ///   - fileExtension: The extension without the dot; "" for none.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: ``DirDBError``; the entry then stays as it was.
    public func put(
        contentsOf descriptor: Int32, format fileExtension: String, meta: JSON? = nil,
        timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        try put(format: fileExtension, meta: meta, timeout: timeout, durability: durability) { sink in
            try sink.write(contentsOf: descriptor)
        }
    }

    /// Reads the metadata under the lock, lets `body` change it, and writes it back if it changed.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    ///   - body: The change.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; `.damagedMetadata`, before `body` is called; ``DirDBError``.
    @discardableResult
    public func updateMeta<Result>(
        timeout: Duration? = nil, durability: Durability? = nil, _ body: (inout JSON) throws -> Result
    ) throws -> Result {
        try withLock(timeout: timeout, durability: durability) { locked in try body(&locked.meta) }
    }

    /// Replaces the whole metadata without looking at the old, which may be damaged.
    ///
    /// - Parameters:
    ///   - meta: The new metadata, an object; an empty one removes the file.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: ``DirDBError``; the metadata then stays as it was.
    public func replaceMeta(
        with meta: JSON, timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        try transact(.exclusive, timeout, durability, readsMetadata: false) { locked in locked.meta = meta }
    }

    /// Removes data and metadata.
    ///
    /// The lock file stays. When several data files have the entry's name, only that of the chosen or listed format goes, and the
    /// metadata stays.
    /// - Parameters:
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: `.notFound` when there is nothing to remove; `.ambiguousFormat` when several data files have the
    ///   name and none was chosen; ``DirDBError``, after which the entry is as it was.
    public func delete(timeout: Duration? = nil, durability: Durability? = nil) throws {
        if database.isReadOnly { throw DirDBError.readOnly(path) }
        // Nothing is created for an entry that is not there, not even a lock file.
        guard let directory = try database.openDirectoryIfPresent() else {
            throw DirDBError.missingEntry(path)
        }
        try requireTrace(in: directory)
        try transact(.exclusive, timeout, durability, readsMetadata: false) { locked in try locked.delete() }
    }
}
