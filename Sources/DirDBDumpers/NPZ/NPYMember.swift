import DirDB

/// An npy file within a zip file, opened up to the start of its elements.
struct NPYMember: ~Copyable {
    let header: NPYHeader
    private var content: ZipMemberReader
    private let path: String
    /// The first bytes of the npy file: its header and what was read with it.
    private let start: [UInt8]

    /// Reads the header, which is usually in the first bytes.
    ///
    /// - Throws: `.damagedData`; `.unsupportedFormat` for encryption and for methods other than stored and deflated.
    init(_ member: ZipMember, path: String, _ source: ZipSource) throws(DirDBError) {
        var content = try ZipMemberReader(member, path: path, source)
        var start = try Self.bytes(min(1024, member.size), &content, source)
        let header = try Self.header(&start, &content, path: path, source)
        self.header = header
        self.content = content
        self.path = path
        self.start = start
    }

    private static let headerLimit = 65536

    /// Parses the header, of which the first bytes were read.
    private static func header(
        _ start: inout [UInt8], _ content: inout ZipMemberReader, path: String, _ source: ZipSource
    ) throws(DirDBError) -> NPYHeader {
        let member = content.member
        let title = "\(member.name) in \(path)"
        let header: NPYHeader
        do throws(DirDBError) {
            let frame = try NPYHeader.Frame(
                start, fileSize: Int64(member.size), limit: headerLimit, path: title)
            if frame.header.upperBound > start.count {
                start += try bytes(frame.header.upperBound - start.count, &content, source)
            }
            header = try NPYHeader(start[frame.header], isUTF8: frame.isUTF8, path: title)
        } catch {
            throw error.concerning(path)
        }
        let found = member.size - header.dataOffset
        if let byteCount = header.byteCount, found < byteCount {
            throw .damagedMember(member.name, path, "it has only \(found) of \(byteCount) bytes of data")
        }
        return header
    }

    /// Where the elements lie in the file, ready to be used as they are; nil when they do not.
    func mappableOffset(alignment: Int) -> Int? {
        let offset = content.dataOffset + header.dataOffset
        let isMappable =
            content.member.isStored && header.isCOrder && !header.dtype.needsNormalizing && header.count > 0
            && offset % alignment == 0
        return isMappable ? offset : nil
    }

    /// Reads the elements into memory and checks the checksum of the whole member.
    ///
    /// - Throws: `.formatMismatch` when they are of another type; `.unsupportedFormat` for strings, records, times and
    ///   objects; `.damagedData`.
    consuming func read<Element: NumpyElement>(
        _ type: Element.Type, _ source: ZipSource
    ) throws(DirDBError) -> NDArray<Element> {
        try require(type)
        let (header, size) = (header, (header.byteCount ?? 0))
        guard !header.isCOrder, header.count > 0 else {
            let elements = try [Element](filling: header.count) { (bytes) throws(DirDBError) in
                try fill(bytes, source)
                header.dtype.normalize(bytes)
            }
            try finish(source)
            return NDArray(shape: header.shape, storage: .owned(elements, start: 0))
        }
        let stored = try UnsafeMutableRawBufferPointer.scratch(size)
        defer { stored.deallocate() }
        try fill(stored, source)
        try finish(source)
        let elements = try [Element](filling: header.count) { (bytes) throws(DirDBError) in
            FortranOrder.copyToC(
                UnsafeRawBufferPointer(stored), bytes, shape: header.shape,
                itemSize: MemoryLayout<Element>.stride)
            header.dtype.normalize(bytes)
        }
        return NDArray(shape: header.shape, storage: .owned(elements, start: 0))
    }

    /// Checks that the elements are of the type asked for.
    /// - Throws: `.formatMismatch`; `.unsupportedFormat` when no array of this package can hold them.
    func require<Element: NumpyElement>(_ type: Element.Type) throws(DirDBError) {
        do throws(DirDBError) {
            try header.require(type, path: "\(content.member.name) in \(path)")
        } catch {
            throw error.concerning(path)
        }
    }

    // MARK: Rows

    /// Some rows as an npy file, whatever the type of the elements.
    func rows(_ rows: Range<Int>) throws(DirDBError) -> NPYRowCopy {
        try NPYRowCopy(
            rows, header, descr: Array(start[header.descr]), "\(content.member.name) in \(path)", path)
    }

    /// Hands on the elements of some rows.
    ///
    /// Of a stored member nothing else is read, and so its checksum not looked at.
    consuming func copyElements(
        of rows: NPYRowCopy, from source: ZipSource,
        _ write: (UnsafeRawBufferPointer) throws(DirDBError) -> Void
    ) throws(DirDBError) {
        if content.member.isStored {
            let dataOffset = Int64(content.dataOffset)
            return try rows.copyElements(
                from: { (offset, buffer) throws(DirDBError) in try source(dataOffset + offset, buffer) },
                write)
        }
        try rows.copyElements(
            from: { (offset, buffer) throws(DirDBError) in
                try read(at: Int(offset), into: buffer, source)
                return buffer.count
            }, write)
        try finish(source)
    }

    // MARK: Bytes

    /// Fills a buffer of the elements' size.
    private mutating func fill(
        _ buffer: UnsafeMutableRawBufferPointer, _ source: ZipSource
    ) throws(DirDBError) {
        try read(at: header.dataOffset, into: buffer, source)
    }

    /// Fills a buffer from an offset in the npy file on, at or after the end of what was read before.
    private mutating func read(
        at offset: Int, into buffer: UnsafeMutableRawBufferPointer, _ source: ZipSource
    ) throws(DirDBError) {
        let known = max(0, min(start.count - offset, buffer.count))
        if known > 0 {
            start.withUnsafeBytes { bytes in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset...].prefix(known)))
            }
        }
        if known == buffer.count { return }
        try skip(to: offset + known, source)
        try content.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[known...]), from: source)
    }

    /// Reads on, for the checksum.
    private mutating func skip(to offset: Int, _ source: ZipSource) throws(DirDBError) {
        while content.count < offset {
            _ = try Self.bytes(min(64 << 10, offset - content.count), &content, source)
        }
    }

    /// Reads what follows the elements, if anything does, and checks the whole.
    private mutating func finish(_ source: ZipSource) throws(DirDBError) {
        try skip(to: content.member.size, source)
        try content.finish(from: source)
    }

    private static func bytes(
        _ count: Int, _ content: inout ZipMemberReader, _ source: ZipSource
    ) throws(DirDBError) -> [UInt8] {
        try [UInt8](filling: count) { (buffer) throws(DirDBError) in
            try content.read(into: buffer, from: source)
        }
    }
}
