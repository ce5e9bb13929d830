// The metadata of a database itself is that of an entry with a reserved name, which no entry can have: the file
// `.dirdb.json`, changed under `.dirdb.lock`.

extension Database {
    /// The entry whose metadata is that of the database; it has no data and is not listed.
    package var metadataEntry: Entry { Entry(self, FileNames.databaseEntry) }

    /// The metadata of the database itself, not of its entries; an empty object when there is none.
    ///
    /// The keys `id` and `provenance` have a meaning for the tools; all others, such as `description`, are the user's.
    /// - Throws: `.damagedMetadata` when the file is not a JSON object; `.notFound` when there is no database.
    public var meta: JSON {
        get throws(DirDBError) {
            _ = try openDirectory()
            return try metadataEntry.meta
        }
    }

    /// Reads the metadata of the database under a lock, lets `body` change it, and writes it back if it changed.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - body: The change; an empty object removes the file.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; `.damagedMetadata`, before `body` is called; `.readOnly`; ``DirDBError``, after
    ///   which the metadata is as it was.
    @discardableResult
    public func updateMeta<Result>(
        timeout: Duration? = nil, _ body: (inout JSON) throws -> Result
    ) throws -> Result {
        try metadataEntry.updateMeta(timeout: timeout, body)
    }

    /// Replaces the whole metadata of the database without looking at the old, which may be damaged.
    ///
    /// - Parameters:
    ///   - meta: The new metadata, an object; an empty one removes the file.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    /// - Throws: `.readOnly`; ``DirDBError``, after which the metadata is as it was.
    public func replaceMeta(with meta: JSON, timeout: Duration? = nil) throws {
        try metadataEntry.replaceMeta(with: meta, timeout: timeout)
    }
}
