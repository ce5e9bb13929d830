import DirDB
import DirDBDumpers

// registry.json and versions.json are the metadata of the entries "registry" and "versions", whose data is the same as
// a table: so the core writes them, atomically and under the entry's lock.

extension TableCache {
    static let registry = "registry"
    static let versions = "versions"
    private static let tablesKey = "tables"

    // MARK: Tables

    /// The tables of this release, in the order in which they were registered first.
    /// - Throws: `.damagedMetadata` when `registry.json` is damaged; ``DirDBError``.
    public func tables() throws -> [RegisteredTable] {
        let entry = try database.entry(at: [folder, Self.registry])
        return try Self.rows(Self.tablesKey, of: entry.meta, entry).map { row in
            let table: RegisteredTable
            do { table = try row.decode(RegisteredTable.self) } catch {
                throw DirDBError.damagedRegistry(entry, "a table is described wrongly, \(error)")
            }
            // Nobody is led out of the cache.
            do throws(DirDBError) { try Database.check([table.name], in: database.path) } catch {
                throw DirDBError.damagedRegistry(entry, error.reason)
            }
            if table.location != RegisteredTable.location(of: table.name, table.partitioned, in: folder) {
                throw DirDBError.damagedRegistry(entry, "the table \"\(table.name)\" is said to be elsewhere")
            }
            return table
        }
    }

    /// What is registered of a table; nil when it is not.
    /// - Throws: `.damagedMetadata` when `registry.json` is damaged; ``DirDBError``.
    public func registered(_ name: String) throws -> RegisteredTable? {
        try tables().first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The absolute path of a table, or the pattern of its files, as DuckDB's `read_parquet` takes it.
    /// - Throws: `.notFound`; `.damagedMetadata` when `registry.json` is damaged; ``DirDBError``.
    public func path(of name: String) throws -> String {
        guard let table = try registered(name) else { throw DirDBError.missingTable(name, self) }
        return "\(database.path)/\(table.location)"
    }

    /// Registers a table in the place of what had its name; nil removes that.
    func register(_ table: RegisteredTable?, insteadOf name: String) throws {
        if table != nil { try registerRelease() }
        let row = try table.map { try JSON(encoding: $0) }
        let entry = try database.entry(at: [folder, Self.registry])
        try Self.update(Self.tablesKey, of: entry, timeout) { rows in
            let place = rows.firstIndex { $0.name.asString?.utf8.elementsEqual(name.utf8) ?? false }
            if let place { rows.remove(at: place) }
            if let row { rows.insert(row, at: place ?? rows.count) }
        } as: { rows in
            try Table([
                Column("name", rows.map { $0.name.asString ?? "" }),
                Column("description", rows.map { $0.description.asString ?? "" }),
                Column("location", rows.map { $0.location.asString ?? "" }),
                Column("partitioned", rows.map { $0.partitioned.asBool ?? false }),
                Column("partition_columns", rows.map { Self.list($0.partition_columns.asArray ?? []) }),
                Column("rows", rows.map { $0.rows.asInt ?? 0 }),
                Column("columns", rows.map { Self.list($0.columns.asArray?.map(\.name) ?? []) }),
            ])
        }
    }

    // MARK: Versions

    /// The releases in a cache, the oldest first.
    ///
    /// - Parameter path: The folder of the cache.
    /// - Returns: The releases that have, or had, a table.
    /// - Throws: `.notFound` when there is no such folder; `.damagedMetadata` when `versions.json` is damaged;
    ///   ``DirDBError``.
    public static func releases(in path: String) throws -> [String] {
        try releases(of: Database(path, .readOnly))
    }

    private static func releases(of database: Database) throws -> [String] {
        let entry = try database[versions]
        return try rows(versions, of: entry.meta, entry).map { row in
            guard let version = row.version.asString else {
                throw DirDBError.damagedRegistry(entry, "a version has no \"version\" that is a string")
            }
            return version
        }
    }

    private func registerRelease() throws {
        let isRegistered = { (row: JSON) in row.version.asString?.utf8.elementsEqual(release.utf8) ?? false }
        let entry = try database[Self.versions]
        if try Self.rows(Self.versions, of: entry.meta, entry).contains(where: isRegistered) { return }
        try Self.update(Self.versions, of: entry, timeout) { rows in
            if !rows.contains(where: isRegistered) {
                rows.append(["version": .string(release), "location": .string(folder)])
            }
        } as: { rows in
            try Table([
                Column("version", rows.map { $0.version.asString ?? "" }),
                Column("location", rows.map { $0.location.asString ?? "" }),
            ])
        }
    }

    // MARK: Files

    /// Changes the rows under a key of an entry's metadata, and its data to the same as a table, as one.
    private static func update(
        _ key: String, of entry: Entry, _ timeout: Duration?, _ change: (inout [JSON]) -> Void,
        as table: ([JSON]) throws -> Table
    ) throws {
        try entry.withLock(timeout: timeout) { locked in
            var rows = try Self.rows(key, of: locked.meta, entry)
            change(&rows)
            locked.meta[key] = .array(rows)
            try locked.put(try table(rows))
        }
    }

    private static func rows(_ key: String, of meta: JSON, _ entry: Entry) throws -> [JSON] {
        let value = meta[key]
        if value == .null { return [] }
        guard let rows = value.asArray else {
            throw DirDBError.damagedRegistry(entry, "its \"\(key)\" is no array")
        }
        return rows
    }

    private static func list(_ names: [JSON]) -> String {
        names.compactMap(\.asString).joined(separator: ", ")
    }
}

extension DirDBError {
    static func missingTable(_ name: String, _ cache: TableCache) -> DirDBError {
        DirDBError(
            .notFound, path: cache.database.path,
            "there is no table \"\(name)\" in release \(cache.release) of \(cache.database.path), and"
                + " no definition to build it by", remedy: "list the tables, or put it")
    }

    fileprivate static func damagedRegistry(_ entry: Entry, _ cause: String) -> DirDBError {
        DirDBError(
            .damagedMetadata, path: "\(entry.path).json", subject: "\(entry.path).json is damaged", cause,
            remedy: "repair it, or delete the entry \(entry.name) and build the tables again")
    }
}
