public import DirDB

/// Writes a table larger than memory, some rows at a time; `put(tables:…)` makes one.
///
/// Rows are encoded and compressed as they come, and a row group is written to the file when it is full: one
/// compressed row group is in memory at a time. The tables may be of any size.
public struct ParquetWriter: ~Copyable {
    /// The number of rows appended so far.
    public private(set) var rowCount = 0

    private let options: ParquetOptions
    private let compressor: PageCompressor
    private let path: String
    private var sink: DataSink
    private var columns: [WrittenColumn]?
    private var indexName: String?
    private var writers: [ChunkWriter] = []
    private var rowsInGroup = 0
    private var rowGroups: [FileMetadata.RowGroup] = []

    private init(_ sink: consuming DataSink, _ options: ParquetOptions, path: String) {
        self.sink = sink
        self.options = options
        self.path = path
        compressor = PageCompressor(options.codec)
    }

    /// Appends the rows of a table.
    ///
    /// - Parameter table: A table whose columns have the names and types of those of the first one; its index does
    ///   not matter after that.
    /// - Throws: `.invalidArgument` when the columns differ, or a value is beyond what the logical type of its column
    ///   can have; ``DirDBError`` when writing fails.
    public mutating func append(_ table: Table) throws(DirDBError) {
        let found = table.columns.map { WrittenColumn($0) }
        if let columns {
            guard found == columns else { throw .otherSchema(Self.list(found), Self.list(columns), path) }
        } else {
            columns = found
            indexName = table.indexName
            writers = found.map { ChunkWriter($0, options, compressor, path: path) }
        }
        var row = 0
        while row < table.rowCount {
            let count = min(table.rowCount - row, options.rowGroupSize - rowsInGroup)
            for (writer, column) in zip(writers, table.columns) {
                if Task.isCancelled { throw .cancelled(path) }
                try writer.append(row..<row + count, of: column)
            }
            row += count
            rowsInGroup += count
            rowCount += count
            if rowsInGroup == options.rowGroupSize { try closeRowGroup() }
        }
    }

    /// Appends a row group that was encoded elsewhere, perhaps on another thread.
    ///
    /// Of the columns behind those that both have, the rows of the other have no value.
    /// - Parameters:
    ///   - group: A row group of columns with the names and types of those that are there, perhaps without the last
    ///     of them or with more, encoded by the dumper's own options.
    ///   - index: The name of the column that is the index, where this is the first row group.
    /// - Throws: `.invalidArgument` when the columns differ; ``DirDBError`` when writing fails.
    package mutating func append(
        _ group: borrowing EncodedRowGroup, index: String? = nil
    ) throws(DirDBError) {
        if let columns {
            let (shorter, longer) =
                group.columns.count < columns.count ? (group.columns, columns) : (columns, group.columns)
            guard longer.starts(with: shorter) else {
                throw .otherSchema(Self.list(group.columns), Self.list(columns), path)
            }
            self.columns = longer
            writers += longer[columns.count...].map { ChunkWriter($0, options, compressor, path: path) }
        } else {
            columns = group.columns
            indexName = index
            writers = group.columns.map { ChunkWriter($0, options, compressor, path: path) }
        }
        try closeRowGroup()
        if group.rowCount == 0 { return }
        rowGroups.append(group.placed(at: Int(sink.count)))
        try sink.write(group.bytes)
        rowCount += group.rowCount
    }

    private static func list(_ columns: [WrittenColumn]) -> String {
        columns.isEmpty ? "no columns" : "the columns \(columns.map(\.description).list())"
    }

    private mutating func closeRowGroup() throws(DirDBError) {
        if rowsInGroup == 0 { return }
        var group = FileMetadata.RowGroup()
        group.rowCount = rowsInGroup
        for writer in writers {
            let chunk = try writer.finish(at: Int(sink.count)) { (bytes) throws(DirDBError) in
                try sink.write(bytes)
            }
            group.byteCount += chunk.uncompressedSize
            group.columns.append(chunk)
        }
        rowGroups.append(group)
        rowsInGroup = 0
    }

    /// Gives row groups that lack columns chunks without values.
    private mutating func completeRowGroups() throws(DirDBError) {
        for number in rowGroups.indices {
            for writer in writers[rowGroups[number].columns.count...] {
                try writer.append(missing: rowGroups[number].rowCount)
                let chunk = try writer.finish(at: Int(sink.count)) { (bytes) throws(DirDBError) in
                    try sink.write(bytes)
                }
                rowGroups[number].byteCount += chunk.uncompressedSize
                rowGroups[number].columns.append(chunk)
            }
        }
    }

    private mutating func writeFooter() throws(DirDBError) {
        try closeRowGroup()
        try completeRowGroups()
        let columns = columns ?? []
        var keyValues = options.metadata
        if let indexName {
            keyValues[PandasMetadata.key] = try PandasMetadata.text(
                columns.map { ($0.name, $0.dtype) }, index: indexName)
        }
        if let schema = ArrowSchema.text(columns, keyValues) { keyValues[ArrowSchema.key] = schema }
        var footer = FileMetadata.bytes(
            columns: columns, rowGroups: rowGroups, rowCount: rowCount,
            keyValues: keyValues.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        footer.append(littleEndian: UInt32(footer.count))
        try sink.write(footer + FileMetadata.magic)
    }
}

// MARK: One file

extension ParquetWriter {
    /// Writes a file of the tables that `body` appends.
    static func write(
        to sink: inout DataSink, _ options: ParquetOptions, path: String,
        _ body: (inout ParquetWriter) throws -> Void
    ) throws {
        try sink.write(FileMetadata.magic)
        var writer = ParquetWriter(sink, options, path: path)
        let outcome = Result {
            try body(&writer)
            try writer.writeFooter()
        }
        sink = writer.finish()
        try outcome.get()
    }

    private consuming func finish() -> DataSink { sink }
}
