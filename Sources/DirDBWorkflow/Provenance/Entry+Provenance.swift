public import DirDB
import DirDBDumpers

extension LockedEntry {
    /// Records in the metadata how the data, staged or published, came to be, and its checksum.
    ///
    /// What is recorded becomes visible with the data, in one commit. It is read once for its checksum.
    /// - Parameter provenance: Who writes it.
    /// - Throws: `.notFound` when there is no data; ``DirDBError`` when reading fails.
    /// - Complexity: O(n) in the size of the data; memory is constant.
    public mutating func record(_ provenance: Provenance) throws {
        let record = try withData { file in
            provenance.json(
                time: System.now(), format: file.format, byteCount: file.size,
                checksum: try DataChecksum(of: file))
        }
        // Metadata that is no object is refused by the commit, and not to be replaced by one here.
        if meta.asObject != nil { meta[Provenance.key] = record }
    }

    /// Stages the metadata of data that was just staged.
    ///
    /// - Parameters:
    ///   - newMeta: The metadata; nil keeps the old, without what was recorded of the old data.
    ///   - provenance: What is to be recorded; nil for nothing.
    /// - Throws: As `record(_:)`.
    package mutating func describeData(_ newMeta: JSON?, _ provenance: Provenance?) throws {
        if let newMeta { meta = newMeta } else { meta.remove(Provenance.key) }
        if let provenance { try record(provenance) }
    }
}

extension Entry {
    /// Stores a value in its type's default format, with its provenance; see ``Provenance``.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - meta: The new metadata, an object; nil keeps what is there.
    ///   - provenance: What is recorded under the key `_dirdb` of the metadata; nil for nothing.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: `.damagedMetadata` when the old metadata is; ``DirDBError``; the entry then stays as it was.
    public func put<Value: Storable>(
        _ value: Value, meta: JSON? = nil, provenance: Provenance?, timeout: Duration? = nil,
        durability: Durability? = nil
    ) throws {
        try put(
            value, as: Value.defaultDumper, meta: meta, provenance: provenance, timeout: timeout,
            durability: durability)
    }

    /// Stores a value in the format of a dumper, with its provenance; see ``Provenance``.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - dumper: The dumper.
    ///   - meta: The new metadata, an object; nil keeps what is there.
    ///   - provenance: What is recorded under the key `_dirdb` of the metadata; nil for nothing.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: What the dumper throws; `.damagedMetadata` when the old metadata is; ``DirDBError``. The entry then
    ///   stays as it was.
    public func put<D: Dumper>(
        _ value: D.Value, as dumper: D, meta: JSON? = nil, provenance: Provenance?, timeout: Duration? = nil,
        durability: Durability? = nil
    ) throws {
        try change(meta, provenance, timeout, durability) { locked in try locked.put(value, as: dumper) }
    }

    /// Stores a value of any `Encodable` type as a msgpack file, with its provenance; see ``Provenance``.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - meta: The new metadata, an object; nil keeps what is there.
    ///   - provenance: What is recorded under the key `_dirdb` of the metadata; nil for nothing.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: What its `encode(to:)` throws; `.damagedMetadata` when the old metadata is; ``DirDBError``. The
    ///   entry then stays as it was.
    @_disfavoredOverload
    public func put<Value: Encodable>(
        _ value: Value, meta: JSON? = nil, provenance: Provenance?, timeout: Duration? = nil,
        durability: Durability? = nil
    ) throws {
        try change(meta, provenance, timeout, durability) { locked in try locked.put(value) }
    }

    private func change(
        _ meta: JSON?, _ provenance: Provenance?, _ timeout: Duration?, _ durability: Durability?,
        _ put: (inout LockedEntry) throws -> Void
    ) throws {
        try withLock(timeout: timeout, durability: durability) { locked in
            try put(&locked)
            try locked.describeData(meta, provenance)
        }
    }
}
