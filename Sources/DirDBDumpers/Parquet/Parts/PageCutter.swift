import DirDB

/// Cuts a column chunk to some of its rows.
///
/// The dictionary and pages whose rows are all wanted are taken as they are. A page at an edge is written again, with
/// the values that stay in the encoding that they had where that is possible: nothing is made of them but bytes, so
/// that it makes no difference what they mean.
final class PageCutter {
    /// Sizes of pages are stored in 32 bits, signed.
    static let mostBytes = 1 << 30
    static let tooLarge = ParquetFailure.unsupported("a part of a page would be larger than 1 GiB")

    private let leaf: SchemaLeaf
    private let rows: Range<Int>
    private let isWhole: Bool
    private let chunk: ColumnChunk
    private let pages: PageReader
    private let compressor: PageCompressor
    private let made = ByteBuffer()
    private var row = 0

    /// The size of the pages of the part, and that without compression.
    private(set) var size = 0
    private(set) var uncompressedSize = 0
    /// The size of the dictionary page, with which the pages begin; nil when there is none.
    private(set) var dictionarySize: Int?
    /// The number of values, missing ones among them.
    private(set) var valueCount = 0
    /// The encodings of the pages.
    private(set) var encodings: Set<Int32> = []

    /// Prepares to take rows of a chunk that has `rowCount`.
    init(
        _ leaf: SchemaLeaf, _ chunk: ColumnChunk, rows: Range<Int>, of rowCount: Int, _ pages: PageReader,
        _ compressor: PageCompressor
    ) {
        self.leaf = leaf
        self.chunk = chunk
        self.rows = rows
        isWhole = rows.count == rowCount
        self.pages = pages
        self.compressor = compressor
    }

    /// Writes the pages of the part.
    func cut(_ file: borrowing DataFile, to sink: inout DataSink) throws(ParquetFailure) {
        try pages.open(chunk, hasLevels: (leaf.maxRepetition > 0, leaf.maxDefinition > 0))
        // Where there is nothing to read, any place is as good.
        if chunk.valueCount == 0 { return }
        var missing = chunk.valueCount
        // The last row of lists may go on in the next page.
        let last = leaf.maxRepetition > 0 ? rows.upperBound : rows.upperBound - 1
        while isWhole || row <= last, let page = try pages.nextStored(file, isComplete: missing == 0) {
            if Task.isCancelled { throw .other(.cancelled(file.path)) }
            if case .dictionary = page.header.kind {
                guard size == 0 else { throw .damaged("its dictionary does not come first") }
                dictionarySize = page.whole.count
                try append(page, to: &sink)
                continue
            }
            guard page.header.valueCount <= missing else {
                throw .damaged("its pages have too many values")
            }
            missing -= page.header.valueCount
            if isWhole { try take(page, to: &sink) } else { try cut(page, to: &sink) }
        }
        guard isWhole ? missing == 0 : row >= rows.upperBound else {
            throw .damaged("its pages have too few values")
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to sink: inout DataSink) throws(ParquetFailure) {
        do throws(DirDBError) { try sink.write(bytes) } catch { throw .other(error) }
        size += bytes.count
    }

    private func append(_ page: StoredPage, to sink: inout DataSink) throws(ParquetFailure) {
        try write(page.whole, to: &sink)
        uncompressedSize += page.whole.count - page.header.compressedSize + page.header.uncompressedSize
    }

    /// Takes a page as it is.
    private func take(_ page: StoredPage, to sink: inout DataSink) throws(ParquetFailure) {
        try append(page, to: &sink)
        valueCount += page.header.valueCount
        encodings.insert(page.header.encoding)
    }

    private func cut(_ page: StoredPage, to sink: inout DataSink) throws(ParquetFailure) {
        let count = page.header.valueCount
        var range = 0..<0
        var content: Content?
        if leaf.maxRepetition == 0 {
            // Each row has one value: rows are counted without looking into the page.
            let taken = rows.clamped(to: row..<row + count)
            range = taken.lowerBound - row..<taken.upperBound - row
            row += count
        } else {
            let split = try self.content(pages.page(page))
            for (place, level) in split.repetitions.enumerated() {
                if level == 0 { row += 1 }
                guard rows.contains(row - 1) else { continue }
                range = range.isEmpty ? place..<place + 1 : range.lowerBound..<place + 1
            }
            content = split
        }
        if range.isEmpty { return }
        if range.count == count { return try take(page, to: &sink) }
        if content == nil { content = try self.content(pages.page(page)) }
        if let content { try write(range, of: content, to: &sink) }
    }

    // MARK: Pages at an edge

    /// What a page holds, valid until the next one.
    private struct Content {
        let count: Int
        let repetitions: [UInt32]
        let definitions: [UInt32]
        let values: PageValues
    }

    private func content(_ page: Page) throws(ParquetFailure) -> Content {
        Content(
            count: page.count,
            repetitions: try levels(page.repetition, page.count, most: leaf.maxRepetition),
            definitions: try levels(page.levels, page.count, most: leaf.maxDefinition),
            values: PageValues(leaf: leaf, encoding: page.encoding, bytes: page.values))
    }

    /// The levels of all values of a page; none when they cannot differ.
    private func levels(
        _ bytes: UnsafeRawBufferPointer?, _ count: Int, most: Int
    ) throws(ParquetFailure) -> [UInt32] {
        guard most > 0, let bytes else { return [] }
        var reader = HybridReader(bytes, width: Self.width(most))
        return try filledArray(count) { (target) throws(ParquetFailure) in
            let largest = try reader.read(count, into: target)
            guard largest <= most else { throw .damaged("a level is deeper than its column") }
        }
    }

    private static func width(_ most: Int) -> Int { most.bitWidth - most.leadingZeroBitCount }

    /// Writes some of the values of a page as another one.
    private func write(
        _ range: Range<Int>, of content: Content, to sink: inout DataSink
    ) throws(ParquetFailure) {
        let isOptional = leaf.maxDefinition > 0
        func present(_ levels: ArraySlice<UInt32>) -> Int { levels.count { $0 == leaf.maxDefinition } }
        let before = isOptional ? present(content.definitions[..<range.lowerBound]) : range.lowerBound
        let taken = isOptional ? present(content.definitions[range]) : range.count
        let count = isOptional ? present(content.definitions[...]) : content.count
        let body = compressor.body
        body.removeAll()
        for (levels, most) in [
            (content.repetitions, leaf.maxRepetition), (content.definitions, leaf.maxDefinition),
        ] where most > 0 {
            let start = body.count
            body.append(littleEndian: UInt32(0))
            levels[range].withUnsafeBufferPointer {
                HybridWriter.write($0, width: Self.width(most), to: body)
            }
            (body.start + start).storeBytes(
                of: UInt32(body.count - start - 4).littleEndian, as: UInt32.self)
        }
        let encoding = try content.values.write(before..<before + taken, of: count, to: body)
        guard body.count <= Self.mostBytes else { throw Self.tooLarge }
        let codec = try PageDecompressor.codec(chunk.codec)
        made.removeAll()
        do throws(DirDBError) {
            uncompressedSize += try compressor.write(
                .data, valueCount: range.count, encoding, codec, to: made)
        } catch {
            throw .other(error)
        }
        try write(made.bytes, to: &sink)
        valueCount += range.count
        encodings.formUnion([encoding.rawValue, ParquetEncoding.runLength.rawValue])
    }
}
