// A partitioned table is a sub-database with a file for each combination of values of some columns:
//
//     NAME.lock                         guards the whole table
//     NAME/key=value/.../part-0.parquet
//
// A rewrite puts the new files first, in the order of their paths, and then removes those of combinations that are gone.
// A crash in between leaves whole files only, but new and old ones beside each other; writing again completes it.
// Programs of this package wait for each other by the lock; other programs may see a rewrite under way.

public import DirDB

extension Database {
    private static let part = "part-0.parquet"

    /// Stores a table as a directory of Parquet files, one for each combination of values of some columns.
    ///
    /// The directory is what Hive, Spark, pandas, pyarrow, Dask, Polars and DuckDB (`hive_partitioning`) read: nothing but
    /// data is visible in it. The values are in the names of the directories alone. Files of earlier partitions are
    /// removed at the end; if the process dies before, whole files of the old table and the new one are beside each
    /// other, and writing again completes it.
    ///
    /// - Parameters:
    ///   - name: The name of the sub-database.
    ///   - table: The table.
    ///   - columns: The names of columns of integers, dates, times, texts or truth values; the first is the outermost
    ///     directory.
    ///   - dumper: How the files are written.
    ///   - timeout: How long to wait for another process that writes the same; nil for ever.
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
            let names = [name] + part.names.map(\.text)
            return (try entry(at: names + [Self.part]), names, part.rows)
        }.sorted { $0.0 < $1.0 }
        let isDurable = (durability ?? self.durability) == .full
        try self[name].holdingLock(.exclusive, timeout: timeout) {
            let directory = try openDirectory()
            for (_, names, rows) in parts {
                let place = try directory.makingDirectory(at: names, isDurable: isDurable)
                let part = try rest.gathering(rows)
                try directory.putPartition(Self.part, in: place, of: name, isDurable: isDurable) { sink in
                    try ParquetDumper(options).dump(part, to: &sink)
                }
            }
            let written = Set(parts.map(\.0))
            for (database, _, files) in try partitions(name) {
                let gone = try files.filter { try !written.contains(database[$0]) }
                guard !gone.isEmpty, let place = try database.openDirectoryIfPresent() else { continue }
                for file in gone {
                    try place.unlink(file)
                    try place.unlink("\(file.splitExtension().stem).json")
                }
                if isDurable { try place.sync() }
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
            let files = try partitions(name).flatMap { partition in
                partition.files.map { file in
                    (database: partition.database, names: partition.names, file: file)
                }
            }
            guard let first = files.first else { throw DirDBError.missingEntry("\(path)/\(name)") }
            var joiner = TableJoiner()
            var rowCounts: [Int] = []
            var (layout, index): (PartitionLayout?, String?)
            for (database, names, file) in files {
                let entry = try database[file.splitExtension().stem]
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

    /// The directories that stand for values and their Parquet files, in the order of their paths.
    private func partitions(
        _ name: String
    ) throws(DirDBError) -> [(database: Database, names: [PartitionName], files: [String])] {
        let table = try subdatabase(at: [name])
        var found: [(database: Database, names: [PartitionName], files: [String])] = []
        // Of a table no part may be missing, so an unreadable directory is an error.
        for database in try table.subdatabases(recursive: true) {
            let directories = database.components.dropFirst(table.components.count)
            let names = directories.compactMap { PartitionName($0) }
            guard names.count == directories.count, let directory = try database.openDirectoryIfPresent()
            else { continue }
            var files: [String] = []
            let stream = try directory.stream()
            while let (file, kind) = try stream.next() {
                guard let file, file.splitExtension().suffix == "parquet",
                    kind == .regular || kind == .unknown,
                    case .data = FileRole(file), try directory.status(file)?.kind == .regular
                else { continue }
                files.append(file)
            }
            found.append((database, names, files.sorted { $0.precedesInBytes($1) }))
        }
        return found
    }
}

extension DirDBError {
    fileprivate static func noPartition(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: "\(path)/\(name)",
            "\(path)/\(name) needs a column that names its partitions and one that is stored in them",
            remedy: "name some of the columns, not none and not all")
    }
}
