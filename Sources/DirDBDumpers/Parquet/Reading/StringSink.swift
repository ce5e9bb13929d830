/// Decodes texts or bytes into codes of a dictionary that grows with them.
struct StringSink: PageSink {
    private let target: UnsafeMutablePointer<Int32>
    private let isText: Bool
    /// The length that all have; nil when each has another.
    private let width: Int?
    private let limits: ReadingLimits
    private var builder = StringDictionaryBuilder()
    // The code of each string of the chunk's own dictionary.
    private var codes: [Int32]?
    // Lengths of strings, of prefixes, and the string before.
    private let lengths = ByteBuffer()
    private let prefixes = ByteBuffer()
    private let previous = ByteBuffer()

    init(_ target: UnsafeMutablePointer<Int32>, isText: Bool, width: Int?, _ limits: ReadingLimits) {
        self.target = target
        self.isText = isText
        self.width = width
        self.limits = limits
    }

    /// All strings that were found.
    consuming func finish() -> StringDictionary {
        builder.finish()
    }

    mutating func beginChunk() {
        codes = nil
    }

    mutating func readDictionary(_ page: Page) throws(ParquetFailure) {
        guard page.count <= page.values.count / leastSize else {
            throw .damaged("its dictionary is too short")
        }
        var known: [Int32] = []
        known.reserveCapacity(page.count)
        var position = 0
        for _ in 0..<page.count { known.append(try nextPlain(page.values, &position)) }
        codes = known
    }

    mutating func decode(_ page: Page, _ count: Int, to row: Int) throws(ParquetFailure) {
        if count == 0 { return }
        let target = target + row
        switch page.encoding {
        case .plain:
            guard count <= page.values.count / leastSize else {
                throw .damaged("a page has fewer values than it announces")
            }
            var position = 0
            for place in 0..<count { target[place] = try nextPlain(page.values, &position) }
        case .plainDictionary, .runLengthDictionary:
            guard let codes else { throw .damaged("it has no dictionary, which a page needs") }
            try target.withMemoryRebound(to: UInt32.self, capacity: count) {
                (places) throws(ParquetFailure) in
                try page.readIndices(count, below: codes.count, into: places)
            }
            codes.withUnsafeBufferPointer { codes in
                for place in 0..<count { target[place] = codes[Int(target[place])] }
            }
        case .byteStreamSplit where width != nil: try decodeStreams(page, count, to: target)
        case .deltaLengthByteArray where width == nil: try decodeLengths(page, count, to: target)
        case .deltaByteArray: try decodePrefixes(page, count, to: target)
        default: throw page.encodingFailure
        }
    }

    mutating func spread(from row: Int, present: Int, flags: UnsafePointer<UInt8>, count: Int) {
        FixedWidth.spread(target + row, present, flags, count)
    }

    // MARK: Single strings

    private mutating func nextPlain(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int
    ) throws(ParquetFailure) -> Int32 {
        if let width { return try next(bytes, &position, width) }
        guard bytes.count - position >= 4 else { throw Self.short }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += 4
        return try next(bytes, &position, length)
    }

    private mutating func next(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ length: Int
    ) throws(ParquetFailure) -> Int32 {
        guard length >= 0, length <= bytes.count - position else { throw Self.short }
        let start = position
        position += length
        return try code(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
    }

    /// The code of a string; one that was not seen before must be UTF-8.
    private mutating func code(_ string: UnsafeRawBufferPointer) throws(ParquetFailure) -> Int32 {
        let before = builder.count
        guard let code = builder.code(of: string) else {
            throw .unsupported(
                "it has over 2147483647 distinct strings", remedy: "read fewer row groups at a time")
        }
        if isText, builder.count != before, !string.isUTF8 {
            throw .unsupported("it holds bytes that are not UTF-8 text", remedy: "read the other columns")
        }
        return code
    }

    /// The fewest bytes that a value takes in plain encoding.
    private var leastSize: Int { width ?? 4 }

    /// BYTE_STREAM_SPLIT: all first bytes, then all second bytes, and so on.
    private mutating func decodeStreams(
        _ page: Page, _ count: Int, to target: UnsafeMutablePointer<Int32>
    ) throws(ParquetFailure) {
        let width = leastSize
        guard page.values.count % width == 0, count == page.values.count / width else {
            throw .damaged("a page has another number of values than it announces")
        }
        for place in 0..<count {
            previous.removeAll()
            for stream in 0..<width { previous.append(byte: page.values[stream * count + place]) }
            target[place] = try code(previous.bytes)
        }
    }

    private static let short = ParquetFailure.damaged("a string reaches beyond its page")

    // MARK: Differences

    /// DELTA_LENGTH_BYTE_ARRAY: all lengths, then all strings.
    private mutating func decodeLengths(
        _ page: Page, _ count: Int, to target: UnsafeMutablePointer<Int32>
    ) throws(ParquetFailure) {
        var position = 0
        let lengths = try Self.readLengths(page.values, &position, count, in: self.lengths)
        for place in 0..<count { target[place] = try next(page.values, &position, Int(lengths[place])) }
    }

    /// DELTA_BYTE_ARRAY: how much each string shares with the one before, then what is new of each.
    private mutating func decodePrefixes(
        _ page: Page, _ count: Int, to target: UnsafeMutablePointer<Int32>
    ) throws(ParquetFailure) {
        var position = 0
        let shared = try Self.readLengths(page.values, &position, count, in: prefixes)
        var rest = UnsafeRawBufferPointer(rebasing: page.values[position...])
        position = 0
        let lengths = try Self.readLengths(rest, &position, count, in: self.lengths)
        rest = UnsafeRawBufferPointer(rebasing: rest[position...])
        position = 0
        previous.removeAll()
        // Strings that share much could be far larger than the page.
        let most = page.values.count.multipliedReportingOverflow(by: limits.expansion)
        var total = 0
        for place in 0..<count {
            let (prefix, length) = (Int(shared[place]), Int(lengths[place]))
            guard prefix >= 0, prefix <= previous.count, length >= 0, length <= rest.count - position else {
                throw Self.short
            }
            previous.shrink(to: prefix)
            previous.append(UnsafeRawBufferPointer(rebasing: rest[position..<position + length]))
            position += length
            if let width, previous.count != width { throw .damaged("a value of another length") }
            let before = builder.count
            target[place] = try code(previous.bytes)
            if builder.count != before { total += previous.count }
            guard most.overflow || total <= most.partialValue + limits.freeBytes else {
                throw .damaged("its strings share impossibly much")
            }
        }
    }

    private static func readLengths(
        _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ count: Int, in buffer: ByteBuffer
    ) throws(ParquetFailure) -> UnsafeMutablePointer<Int32> {
        var reader = try DeltaReader(UnsafeRawBufferPointer(rebasing: bytes[position...]))
        guard reader.count == count else {
            throw .damaged("a page has another number of values than it announces")
        }
        buffer.removeAll()
        let lengths = buffer.extend(by: count * 4).bindMemory(to: Int32.self, capacity: count)
        try reader.read(into: lengths)
        position += reader.position
        return lengths
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are UTF-8; quick where they are ASCII.
    fileprivate var isUTF8: Bool {
        var offset = 0
        while offset + 8 <= count {
            if loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { break }
            offset += 8
        }
        // All before is ASCII, so a character begins here.
        let rest = UnsafeRawBufferPointer(rebasing: self[offset...])
        if rest.allSatisfy({ $0 < 0x80 }) { return true }
        return (try? UTF8Span(validating: rest.bindMemory(to: UInt8.self).span)) != nil
    }
}
