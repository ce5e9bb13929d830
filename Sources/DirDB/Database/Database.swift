/// A directory whose files are entries.
///
/// A value of this type caches nothing but the open directory, which all its copies and sub-databases share: it is
/// cheap to copy, may be used from any task, and always sees what is on disk now. It is the directory that was
/// opened, also when that is renamed meanwhile.
public struct Database: Sendable {
    /// How to open a database.
    public enum Mode: Sendable {
        /// Create the directory, and those above it, when it is missing.
        case create
        /// A missing directory is an error.
        case mustExist
        /// A missing directory is an error, nothing is ever created or changed.
        case readOnly
    }

    /// What a database and its sub-databases share, behind a reference: a value is copied with each entry.
    private final class Shared: Sendable {
        let root: String
        /// Kept open: opening it anew for each access would cost as much as the access.
        let directory: Directory
        let durability: Durability
        let isReadOnly: Bool
        let isPartition: Bool
        let strictJSON: Bool
        let dumpers: [any Dumper]
        let knownFormats: [String]

        init(
            _ root: String, _ durability: Durability, isReadOnly: Bool, strictJSON: Bool,
            _ dumpers: [any Dumper]
        ) throws(DirDBError) {
            self.root = root
            isPartition = root.pathComponents.last?.isPartitionName ?? false
            directory = try Directory(path: root)
            self.durability = durability
            self.isReadOnly = isReadOnly
            self.strictJSON = strictJSON
            self.dumpers = dumpers
            var formats: [String] = []
            // Python's dirdb writes pickles.
            for format in dumpers.map(\.fileExtension) + [RawBytes.defaultExtension, "pickle"]
            where !formats.contains(format) {
                formats.append(format)
            }
            knownFormats = formats
        }
    }

    private let shared: Shared
    /// The names that lead from the root to this sub-database.
    package let components: [String]
    /// The key of this sub-database: the names that lead to it from the opened one, separated by slashes; "" for that.
    public var key: String { components.joined(separator: "/") }

    /// The path of the directory that was opened, without symbolic links.
    var root: String { shared.root }
    /// The open directory, as long as a value of the database lives; nothing is found in it when it was removed.
    var rootDirectory: Directory { shared.directory }
    /// What survives a power cut, unless a call says otherwise.
    public var durability: Durability { shared.durability }
    /// Whether every change is refused.
    public var isReadOnly: Bool { shared.isReadOnly }
    /// Whether metadata with NaN or an infinity is refused.
    public var strictJSON: Bool { shared.strictJSON }
    /// The formats beyond raw bytes that this database can inspect.
    package var dumpers: [any Dumper] { shared.dumpers }
    /// The extensions that are looked for by name, before the directory is listed.
    var knownFormats: [String] { shared.knownFormats }

    /// Opens a database.
    ///
    /// - Parameters:
    ///   - path: The directory; a symbolic link to one is followed.
    ///   - mode: Whether to create it, and whether changes are allowed.
    ///   - durability: What survives a power cut; `.full` unless said otherwise.
    ///   - strictJSON: Whether writing NaN and infinities to metadata is an error that names the key. Otherwise they are
    ///     written as Python's json does, as tokens that the JSON standard does not know.
    ///   - dumpers: Further formats to inspect and verify, the user's own among them.
    /// - Throws: `.notFound` when the directory is missing and not to be created; `.invalidName` when a dumper's
    ///   extension is reserved or no format may have it, or the path holds a NUL; ``DirDBError`` when the directory
    ///   cannot be opened or made.
    public init(
        _ path: String, _ mode: Mode = .create, durability: Durability = .full, strictJSON: Bool = false,
        dumpers: [any Dumper]
    ) throws(DirDBError) {
        for format in dumpers.map(\.fileExtension) {
            if let objection = NameRules.objection(toFormat: format) {
                throw .invalidFormat(format, of: path, objection)
            }
        }
        if path.utf8.contains(0) { throw .invalidPath(path) }
        if mode == .create { try Self.createDirectories(path, durability) }
        let resolved: String?
        do { resolved = try System.realPath(path) } catch { throw .system(error, "open the database", path) }
        guard let resolved else { throw .missingDatabase(path) }
        shared = try Shared(
            resolved, durability, isReadOnly: mode == .readOnly, strictJSON: strictJSON, dumpers)
        components = []
    }

    private init(_ shared: Shared, _ components: [String]) {
        self.shared = shared
        self.components = components
    }

    /// The same database at another place below the root.
    func at(_ components: [String]) -> Database {
        Database(shared, components)
    }

    /// Whether the directory is named `key=value`, whatever the database was opened at.
    var isPartition: Bool {
        guard let name = components.last else { return shared.isPartition }
        return name.isPartitionName
    }

    /// The absolute path of the directory.
    public var path: String { root.appending(path: key) }

    // MARK: Entries

    /// An entry by its name, such as `db["batch-17"]`; it needs not exist.
    /// - Throws: `.invalidName` when the name is no legal one; the disk is not touched.
    public subscript(_ name: String) -> Entry {
        get throws(DirDBError) {
            try Self.check(name, in: path)
            return Entry(self, name)
        }
    }

    /// An entry by the names of the sub-databases that lead to it and its own.
    ///
    /// Such as `db["calibration", "day-2", "gain"]`. Nothing needs to exist.
    /// - Throws: `.invalidName` when a name is no legal one; the disk is not touched.
    public subscript(_ name: String, _ second: String, _ further: String...) -> Entry {
        get throws(DirDBError) { try entry(at: [name, second] + further) }
    }

    /// An entry by the names of the sub-databases that lead to it and its own.
    /// - Throws: `.invalidName` when there is no name, or one is no legal one; the disk is not touched.
    public func entry(at names: [String]) throws(DirDBError) -> Entry {
        guard let name = names.last else { throw .invalidName("", in: path, "it is empty") }
        return try subdatabase(at: Array(names.dropLast()))[name]
    }

    /// Whether an entry of this name has data.
    /// - Throws: `.invalidName`, or ``DirDBError`` when the directory cannot be read.
    /// - Complexity: A few system calls when it is there under a known format; otherwise the directory is listed.
    public func contains(_ name: String) throws(DirDBError) -> Bool {
        try self[name].exists
    }

    /// A sub-database as a value, whether or not it exists.
    package func subdatabase(at names: [String]) throws(DirDBError) -> Database {
        try Self.check(names, in: path)
        return at(components + names)
    }

    /// Whether names may lead to an entry; the disk is not touched.
    /// - Throws: `.invalidName`.
    package static func check(_ names: [String], in path: String) throws(DirDBError) {
        for name in names { try check(name, in: path) }
    }

    private static func check(_ name: String, in path: String) throws(DirDBError) {
        if let objection = NameRules.objection(toName: name) { throw .invalidName(name, in: path, objection) }
    }
}

extension Database {
    /// Makes durable all that was stored before with relaxed durability, by any process: one call for many entries.
    ///
    /// The whole file system is synced (syncfs(2)), and with it what other programs have written to it.
    /// - Throws: `.notFound`; ``DirDBError`` when the disk fails, after which nothing is known to be durable.
    public func sync() throws(DirDBError) {
        try openDirectory().syncFileSystem()
    }
}

extension Database: Hashable, CustomStringConvertible {
    /// Two values are equal when they are of the same directory.
    public static func == (left: Database, right: Database) -> Bool {
        left.path.hasSameBytes(as: right.path)
    }

    /// Hashes the path.
    public func hash(into hasher: inout Hasher) {
        for byte in path.utf8 { hasher.combine(byte) }
    }

    /// The path.
    public var description: String { path }
}

/// What a successful change survives.
public enum Durability: Sendable {
    /// The death of the process at any instruction, and the loss of power at any moment: file and directory are
    /// synced before success is reported.
    case full
    /// The death of the process. After a power cut recent changes may be missing or damaged; for data that can
    /// be made again.
    case relaxed
}

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
