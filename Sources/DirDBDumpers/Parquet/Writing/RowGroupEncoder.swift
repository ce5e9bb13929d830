package import DirDB

/// Encodes one row group, column after column: many can be at work at once, each on a thread of its own.
///
///     var encoder = RowGroupEncoder(dumper, path: path)
///     encoder.begin(rowCount: 2)
///     try encoder.append(Column("time", [0.5, 1.5]))
///     try writer.append(encoder.finish())
///
/// A column is encoded when it is appended, so that no more than one needs to be in memory. It is all about speed:
/// integers of a small range get a dictionary, zstd does not look for the last percents, and reals that hardly become
/// smaller are left as they are.
package struct RowGroupEncoder: ~Copyable {
    private let options: ParquetOptions
    private let compressor: PageCompressor
    private let path: String
    private let buffers = ChunkBuffers()
    private var bytes: [UInt8] = []
    /// The size of the last row group, since the next one will have about as much.
    private var size = 0
    private var rowCount = 0
    private var columns: [WrittenColumn] = []
    private var chunks: [ColumnChunk] = []

    /// Creates an encoder, whose memory serves one row group after the other.
    package init(_ dumper: ParquetDumper, path: String) {
        options = dumper.options
        compressor = PageCompressor(dumper.options.codec, isFast: true)
        self.path = path
    }

    /// Begins a row group.
    package mutating func begin(rowCount: Int) {
        self.rowCount = rowCount
        (columns, chunks) = ([], [])
        bytes = []
        bytes.reserveCapacity(size + size / 16)
    }

    /// Appends a column.
    package mutating func append(_ column: Column) throws(DirDBError) {
        precondition(column.count == rowCount, "all columns have the rows of the group")
        let writer = writer(column)
        try writer.append(0..<rowCount, of: column)
        try close(writer)
    }

    /// Appends a column of integers, none of which is missing.
    package mutating func append(
        _ name: String, _ values: UnsafeBufferPointer<Int64>
    ) throws(DirDBError) {
        precondition(values.count == rowCount, "all columns have the rows of the group")
        let writer = writer(Column(name, [Int64]()))
        try writer.append(coding: values)
        try close(writer)
    }

    /// Appends a column of reals.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - present: The values of the rows that have one.
    ///   - flags: For each row 1 if it has a value, else 0; nil when all have.
    /// - Throws: ``DirDBError`` when a page becomes too large.
    package mutating func append(
        _ name: String, present: UnsafeBufferPointer<Double>, _ flags: UnsafeBufferPointer<UInt8>? = nil
    ) throws(DirDBError) {
        precondition((flags?.count ?? present.count) == rowCount, "all columns have the rows of the group")
        let writer = writer(Column(name, [Double]()))
        try writer.append(present: present, flags?.baseAddress, count: rowCount)
        try close(writer)
    }

    private func writer(_ column: Column) -> ChunkWriter {
        ChunkWriter(WrittenColumn(column), options, compressor, buffers, path: path)
    }

    private mutating func close(_ writer: ChunkWriter) throws(DirDBError) {
        columns.append(writer.column)
        let offset = bytes.count
        let chunk = try writer.finish(at: offset) { (part) throws(DirDBError) in
            bytes.append(contentsOf: part)
        }
        chunks.append(chunk)
    }

    /// The row group, ready to be appended to a file.
    package mutating func finish() -> EncodedRowGroup {
        let finished = bytes
        (bytes, size) = ([], finished.count)
        return EncodedRowGroup(rowCount: rowCount, columns: columns, bytes: finished, chunks: chunks)
    }
}

/// A row group as it will be in a file, wherever there.
package struct EncodedRowGroup: Sendable {
    /// The number of rows.
    package let rowCount: Int
    let columns: [WrittenColumn]
    let bytes: [UInt8]
    /// The places are those in ``bytes``.
    let chunks: [ColumnChunk]

    func placed(at offset: Int) -> FileMetadata.RowGroup {
        var group = FileMetadata.RowGroup()
        group.rowCount = rowCount
        for var chunk in chunks {
            chunk.dataPageOffset += offset
            if let place = chunk.dictionaryPageOffset { chunk.dictionaryPageOffset = place + offset }
            group.byteCount += chunk.uncompressedSize
            group.columns.append(chunk)
        }
        return group
    }
}
