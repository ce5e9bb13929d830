public import DirDB

extension Entry {
    /// Reads columns of row groups of a Parquet file, and no other bytes of it than the footer.
    ///
    /// - Parameters:
    ///   - columns: The names, in the order wanted; nil for all.
    ///   - rowGroups: The numbers of the row groups, from 0; nil for all.
    /// - Returns: The table. The columns that pandas made the index come last, unless they are named.
    /// - Throws: `.invalidArgument` when there is no such column or row group; `.unsupportedFormat` when a column is
    ///   of a type that tables cannot have; what ``get(_:)`` throws.
    public func get(columns: [String]?, rowGroups: Range<Int>? = nil) throws -> Table {
        try get(as: ParquetPartLoader(columns: columns, rowGroups: rowGroups))
    }

    /// Stores a table larger than memory as a Parquet file, some rows at a time.
    ///
    ///     try entry.put(tables: ParquetDumper()) { writer in
    ///         while let rows = next() { try writer.append(rows) }
    ///     }
    ///
    /// - Parameters:
    ///   - dumper: How the file is written.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    ///   - body: Appends the rows; the lock is held meanwhile.
    /// - Throws: What `body` throws; ``DirDBError``. The entry then stays as it was.
    /// - Complexity: Memory is that of one compressed row group.
    public func put(
        tables dumper: ParquetDumper = ParquetDumper(), meta: JSON? = nil, timeout: Duration? = nil,
        durability: Durability? = nil, _ body: (inout ParquetWriter) throws -> Void
    ) throws {
        let path = path
        try put(format: dumper.fileExtension, meta: meta, timeout: timeout, durability: durability) { sink in
            try ParquetWriter.write(to: &sink, dumper.options, path: path, body)
        }
    }
}

extension LockedEntry {
    /// Reads columns of row groups of a Parquet file, the staged one if there is some.
    ///
    /// - Parameters:
    ///   - columns: The names, in the order wanted; nil for all.
    ///   - rowGroups: The numbers of the row groups, from 0; nil for all.
    /// - Returns: The table. The columns that pandas made the index come last, unless they are named.
    /// - Throws: `.invalidArgument` when there is no such column or row group; `.unsupportedFormat` when a column is
    ///   of a type that tables cannot have; what ``get(_:)`` throws.
    public func get(columns: [String]?, rowGroups: Range<Int>? = nil) throws -> Table {
        try get(as: ParquetPartLoader(columns: columns, rowGroups: rowGroups))
    }

    /// Stages a table larger than memory as a Parquet file, some rows at a time.
    ///
    /// - Parameters:
    ///   - dumper: How the file is written.
    ///   - body: Appends the rows.
    /// - Throws: `.readOnly` under a shared lock; what `body` throws.
    /// - Complexity: Memory is that of one compressed row group.
    public mutating func put(
        tables dumper: ParquetDumper = ParquetDumper(), _ body: (inout ParquetWriter) throws -> Void
    ) throws {
        let path = entry.path
        try put(format: dumper.fileExtension) { sink in
            try ParquetWriter.write(to: &sink, dumper.options, path: path, body)
        }
    }
}

/// Reads a part in the place of the whole, so that `get` looks for the file and checks its format as it always does.
private struct ParquetPartLoader: Dumper {
    let columns: [String]?
    let rowGroups: Range<Int>?
    private let whole = ParquetDumper()

    init(columns: [String]?, rowGroups: Range<Int>?) {
        self.columns = columns
        self.rowGroups = rowGroups
    }

    var fileExtension: String { whole.fileExtension }

    func dump(_ value: Table, to sink: inout DataSink) throws {
        try whole.dump(value, to: &sink)
    }

    func load(_ file: borrowing DataFile) throws -> Table {
        let parquet = try ParquetFile(file)
        let named = columns.map { columns in
            columns
                + parquet.indexNames.filter { index in
                    !columns.contains { $0.utf8.elementsEqual(index.utf8) }
                }
        }
        return try parquet.read(columns: named, rowGroups: rowGroups, from: file)
    }

    func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        try whole.inspect(file)
    }
}
