package import DirDB

/// Some rows of an npy file as an npy file, whatever its elements are: a new header, and their bytes as they are.
///
/// The dtype stays as it is written, and the order of the elements that of the file: in C order the rows are one piece,
/// in Fortran order one piece of each column.
struct NPYRowCopy {
    /// The new header.
    let header: [UInt8]
    /// The bytes of the elements.
    let size: Int
    private let path: String
    private let start: Int
    private let stride: Int
    private let pieceSize: Int
    private let pieceCount: Int

    /// Finds out where the rows lie.
    ///
    /// - Parameters:
    ///   - rows: Indices of the first axis; those beyond the end are left out.
    ///   - header: The header of the file.
    ///   - descr: The bytes of the file at ``NPYHeader/descr``.
    ///   - subject: What the file is called in messages.
    ///   - path: The path of the file that it lies in.
    /// - Throws: `.invalidArgument` when the array has no dimensions; `.unsupportedFormat` for pickled objects, whose
    ///   bytes are not those of rows.
    init(
        _ rows: Range<Int>, _ header: NPYHeader, descr: [UInt8], _ subject: String, _ path: String
    ) throws(DirDBError) {
        guard let height = header.shape.first else { throw .noRows(subject, path) }
        guard let itemSize = header.dtype.itemSize else {
            throw DirDBError(
                .unsupportedFormat, path: path, subject: "rows of \(subject) cannot be chosen",
                "its elements are pickled Python objects, which lie in one piece", remedy: "take the whole")
        }
        let rows = rows.clamped(to: 0..<height)
        let rowLength = header.shape.dropFirst().reduce(1, *)
        let unit = header.isCOrder ? rowLength * itemSize : itemSize
        start = header.dataOffset + rows.lowerBound * unit
        stride = height * unit
        pieceSize = rows.count * unit
        pieceCount = header.isCOrder ? 1 : rowLength
        size = pieceSize * pieceCount
        self.path = path
        self.header = NPYHeader.bytes(
            descr: descr, isUTF8: header.isUTF8, isFortranOrder: header.isFortranOrder,
            shape: [rows.count] + header.shape.dropFirst())
    }

    /// Hands on the bytes of the elements, piece by piece.
    ///
    /// - Parameters:
    ///   - source: Reads from the npy file; is asked for ascending offsets.
    ///   - write: Is given what was read.
    /// - Throws: `.damagedData` when the file ends before; what the two throw.
    func copyElements(
        from source: ZipSource, _ write: (UnsafeRawBufferPointer) throws(DirDBError) -> Void
    ) throws(DirDBError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(max(size, 1), 1 << 20), alignment: 64)
        defer { buffer.deallocate() }
        var filled = 0
        for piece in 0..<pieceCount {
            var offset = start + piece * stride
            let end = offset + pieceSize
            while offset < end {
                let part = UnsafeMutableRawBufferPointer(
                    rebasing: buffer[filled...].prefix(end - offset))
                guard try source(Int64(offset), part) == part.count else { throw .becameShorter(path) }
                offset += part.count
                filled += part.count
                if filled == buffer.count {
                    try write(UnsafeRawBufferPointer(buffer))
                    filled = 0
                }
            }
        }
        if filled > 0 { try write(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) }
    }
}

extension DataFile {
    /// Writes some rows of this npy file as an npy file, whatever the type of its elements; nothing else is read but
    /// its header.
    ///
    /// - Parameters:
    ///   - rows: Indices of the first axis, of which those beyond the end are left out.
    ///   - sink: Where to write.
    /// - Throws: `.invalidArgument` when the array has no dimensions; `.unsupportedFormat` for pickled objects;
    ///   `.damagedData`.
    /// - Complexity: O(n) in the bytes of the rows; for Fortran order one read for each column.
    package func writeNPYRows(_ rows: Range<Int>, to sink: inout DataSink) throws(DirDBError) {
        let header = try NPYHeader.read(self, limit: 65536)
        let descr = try readBytes(at: Int64(header.descr.lowerBound), count: header.descr.count)
        let part = try NPYRowCopy(rows, header, descr: descr, path, path)
        try sink.write(part.header)
        try part.copyElements(
            from: { (offset, buffer) throws(DirDBError) in try read(at: offset, into: buffer) },
            { (bytes) throws(DirDBError) in try sink.write(bytes) })
    }
}
