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
    private let codec: ParquetCodec
    private let decompressor: PageDecompressor
    private let compressor: PageCompressor
    private let plain = ByteBuffer()
    private var row = 0

    /// The pages of the part.
    let pages = ByteBuffer()
    /// Their size without compression.
    private(set) var uncompressedSize = 0
    /// The size of the dictionary page, with which the pages begin; nil when there is none.
    private(set) var dictionarySize: Int?
    /// The number of values, and of those that are missing.
    private(set) var valueCount = 0
    /// The encodings of pages that were written again.
    private(set) var encodings: Set<Int32> = []

    init(_ leaf: SchemaLeaf, _ codec: ParquetCodec, _ limits: ReadingLimits, rows: Range<Int>) {
        self.leaf = leaf
        self.rows = rows
        self.codec = codec
        decompressor = PageDecompressor(limits)
        compressor = PageCompressor(codec)
    }

    /// Cuts the pages of a chunk, which lie in a `ByteBuffer`.
    func cut(_ chunk: UnsafeRawBufferPointer) throws(ParquetFailure) {
        var position = 0
        while position < chunk.count, row < rows.upperBound || leaf.maxRepetition > 0 {
            var reader = ThriftReader(UnsafeRawBufferPointer(rebasing: chunk[position...]))
            let header = try PageHeader(&reader)
            let start = position + reader.position
            guard header.compressedSize <= chunk.count - start else {
                throw .damaged("a page reaches beyond its column chunk")
            }
            let end = start + header.compressedSize
            let whole = UnsafeRawBufferPointer(rebasing: chunk[position..<end])
            let body = UnsafeRawBufferPointer(rebasing: chunk[start..<end])
            position = end
            switch header.kind {
            case .other: continue
            case .dictionary:
                append(whole, header)
                dictionarySize = whole.count
            case .data, .dataV2: try cut(header, body, whole)
            }
        }
        guard row >= rows.upperBound else { throw .damaged("its pages have too few values") }
    }

    /// Takes a page as it is.
    private func append(_ whole: UnsafeRawBufferPointer, _ header: PageHeader) {
        pages.append(whole)
        uncompressedSize += whole.count - header.compressedSize + header.uncompressedSize
    }

    private func cut(
        _ header: PageHeader, _ body: UnsafeRawBufferPointer, _ whole: UnsafeRawBufferPointer
    ) throws(ParquetFailure) {
        let count = header.valueCount
        if leaf.maxRepetition == 0 {
            // Each row has one value: rows are counted without looking into the page.
            let taken = rows.clamped(to: row..<row + count)
            let range = taken.lowerBound - row..<taken.upperBound - row
            row += count
            if range.isEmpty { return }
            if range.count == count { return take(whole, header) }
            return try write(range, of: try content(header, body))
        }
        let content = try content(header, body)
        var range = 0..<0
        for (place, level) in content.repetitions.enumerated() {
            if level == 0 { row += 1 }
            guard rows.contains(row - 1) else { continue }
            range = range.isEmpty ? place..<place + 1 : range.lowerBound..<place + 1
        }
        if range.isEmpty { return }
        try range.count == count ? take(whole, header) : write(range, of: content)
    }

    private func take(_ whole: UnsafeRawBufferPointer, _ header: PageHeader) {
        append(whole, header)
        valueCount += header.valueCount
        encodings.insert(header.encoding)
    }

    // MARK: Pages at an edge

    /// What a page holds.
    private struct Content {
        let count: Int
        let repetitions: [UInt32]
        let definitions: [UInt32]
        let values: PageValues
    }

    /// Decompresses a page and splits it; valid until the next one.
    private func content(
        _ header: PageHeader, _ body: UnsafeRawBufferPointer
    ) throws(ParquetFailure) -> Content {
        try header.check(body)
        guard let encoding = ParquetEncoding(rawValue: header.encoding) else {
            throw .unsupported("its values have the unknown encoding \(header.encoding)")
        }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        var (repetitions, definitions, values) = (none, none, none)
        if case .dataV2(let definitionSize, let repetitionSize, let isCompressed) = header.kind {
            guard repetitionSize <= body.count, definitionSize <= body.count - repetitionSize,
                repetitionSize + definitionSize <= header.uncompressedSize
            else { throw .damaged("the levels of a page are longer than the page") }
            let start = repetitionSize + definitionSize
            repetitions = UnsafeRawBufferPointer(rebasing: body[..<repetitionSize])
            definitions = UnsafeRawBufferPointer(rebasing: body[repetitionSize..<start])
            values = try decompressed(
                UnsafeRawBufferPointer(rebasing: body[start...]), size: header.uncompressedSize - start,
                isCompressed ? codec : .none)
        } else {
            values = try decompressed(body, size: header.uncompressedSize, codec)
            let hasLevels = leaf.maxRepetition > 0 || leaf.maxDefinition > 0
            guard !hasLevels || header.levelEncoding == ParquetEncoding.runLength.rawValue else {
                throw .unsupported("its levels are in the deprecated bit-packed encoding; write it again")
            }
            if leaf.maxRepetition > 0 { (repetitions, values) = try values.splitAtLength() }
            if leaf.maxDefinition > 0 { (definitions, values) = try values.splitAtLength() }
        }
        return Content(
            count: header.valueCount,
            repetitions: try levels(repetitions, header.valueCount, most: leaf.maxRepetition),
            definitions: try levels(definitions, header.valueCount, most: leaf.maxDefinition),
            values: PageValues(leaf: leaf, encoding: encoding, bytes: values))
    }

    private func decompressed(
        _ bytes: UnsafeRawBufferPointer, size: Int, _ codec: ParquetCodec
    ) throws(ParquetFailure) -> UnsafeRawBufferPointer {
        if codec == .none {
            guard size == bytes.count else { throw .damaged("an uncompressed page has two sizes") }
            return bytes
        }
        plain.removeAll()
        try decompressor.decompress(bytes, codec, size: size, to: plain)
        return plain.bytes
    }

    /// The levels of all values of a page; none when they cannot differ.
    private func levels(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, most: Int
    ) throws(ParquetFailure) -> [UInt32] {
        if most == 0 { return [] }
        var reader = HybridReader(bytes, width: Self.width(most))
        return try filledArray(count) { (target) throws(ParquetFailure) in
            let largest = try reader.read(count, into: target)
            guard largest <= most else { throw .damaged("a level is deeper than its column") }
        }
    }

    private static func width(_ most: Int) -> Int { most.bitWidth - most.leadingZeroBitCount }

    /// Writes some of the values of a page as another one.
    private func write(_ range: Range<Int>, of content: Content) throws(ParquetFailure) {
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
        do throws(DirDBError) {
            uncompressedSize += try compressor.write(
                .data, valueCount: range.count, encoding, codec, to: pages)
        } catch {
            throw .other(error)
        }
        valueCount += range.count
        encodings.formUnion([encoding.rawValue, ParquetEncoding.runLength.rawValue])
    }
}
