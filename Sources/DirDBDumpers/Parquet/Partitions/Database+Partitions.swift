// A partitioned table is a sub-database with a file for each combination of values of some columns:
//
//     NAME/key=value/.../part-0.parquet
//
// Each file is an entry and commits on its own. A rewrite puts the new files first, in the order of their paths, and
// then removes those of combinations that are no more. A crash in between leaves whole files only, but new and old
// ones beside each other; writing again completes it. Programs of this package wait for each other by the lock of
// the entry NAME; other programs may see a rewrite under way.

public import DirDB

extension Database {
    private static let part = "part-0"

    /// Stores a table as a directory of Parquet files, one for each combination of values of some columns.
    ///
    /// The directory is what Hive, Spark, DuckDB (`hive_partitioning`), Polars and pyarrow read, when they are given
    /// the files, `NAME/**/*.parquet`: beside each lies its lock. The values are in the names of the directories
    /// alone. Files of earlier partitions are removed at the end; whole combinations of the old table and the new one
    /// are beside each other if the process dies before, and writing again completes it.
    ///
    /// - Parameters:
    ///   - name: The name of the sub-database.
    ///   - table: The table.
    ///   - columns: The names of columns of integers, texts or truth values; the first is the outermost directory.
    ///   - dumper: How the files are written.
    ///   - timeout: How long to wait for each lock that another process holds; nil for ever.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: `.invalidArgument` when there is no such column, none is left for the files, or one is of reals;
    ///   `.invalidName` when a value is too long for the name of a directory; ``DirDBError``.
    /// - Complexity: O(n) in the values; memory is that of the largest partition beside the table.
    public func putPartitioned(
        _ name: String, _ table: Table, by columns: [String], as dumper: ParquetDumper = ParquetDumper(),
        timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        let keys = try table.selecting(columns).columns
        let rest = try table.selecting(
            table.columns.map(\.name).filter { name in
                !keys.contains { $0.name.utf8.elementsEqual(name.utf8) }
            })
        guard !keys.isEmpty, !rest.columns.isEmpty else { throw DirDBError.noPartition(name, path) }
        let layout = PartitionLayout(table, by: try keys.map { column in try PartitionColumn(column) })
        var options = dumper.options
        options.metadata[PartitionLayout.key] = try layout.text()
        // All names are checked before anything is written.
        let parts = try table.partitions(by: keys).map { part in
            (try entry(at: [name] + part.names.map(\.text) + [Self.part]), part.rows)
        }.sorted { $0.0 < $1.0 }
        try self[name].holdingLock(.exclusive, timeout: timeout) {
            for (entry, rows) in parts {
                try entry.put(
                    rest.gathering(rows), as: ParquetDumper(options), timeout: timeout, durability: durability
                )
            }
            let written = Set(parts.map(\.0))
            for (entry, _) in try partitionFiles(name) where !written.contains(entry) {
                try entry.format("parquet").delete(timeout: timeout, durability: durability)
            }
        }
    }

    /// Reads a directory of Parquet files that is partitioned as Hive does it, whoever wrote it.
    ///
    /// The files are read in the order of their paths. What ``putPartitioned(_:_:by:as:timeout:durability:)`` wrote
    /// has its columns in the order and of the types of the original; else the columns of the directories come last,
    /// as `int64` if all values are integers, or as strings.
    ///
    /// - Parameters:
    ///   - name: The name of the sub-database.
    ///   - timeout: How long to wait for a process that writes the same; nil for ever.
    /// - Returns: One table of all rows.
    /// - Throws: `.notFound` when there are no such files; `.formatMismatch` when their columns differ;
    ///   what ``Entry/get(_:)`` throws.
    /// - Complexity: O(n) in the values; memory is that of the table and the largest file.
    public func getPartitioned(_ name: String, timeout: Duration? = nil) throws -> Table {
        try self[name].holdingLock(.shared, timeout: timeout) {
            let files = try partitionFiles(name)
            guard let first = files.first else { throw DirDBError.missingEntry("\(path)/\(name)") }
            var joiner = TableJoiner()
            var rowCounts: [Int] = []
            var (layout, index): (PartitionLayout?, String?)
            for (entry, names) in files {
                guard names.map(\.key) == first.names.map(\.key) else {
                    throw DirDBError.formatMismatch(
                        entry.path, found: "a partition by \(names.map(\.key).joined(separator: ", "))",
                        asked: "one by \(first.names.map(\.key).joined(separator: ", "))")
                }
                let part = try entry.format("parquet").withData { file in
                    let parquet = try ParquetFile(file)
                    layout =
                        parquet.keyValueMetadata[PartitionLayout.key].flatMap { PartitionLayout($0) }
                        ?? layout
                    // Some writers keep the columns of the directories in the files too.
                    let stored = parquet.fields.map(\.name).filter { name in
                        !names.contains { $0.key.utf8.elementsEqual(name.utf8) }
                    }
                    return try parquet.read(columns: stored, from: file)
                }
                try joiner.append(part, path: entry.path)
                rowCounts.append(part.rowCount)
                index = part.indexName
            }
            var columns = try joiner.finish()
            for (place, key) in first.names.map(\.key).enumerated() {
                let values = files.map { $0.names[place].value }
                let partition =
                    layout?.partitions.first { $0.name.utf8.elementsEqual(key.utf8) }
                    ?? PartitionColumn(key, inferredFrom: values)
                let parts = zip(values, rowCounts).map { (value: $0, rowCount: $1) }
                columns.append(try partition.column(parts, path: "\(path)/\(name)"))
            }
            let table = try Table(columns, index: index)
            guard let layout, Set(layout.names) == Set(columns.map(\.name)) else { return table }
            var ordered = try table.selecting(layout.names)
            if let index = layout.index, layout.names.contains(index) { ordered.indexName = index }
            return ordered
        }
    }

    /// The Parquet files below directories that stand for values, in the order of their paths.
    private func partitionFiles(_ name: String) throws -> [(entry: Entry, names: [PartitionName])] {
        let depth = try self[name].components.count
        let root: Database
        do { root = try subdatabase(name, create: false) } catch {
            if error.code == .notFound { return [] }
            throw error
        }
        let listing = try root.entries(recursive: true, order: .name)
        // Of a table no part may be missing.
        if let failure = listing.failures.first { throw failure }
        var last: Entry?
        return try listing.compactMap { entry in
            // An entry with several data files is listed for each.
            if entry == last { return nil }
            last = entry
            let directories = entry.components.dropFirst(depth).dropLast()
            let names = directories.compactMap { PartitionName($0) }
            guard !names.isEmpty, names.count == directories.count, try entry.format("parquet").exists else {
                return nil
            }
            return (entry, names)
        }
    }
}

extension DirDBError {
    fileprivate static func noPartition(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "\(path)/\(name)",
            "\(path)/\(name) needs a column that names its partitions and one that is stored in them; name some of"
                + " the columns, not none and not all")
    }
}
