// The metadata of a database itself, a JSON object in the hidden file `.dirdb.json` of its directory.
//
// The rules are those of an entry's metadata: a reader sees a complete old file or a complete new one, and a process
// may be killed at any instruction. A change holds the lock of the name `dirdb`, and writes a temporary file of that
// name as a commit of such an entry would, so that `recover` removes what a killed writer left.
//
//     .dirdb.json            the object
//     dirdb.lock             flock(2) target, shared with an entry of the name dirdb
//     .dirdb.<id>.json.tmp   a write in progress

public import DirDB

extension Database {
    static let metadataFile = ".dirdb.json"
    private static let lockName = "dirdb"
    // Much more than anybody describes a database with; a search looks at files of unknown origin.
    private static let largestMetadata: Int64 = 16 << 20

    /// The path of the file that holds the metadata of the database.
    var metadataPath: String { path.appending(path: Self.metadataFile) }

    /// The metadata of the database itself, not of its entries; an empty object when there is none.
    ///
    /// The keys `id` and `provenance` have a meaning here, see `assignID(replacing:)` and `provenance(version:)`;
    /// all others, such as `description`, are the user's.
    /// - Throws: `.damagedMetadata` when the file is not a JSON object, or larger than 16 MiB; `.notFound` when there
    ///   is no database.
    public var meta: JSON {
        get throws(DirDBError) { try readMetadata() ?? [:] }
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
        try changeMetadata(timeout) {
            let original = try readMetadata() ?? [:]
            var meta = original
            let result = try body(&meta)
            // Equality as values hides a change of order.
            let isUnchanged =
                try meta.serializedBytes() == original.serializedBytes()
            if !isUnchanged { try writeMetadata(meta) }
            return result
        }
    }

    /// Replaces the whole metadata of the database without looking at the old, which may be damaged.
    ///
    /// - Parameters:
    ///   - meta: The new metadata, an object; an empty one removes the file.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    /// - Throws: `.readOnly`; ``DirDBError``, after which the metadata is as it was.
    public func replaceMeta(with meta: JSON, timeout: Duration? = nil) throws {
        try changeMetadata(timeout) { try writeMetadata(meta) }
    }

    /// Makes the metadata of the database that of another, byte by byte, where that has some and it differs.
    ///
    /// - Throws: ``DirDBError``, after which the metadata is as it was. A missing directory is no error: a sub-database
    ///   without entries has no copy.
    func copyMetadata(from source: Database, timeout: Duration?) throws {
        guard let bytes = try source.readMetadataBytes(), let directory = try openDirectoryIfPresent(),
            try readMetadataBytes() != bytes
        else { return }
        try changeMetadata(timeout) {
            try self[Self.lockName].replaceFile(Self.metadataFile, with: bytes, in: directory)
            if durability == .full { try directory.sync() }
        }
    }

    private func changeMetadata<Result>(_ timeout: Duration?, _ body: () throws -> Result) throws -> Result {
        if isReadOnly { throw DirDBError.readOnly(metadataPath) }
        return try self[Self.lockName].holdingLock(.exclusive, timeout: timeout, body)
    }

    private func readMetadataBytes() throws(DirDBError) -> [UInt8]? {
        guard let file = try openDirectory().open(Self.metadataFile) else { return nil }
        let size = try file.status(path: metadataPath).size
        guard size <= Self.largestMetadata else { throw damaged("it is larger than 16 MiB") }
        return try file.readAll(path: metadataPath)
    }

    private func readMetadata() throws(DirDBError) -> JSON? {
        guard let bytes = try readMetadataBytes() else { return nil }
        let meta: JSON
        do { meta = try JSON(parsing: bytes) } catch {
            throw error.code == .invalidJSON ? damaged(error.reason) : error
        }
        if meta.asObject == nil { throw damaged("it is not a JSON object") }
        return meta
    }

    func damaged(_ cause: String) -> DirDBError {
        .damagedMetadata(metadataPath, cause)
    }

    private func writeMetadata(_ meta: JSON) throws {
        let directory = try openDirectory()
        guard let object = meta.asObject else {
            throw DirDBError.unwritableMetadata(
                metadataPath, "it must be an object", remedy: "put the value under a key")
        }
        if object.isEmpty {
            try directory.unlink(Self.metadataFile)
        } else {
            let text = try meta.serialized(isStrict: strictJSON) + "\n"
            try self[Self.lockName].replaceFile(Self.metadataFile, with: Array(text.utf8), in: directory)
        }
        if durability == .full { try directory.sync() }
    }
}
