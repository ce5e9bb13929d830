import DirDB

/// Encodes the rows of one column in one row group after the other.
///
/// Rows are appended to a page; a full page is compressed and kept until the row group is full.
final class ChunkWriter {
    // A mebibyte of doubles; readers decode a page at a time.
    static let rowsInPage = 1 << 17
    static let bytesInPage = 1 << 20

    let column: WrittenColumn
    let compressor: PageCompressor
    private let floatEncoding: ParquetDumper.FloatEncoding
    let path: String
    /// The finished data pages of the row group.
    private let pages: ByteBuffer
    private var uncompressedSize = 0
    /// The values of the page at work, in plain encoding: truth values as bytes, strings with a dictionary as codes.
    let values: ByteBuffer
    /// For each row of the page, or item of its lists, a byte, 1 if it has a value.
    let flags: ByteBuffer
    /// The levels of lists, each in four bytes.
    let levels = (repetition: ByteBuffer(), definition: ByteBuffer())
    var rowCount = 0
    var nullCount = 0
    /// The number of levels of lists.
    var entryCount = 0
    var extremes = Extremes.none
    var strings = StringCoder()
    /// The dictionary that was last brought into the stored form, and that form.
    var storedForm: (source: StringDictionary, stored: StoredDictionary)?
    /// The values that rows have codes of; nil when they are written as they are.
    var integers: [Int64]?
    private var encodings: Set<ParquetEncoding> = []
    /// How the pages are compressed; nil while there are none.
    private var codec: ParquetCodec?

    init(
        _ column: WrittenColumn, _ options: ParquetOptions, _ compressor: PageCompressor,
        _ buffers: ChunkBuffers = ChunkBuffers(), path: String
    ) {
        (pages, values, flags) = (buffers.pages, buffers.values, buffers.flags)
        self.column = column
        self.compressor = compressor
        floatEncoding = options.floatEncoding
        self.path = path
    }

    /// Appends rows of a column of the same type.
    func append(_ rows: Range<Int>, of column: Column) throws(DirDBError) {
        switch column.values {
        case .list(let lists): try append(rows, lists, column.validity)
        case .binary(let values):
            try append(rows, stored(rows, values.coded, column.validity), column.validity)
        case .string(let values) where self.column.representation == .decimal:
            try append(rows, stored(rows, values, column.validity), column.validity)
        case .bool(let values): try append(rows, values, column.validity)
        case .int32(let values): try append(rows, values, column.validity)
        case .int64(let values): try append(rows, values, column.validity)
        case .float(let values): try append(rows, values, column.validity)
        case .double(let values): try append(rows, values, column.validity)
        case .string(let values): try append(rows, values, column.validity)
        }
        rowCount += rows.count
    }

    private func append<Value: BitwiseCopyable>(
        _ rows: Range<Int>, _ values: [Value], _ validity: [Bool]?
    ) throws(DirDBError) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let count = min(rows.upperBound - row, Self.rowsInPage - flags.count)
            let present = appendFlags(validity, row..<row + count)
            values.withUnsafeBufferPointer { values in
                guard let source = values.baseAddress else { return }
                appendNumbers(source + row, count, present)
            }
            row += count
            if flags.count == Self.rowsInPage { try closePage() }
        }
    }

    /// Notes which rows have a value.
    /// - Returns: How many.
    func appendFlags(_ validity: [Bool]?, _ rows: Range<Int>) -> Int {
        let target = flags.extend(by: rows.count)
        guard let validity else {
            target.initializeMemory(as: UInt8.self, repeating: 1, count: rows.count)
            return rows.count
        }
        return validity.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return 0 }
            target.copyMemory(from: source + rows.lowerBound, byteCount: rows.count)
            var present = 0
            for row in rows { present &+= Int(bytes[row]) }
            nullCount += rows.count - present
            return present
        }
    }

    // MARK: Pages

    /// Compresses the page at work, if it has rows, and begins another.
    func closePage() throws(DirDBError) {
        let count = column.list ? levels.definition.count / 4 : flags.count
        if count == 0 { return }
        let body = compressor.body
        body.removeAll()
        if column.list {
            writeLevels(levels.repetition, width: 1, to: body)
            writeLevels(levels.definition, width: 2, to: body)
        } else {
            body.append(littleEndian: UInt32(0))
            HybridWriter.write(flags.bytes, to: body)
            body.start.storeBytes(of: UInt32(body.count - 4).littleEndian, as: UInt32.self)
        }
        let encoding = writeValues(to: body)
        try requireSize(body.count)
        let codec = if let codec { codec } else { try codecOfPage() }
        self.codec = codec
        uncompressedSize += try compressor.write(.data, valueCount: count, encoding, codec, to: pages)
        encodings.insert(encoding)
        flags.removeAll()
        values.removeAll()
    }

    private func codecOfPage() throws(DirDBError) -> ParquetCodec {
        column.representation == .double ? try compressor.codecOfNumbers() : compressor.codec
    }

    private func writeValues(to body: ByteBuffer) -> ParquetEncoding {
        switch column.representation {
        case .bool:
            Bits.pack(values.start, values.count, into: body.extend(by: (values.count + 7) / 8))
        case .float where floatEncoding == .byteStreamSplit:
            return split(UInt32.self, to: body)
        case .double where floatEncoding == .byteStreamSplit:
            return split(UInt64.self, to: body)
        case .int64 where integers != nil:
            appendCodes(of: integers?.count ?? 0, to: body)
            return .runLengthDictionary
        // A page without strings must not need a dictionary, because there may be none.
        case _ where column.isCoded && strings.usesDictionary && values.count > 0:
            appendCodes(of: strings.count, to: body)
            return .runLengthDictionary
        default: body.append(values.bytes)
        }
        return .plain
    }

    /// Appends the codes of the page, of a dictionary with `count` values.
    private func appendCodes(of count: Int, to body: ByteBuffer) {
        let width = max(0, count - 1).significantBits
        body.append(byte: UInt8(width))
        let codes = values.start.assumingMemoryBound(to: UInt32.self)
        HybridWriter.write(
            UnsafeBufferPointer(start: codes, count: values.count / 4), width: width, to: body)
    }

    private func split<Word: FixedWidthInteger>(_: Word.Type, to body: ByteBuffer) -> ParquetEncoding {
        let size = values.count
        FixedWidth.splitStreams(
            values.start.assumingMemoryBound(to: Word.self), size / MemoryLayout<Word>.size,
            into: body.extend(by: size).assumingMemoryBound(to: UInt8.self))
        return .byteStreamSplit
    }

    /// Sizes of pages are stored in 32 bits, signed.
    func requireSize(_ size: Int) throws(DirDBError) {
        if size > 1 << 30 { throw .tooLargeString(column.name, path) }
    }
}

// MARK: Row groups

extension ChunkWriter {
    /// Writes the chunk and begins another.
    ///
    /// - Parameters:
    ///   - offset: Where in the file it will begin.
    ///   - write: Takes the bytes one part after the other.
    /// - Returns: Where it is, and what is known of it.
    /// - Throws: What `write` throws; `.invalidArgument` when values are beyond the logical type.
    func finish(
        at offset: Int, _ write: (UnsafeRawBufferPointer) throws(DirDBError) -> Void
    ) throws(DirDBError) -> ColumnChunk {
        try closePage()
        var chunk = ColumnChunk()
        chunk.physical = column.physical.rawValue
        let codec = codec ?? compressor.codec
        chunk.codec = codec.rawValue
        chunk.valueCount = column.list ? entryCount : rowCount
        chunk.dataPageOffset = offset
        if let count = try beginDictionary() {
            let page = ByteBuffer()
            uncompressedSize += try compressor.write(.dictionary, valueCount: count, .plain, codec, to: page)
            try write(page.bytes)
            chunk.dictionaryPageOffset = offset
            chunk.dataPageOffset += page.count
            encodings.insert(.plain)
        }
        try write(pages.bytes)
        chunk.compressedSize = chunk.dataPageOffset - offset + pages.count
        chunk.uncompressedSize = uncompressedSize
        chunk.encodings = encodings.union([.runLength]).map(\.rawValue).sorted()
        try checkRange()
        let plain = extremes.plain(column.representation)
        chunk.statistics = RawStatistics(min: plain?.min, max: plain?.max, nullCount: nullCount)
        (rowCount, nullCount, entryCount, uncompressedSize) = (0, 0, 0, 0)
        extremes = .none
        encodings = []
        self.codec = nil
        pages.removeAll()
        return chunk
    }

    /// Puts the dictionary of the row group, if there is one, into the body of a page.
    /// - Returns: How many values it has.
    private func beginDictionary() throws(DirDBError) -> Int? {
        let body = compressor.body
        body.removeAll()
        if let integers {
            self.integers = nil
            for value in integers { body.append(littleEndian: value) }
            return integers.count
        }
        guard let dictionary = strings.finish() else { return nil }
        for code in 0..<dictionary.count {
            dictionary.withBytes(code) { updateExtremes(UnsafeRawBufferPointer($0)) }
        }
        dictionary.appendPlain(to: body, withLengths: column.length == 0)
        try requireSize(body.count)
        return dictionary.count
    }

    private func checkRange() throws(DirDBError) {
        guard case .signed(let low, let high) = extremes, let annotation = column.annotation else { return }
        // Readers do not look at the values of a column that is said to have none.
        if annotation == .null { throw .unfitLogicalType(column.name, annotation.name, low, path) }
        guard let range = annotation.integerRange else { return }
        for value in [low, high] where !range.contains(value) {
            throw .unfitLogicalType(column.name, annotation.name, value, path)
        }
    }
}

extension Int {
    /// How many bits a number that is not negative needs; 0 for 0.
    fileprivate var significantBits: Int { bitWidth - leadingZeroBitCount }
}

/// Where the pages of a chunk are put together; the memory can serve one chunk after the other.
struct ChunkBuffers {
    let pages = ByteBuffer()
    let values = ByteBuffer()
    let flags = ByteBuffer()
}
