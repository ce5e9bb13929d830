import DirDB

/// A page of values, decompressed, as it lies in a buffer of the reader.
struct Page {
    let isDictionary: Bool
    /// The number of rows, of the items of lists, where an empty or missing list counts as one, or of the dictionary's
    /// values.
    let count: Int
    let encoding: ParquetEncoding
    /// The repetition levels; nil where the values are in no lists.
    var repetition: UnsafeRawBufferPointer?
    /// The definition levels; nil where every row has a value.
    var levels: UnsafeRawBufferPointer?
    /// The encoded values of the rows that have one.
    let values: UnsafeRawBufferPointer
}

/// A page as it lies in the file.
struct StoredPage {
    let header: PageHeader
    /// The page with its header.
    let whole: UnsafeRawBufferPointer

    /// The page without its header.
    var body: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: whole[(whole.count - header.compressedSize)...])
    }
}

/// Reads the pages of one column chunk after the other; its buffers serve them all.
///
/// The file is read page by page: what is decoded at once should still be in the processor's cache.
final class PageReader {
    // So many bytes are read beyond a page, that they hold the next header.
    private static let lookahead = 64 << 10

    private let stored = ByteBuffer()
    private let plain = ByteBuffer()
    private let decompressor: PageDecompressor
    // What was used of the bytes read, and what of the chunk was not read yet.
    private var position = 0
    private var unread: Range<Int> = 0..<0
    // Where the chunk ends by its stated size, to which some writers do not add the dictionary page.
    private var statedEnd = 0
    private var codec: Int32 = 0
    private var hasLevels = (repetition: false, definition: false)
    private let verifiesChecksums: Bool

    init(_ limits: ReadingLimits) {
        decompressor = PageDecompressor(limits)
        verifiesChecksums = limits.verifiesChecksums
    }

    /// Stands before the first page of a chunk, whose place in the file was checked.
    func open(
        _ chunk: ColumnChunk, hasLevels: (repetition: Bool, definition: Bool)
    ) throws(ParquetFailure) {
        if let obstacle = chunk.obstacle { throw obstacle }
        codec = chunk.codec
        self.hasLevels = hasLevels
        position = 0
        stored.removeAll()
        statedEnd = chunk.offset + chunk.compressedSize
        unread = chunk.offset..<statedEnd
    }

    /// Stands before the first page of a chunk of a column.
    func open(_ chunk: ColumnChunk, _ column: ParquetColumn) throws(ParquetFailure) {
        try open(chunk, hasLevels: (column.list != nil, column.definitionLevel > 0))
    }

    /// Where in the file the next page begins.
    private var offset: Int { unread.lowerBound - (stored.count - position) }

    /// The next data or dictionary page, valid until the one after it; nil at the end of the chunk.
    ///
    /// `isComplete` says that no values are missing any more.
    func next(_ file: borrowing DataFile, isComplete: Bool) throws(ParquetFailure) -> Page? {
        guard let stored = try nextStored(file, isComplete: isComplete) else { return nil }
        return try page(stored)
    }

    /// As ``next(_:isComplete:)``, of a page that need not be understood.
    func nextStored(
        _ file: borrowing DataFile, isComplete: Bool
    ) throws(ParquetFailure) -> StoredPage? {
        while offset < (isComplete ? statedEnd : unread.upperBound) {
            let (header, headerSize) = try nextHeader(file)
            let size = headerSize + header.compressedSize
            if case .dictionary = header.kind, unread.upperBound == statedEnd {
                unread = unread.lowerBound..<min(statedEnd + size, max(statedEnd, Int(file.size)))
            }
            guard size <= stored.count - position + unread.count else {
                throw .damaged("a page reaches beyond its column chunk")
            }
            try read(file, atLeast: size)
            let page = StoredPage(
                header: header,
                whole: UnsafeRawBufferPointer(rebasing: stored.bytes[position..<position + size]))
            position += size
            if case .other = header.kind { continue }
            if verifiesChecksums { try header.check(page.body) }
            return page
        }
        return nil
    }

    private func nextHeader(_ file: borrowing DataFile) throws(ParquetFailure) -> (PageHeader, size: Int) {
        // Statistics within a header may make it longer than what was read ahead.
        var enough = min(1024, stored.count - position + unread.count)
        while true {
            try read(file, atLeast: enough)
            var reader = ThriftReader(UnsafeRawBufferPointer(rebasing: stored.bytes[position...]))
            do throws(ParquetFailure) {
                return (try PageHeader(&reader), reader.position)
            } catch {
                if unread.isEmpty { throw error }
                enough = min(2 * (stored.count - position), stored.count - position + unread.count)
            }
        }
    }

    /// Sees to it that so many bytes, which the chunk has, are in memory.
    private func read(_ file: borrowing DataFile, atLeast count: Int) throws(ParquetFailure) {
        let missing = count - (stored.count - position)
        if missing <= 0 { return }
        stored.removeFirst(position)
        position = 0
        let size = max(missing, min(missing + Self.lookahead, statedEnd - unread.lowerBound))
        let target = UnsafeMutableRawBufferPointer(start: stored.extend(by: size), count: size)
        let got: Int
        do throws(DirDBError) { got = try file.read(at: Int64(unread.lowerBound), into: target) } catch {
            throw .other(error)
        }
        guard got == size else { throw .damaged("the file became shorter while it was read") }
        unread = unread.lowerBound + size..<unread.upperBound
    }

    /// Decompresses a page and splits it; valid until the next one.
    func page(_ stored: StoredPage) throws(ParquetFailure) -> Page {
        let (header, body) = (stored.header, stored.body)
        let codec = try PageDecompressor.codec(codec)
        guard let encoding = ParquetEncoding(rawValue: header.encoding) else {
            throw .unsupported("its values have the unknown encoding \(header.encoding)")
        }
        plain.removeAll()
        switch header.kind {
        case .dataV2(let definitionSize, let repetitionSize, let isCompressed):
            let levelSize = definitionSize.addingReportingOverflow(repetitionSize)
            guard !levelSize.overflow, levelSize.partialValue <= body.count,
                levelSize.partialValue <= header.uncompressedSize
            else { throw .damaged("the levels of a page are longer than the page") }
            let values = UnsafeRawBufferPointer(rebasing: body[levelSize.partialValue...])
            return Page(
                isDictionary: false, count: header.valueCount, encoding: encoding,
                repetition: hasLevels.repetition
                    ? UnsafeRawBufferPointer(rebasing: body[..<repetitionSize]) : nil,
                levels: hasLevels.definition
                    ? UnsafeRawBufferPointer(rebasing: body[repetitionSize..<levelSize.partialValue]) : nil,
                values: try decompressed(
                    values, size: header.uncompressedSize - levelSize.partialValue,
                    isCompressed ? codec : .none))
        case .dictionary:
            return Page(
                isDictionary: true, count: header.valueCount, encoding: encoding,
                values: try decompressed(body, size: header.uncompressedSize, codec))
        case .data, .other:
            var values = try decompressed(body, size: header.uncompressedSize, codec)
            var (repetition, levels): (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?)
            if hasLevels.definition && header.levelEncoding != ParquetEncoding.runLength.rawValue {
                throw .unsupported(
                    "its levels are in the deprecated bit-packed encoding", remedy: "write it again")
            }
            if hasLevels.repetition { (repetition, values) = try values.splitAtLength() }
            if hasLevels.definition { (levels, values) = try values.splitAtLength() }
            return Page(
                isDictionary: false, count: header.valueCount, encoding: encoding, repetition: repetition,
                levels: levels, values: values)
        }
    }

    private func decompressed(
        _ body: UnsafeRawBufferPointer, size: Int, _ codec: ParquetCodec
    ) throws(ParquetFailure) -> UnsafeRawBufferPointer {
        if codec == .none {
            guard size == body.count else { throw .damaged("an uncompressed page has two sizes") }
            return body
        }
        try decompressor.decompress(body, codec, size: size, to: plain)
        return plain.bytes
    }
}

extension UnsafeRawBufferPointer {
    /// Parts of which the first begins with its length in four bytes, little-endian.
    func splitAtLength() throws(ParquetFailure) -> (UnsafeRawBufferPointer, UnsafeRawBufferPointer) {
        guard count >= 4 else { throw .damaged("a page ends before its first length") }
        let length = UInt32(littleEndian: loadUnaligned(as: UInt32.self))
        guard length <= count - 4 else { throw .damaged("a length in a page is greater than the page") }
        let end = 4 + Int(length)
        return (
            UnsafeRawBufferPointer(rebasing: self[4..<end]), UnsafeRawBufferPointer(rebasing: self[end...])
        )
    }
}
