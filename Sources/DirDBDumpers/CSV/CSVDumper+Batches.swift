public import DirDB

extension CSVDumper {
    /// Reads a table some rows at a time, in constant memory.
    ///
    /// Types that are not given are those of the rows in the first 64 KiB; a field further down that does not fit is an
    /// error, which asks for the type to be given.
    ///
    ///     try entry.withData { file in
    ///         try CSVDumper().forEachBatch(rows: 10_000, of: file) { table in … }
    ///     }
    ///
    /// - Parameters:
    ///   - rows: The most rows of a batch.
    ///   - file: An open csv file.
    ///   - body: Gets each batch, in order.
    /// - Throws: What ``load(_:)`` throws, `.invalidArgument` when `rows` is less than 1, and what `body` throws.
    /// - Complexity: Memory is that of one batch. The texts of a batch have a dictionary of their own.
    public func forEachBatch(
        rows: Int, of file: borrowing DataFile, _ body: (Table) throws -> Void
    ) throws {
        guard rows > 0 else { throw DirDBError.csvBatch(rows) }
        let path = file.path
        let columns = try readHead(file).withUnsafeBytes { try CSVTable.types(CSVText($0, self, path: path)) }
        if columns.isEmpty { return }
        let mapping = try file.map()
        try mapping.withUnsafeBytes { bytes in
            guard let text = CSVText(bytes, self, path: path) else { return }
            var reader = CSVReader(text, try CSVHeader(text), columns.map(\.expected))
            while true {
                let (columns, rowCount) = try CSVTable.readColumns(&reader, rows)
                if rowCount == 0 { return }
                try body(try Table(columns, index: index, rowCount: rowCount))
            }
        }
    }

    /// Reads the first rows, and nothing of the file after them.
    ///
    /// - Parameters:
    ///   - rows: The most rows.
    ///   - type: The type of all columns, such as that of texts for the fields as they are; nil for those that are
    ///     given, and else those that these rows have.
    ///   - file: An open csv file.
    /// - Returns: The rows.
    /// - Throws: What ``load(_:)`` throws.
    public func loadFirst(
        rows: Int, as type: ColumnType? = nil, of file: borrowing DataFile
    ) throws -> Table {
        let path = file.path
        let mapping = try file.map()
        return try mapping.withUnsafeBytes { bytes in
            try CSVTable.read(CSVText(bytes, self, path: path), rows: max(0, rows), as: type)
        }
    }
}
