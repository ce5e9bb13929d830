import DirDB

extension FileMetadata {
    // Most footers are smaller, and so is one read.
    private static let tailSize = 64 << 10

    /// Reads the footer of a file and checks it against the file's size.
    ///
    /// - Throws: `.damagedData` when it is no Parquet file or makes no sense; `.unsupportedFormat`.
    static func read(
        _ file: borrowing DataFile, _ limits: ReadingLimits
    ) throws(DirDBError) -> FileMetadata {
        let footer = try footer(of: file)
        let outcome = footer.withUnsafeBytes { bytes in
            Result { () throws(ParquetFailure) -> FileMetadata in
                var reader = ThriftReader(bytes)
                return try FileMetadata(&reader)
            }
        }
        do throws(ParquetFailure) {
            let metadata = try outcome.get()
            try metadata.check(footerStart: file.size - Int64(footer.count) - 8, limits)
            return metadata
        } catch {
            throw error.error(file.path, in: "its footer")
        }
    }

    /// The bytes of the footer, without its length and the magic that follow it.
    static func footer(of file: borrowing DataFile) throws(DirDBError) -> [UInt8] {
        guard file.size >= 12 else {
            throw .damagedData(file.path, "its \(file.size) bytes are too few for a Parquet file")
        }
        let tailStart = max(0, file.size - Int64(tailSize))
        var tail = try file.readBytes(at: tailStart)
        // What was appended since the size was taken is not looked at.
        guard tailStart + Int64(tail.count) == file.size else { throw .becameShorter(file.path) }
        let head = tailStart == 0 ? Array(tail.prefix(4)) : try file.readBytes(at: 0, count: 4)
        let end = Array(tail.suffix(4))
        guard head == magic, end == magic else {
            if end == Array("PARE".utf8) {
                throw .unsupportedFormat(
                    file.path, "its footer is encrypted", remedy: "decrypt it with the program that wrote it")
            }
            throw .damagedData(
                file.path, "it does not \(head == magic ? "end" : "start") with PAR1 as Parquet files do")
        }
        let length = tail[(tail.count - 8)...].prefix(4).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        guard length <= file.size - 12 else {
            throw .damagedData(file.path, "its footer of \(length) bytes is longer than the file")
        }
        if length + 8 > tail.count {
            tail = try file.readBytes(at: file.size - length - 8)
            guard tail.count == length + 8 else { throw .becameShorter(file.path) }
        }
        return Array(tail.dropLast(8).suffix(Int(length)))
    }

    /// Checks that chunks lie within the file, and that a file of that size can have so many rows.
    private func check(footerStart: Int64, _ limits: ReadingLimits) throws(ParquetFailure) {
        let most = footerStart.multipliedReportingOverflow(by: Int64(limits.rowsPerByte))
        guard most.overflow || rowCount <= most.partialValue || columns.isEmpty else {
            throw .damaged("so small a file cannot have \(rowCount) rows")
        }
        for group in rowGroups {
            // Where there is nothing to read, any place is as good.
            for chunk in group.columns where chunk.valueCount > 0 && chunk.obstacle == nil {
                guard chunk.offset >= 4, chunk.compressedSize <= footerStart,
                    Int64(chunk.offset) <= footerStart - Int64(chunk.compressedSize)
                else { throw .damaged("a column chunk lies outside of the file's data") }
                guard most.overflow || chunk.valueCount <= most.partialValue else {
                    throw .damaged("so small a file cannot have \(chunk.valueCount) values")
                }
            }
        }
    }
}
