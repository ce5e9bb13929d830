public import DirDB
public import DirDBDumpers

/// Tables that a team or a web site shares, in a folder for each version of the software that makes them.
///
///     CACHE/                             a database
///       versions.json                    the versions, the oldest first
///       v1/                              as it was: a version is written by its own software only
///       v2/                              a sub-database
///         registry.json                  what tables there are: name, description, location, columns
///         units.parquet                  a table in one file
///         spikes/trial=0/part-0.parquet  a table divided into files as Hive does it
///
/// A table is built when it is asked for and is not there; of several processes one builds it, and the others wait.
/// The registry holds complete tables only: what is registered can be read, and what a crash has left unregistered is
/// built again. Each JSON file is written atomically, under a lock, and beside it lies the same as a table
/// (`registry.parquet`), for those who ask in SQL. DuckDB reads any table by its location:
///
///     read_parquet('CACHE/' || location, hive_partitioning = true)
public struct TableCache: Sendable {
    /// The database of the whole cache.
    public let database: Database
    /// The release whose tables these are.
    public let release: String
    /// The tables that can be built.
    public let definitions: [TableDefinition]
    /// How long to wait for other processes that build or register; nil for ever.
    public let timeout: Duration?

    var folder: String { Self.folder(of: release) }

    /// Opens a cache.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - release: The release of the tables: 1 to 199 bytes, without slashes.
    ///   - mode: Whether to create it, and whether tables may be built.
    ///   - definitions: The tables that can be built.
    ///   - timeout: How long to wait for other processes that build or register; nil for ever.
    /// - Throws: `.invalidName` for a release or the name of a table that no file may have; `.invalidArgument` when two
    ///   tables have one name; ``DirDBError`` when the folder cannot be opened or made.
    public init(
        _ path: String, release: String, _ mode: Database.Mode = .create, definitions: [TableDefinition] = [],
        timeout: Duration? = nil
    ) throws(DirDBError) {
        // Of a release without characters the folder would have a name all the same.
        try Database.check([release, Self.folder(of: release)] + definitions.map(\.name), in: path)
        var names: Set<[UInt8]> = []
        for name in definitions.map(\.name) {
            guard names.insert(Array(name.utf8)).inserted else { throw .repeatedTable(name, in: path) }
        }
        database = try Database(path, mode)
        self.release = release
        self.definitions = definitions
        self.timeout = timeout
    }

    private static func folder(of release: String) -> String { "v\(release)" }

    // MARK: Reading

    /// A table, which is built when it is not there yet.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The table.
    /// - Throws: `.notFound` when it is not there and has no definition; what its definition throws;
    ///   `.damagedMetadata` when `registry.json` is damaged; ``DirDBError``.
    public func table(_ name: String) throws -> Table {
        if let registered = try registered(name) { return try load(registered) }
        guard let definition = definitions.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw DirDBError.missingTable(name, self)
        }
        return try build(definition, isForced: false)
    }

    private func load(_ table: RegisteredTable) throws -> Table {
        guard table.partitioned else {
            return try database.entry(at: [folder, table.name]).format("parquet").get(Table.self)
        }
        return try database.subdatabase(folder, create: false).getPartitioned(table.name, timeout: timeout)
    }

    // MARK: Building

    /// Builds all tables that have a definition anew, in their order.
    ///
    /// A table is replaced when its new content is complete. One that fails stays as it was and does not stop the rest.
    /// - Throws: One ``DirDBError`` that names all that failed.
    public func updateAll() throws {
        var failures: [any Error] = []
        for definition in definitions {
            do { _ = try build(definition, isForced: true) } catch { failures.append(error) }
        }
        if failures.isEmpty { return }
        throw DirDBError.several(
            failures, "\(failures.count) of \(definitions.count) tables could not be built",
            path: database.path)
    }

    /// Stores a table that has no definition, or replaces it.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - name: Its name.
    ///   - description: What a row of it is, for people.
    ///   - partitionColumns: The columns by whose values it is divided into files; none for one file.
    /// - Throws: `.invalidArgument` for the name of a registry, a partitioned table without rows, or one that
    ///   is registered in the other layout; ``DirDBError``.
    public func put(
        _ table: Table, named name: String, description: String, partitionColumns: [String] = []
    ) throws {
        let definition = TableDefinition(
            name, description: description, partitionColumns: partitionColumns, build: { _ in table })
        _ = try build(definition, isForced: true)
    }

    private func build(_ definition: TableDefinition, isForced: Bool) throws -> Table {
        let name = definition.name
        if [Self.registry, Self.versions].contains(name) {
            throw DirDBError.reservedTable(name, database.path)
        }
        // A lock of its own: storing the table takes that of the entry.
        let lock = try database.entry(at: [folder, "\(name).build"])
        return try lock.holdingLock(.exclusive, timeout: timeout) {
            let registered = try registered(name)
            // Whoever waited finds what it waited for.
            if !isForced, let registered { return try load(registered) }
            let isPartitioned = !definition.partitionColumns.isEmpty
            if let registered, registered.partitioned != isPartitioned {
                throw DirDBError.otherLayout(registered, database.path)
            }
            let table = try definition.build(self)
            if isPartitioned {
                if table.rowCount == 0 { throw DirDBError.emptyPartitions(name, database.path) }
                // Its files change one by one: until all have, it is not complete.
                if registered != nil { try register(nil, insteadOf: name) }
                try database.subdatabase(folder).putPartitioned(
                    name, table, by: definition.partitionColumns, timeout: timeout)
            } else {
                try database.entry(at: [folder, name]).put(table, timeout: timeout)
            }
            try register(
                RegisteredTable(
                    name, table, description: definition.description,
                    partitionColumns: definition.partitionColumns, folder: folder),
                insteadOf: name)
            return table
        }
    }
}

extension DirDBError {
    fileprivate static func repeatedTable(_ name: String, in path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "two tables of \(path) are to be named \"\(name)\"",
            remedy: "give one of them another name")
    }

    fileprivate static func reservedTable(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "no table of \(path) can be named \"\(name)\", which is what tells of the others",
            remedy: "choose another name")
    }

    fileprivate static func otherLayout(_ table: RegisteredTable, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the table \"\(table.name)\" of \(path) is"
                + " \(table.partitioned ? "partitioned" : "one file") in this release, which readers rely on",
            remedy: "keep that, or begin another release")
    }

    fileprivate static func emptyPartitions(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the table \"\(name)\" of \(path) has no rows, so it has no partitions",
            remedy: "store it in one file")
    }
}
