/// Decodes numbers, as words whose meaning is of no interest here.
struct FixedWidthSink<Word: FixedWidthInteger & BitwiseCopyable>: PageSink {
    private let target: UnsafeMutablePointer<Word>
    /// Whether the values are integers, which differences can be formed of.
    private let isInteger: Bool
    private let dictionary = ByteBuffer()
    private let indices = ByteBuffer()
    private var hasDictionary = false

    init(_ target: UnsafeMutablePointer<Word>, isInteger: Bool) {
        self.target = target
        self.isInteger = isInteger
    }

    private static var width: Int { MemoryLayout<Word>.size }

    mutating func beginChunk() {
        hasDictionary = false
        dictionary.removeAll()
    }

    mutating func readDictionary(_ page: Page) throws(ParquetFailure) {
        guard page.count <= page.values.count / Self.width else {
            throw .damaged("its dictionary is too short")
        }
        dictionary.removeAll()
        dictionary.append(UnsafeRawBufferPointer(rebasing: page.values[..<(page.count * Self.width)]))
        hasDictionary = true
    }

    mutating func decode(_ page: Page, _ count: Int, to row: Int) throws(ParquetFailure) {
        if count == 0 { return }
        let target = target + row
        switch page.encoding {
        case .plain:
            guard count <= page.values.count / Self.width, let source = page.values.baseAddress else {
                throw .damaged("a page has fewer values than it announces")
            }
            UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * Self.width)
        case .plainDictionary, .runLengthDictionary:
            guard hasDictionary else { throw .damaged("it has no dictionary, which a page needs") }
            let places = try page.indices(count, below: dictionary.count / Self.width, in: indices)
            let words = dictionary.start.assumingMemoryBound(to: Word.self)
            FixedWidth.gather(words, places, count, into: target)
        case .byteStreamSplit:
            guard count * Self.width == page.values.count, let source = page.values.baseAddress else {
                throw .damaged("a page has another number of values than it announces")
            }
            FixedWidth.joinStreams(source.assumingMemoryBound(to: UInt8.self), count, into: target)
        case .deltaBinaryPacked where isInteger:
            var reader = try DeltaReader(page.values)
            guard reader.count == count else {
                throw .damaged("a page has another number of values than it announces")
            }
            try reader.read(into: target)
        default: throw page.encodingFailure
        }
    }

    mutating func spread(from row: Int, present: Int, flags: UnsafePointer<UInt8>, count: Int) {
        FixedWidth.spread(target + row, present, flags, count)
    }
}

extension Page {
    /// Reads places in a dictionary of so many values.
    func indices(
        _ count: Int, below limit: Int, in buffer: ByteBuffer
    ) throws(ParquetFailure) -> UnsafeMutablePointer<UInt32> {
        buffer.removeAll()
        let target = buffer.extend(by: count * 4).bindMemory(to: UInt32.self, capacity: count)
        try readIndices(count, below: limit, into: target)
        return target
    }

    /// Reads places in a dictionary of so many values.
    func readIndices(
        _ count: Int, below limit: Int, into target: UnsafeMutablePointer<UInt32>
    ) throws(ParquetFailure) {
        guard let width = values.first, width <= 32 else {
            throw .damaged("the width of its indices makes no sense")
        }
        var reader = HybridReader(UnsafeRawBufferPointer(rebasing: values[1...]), width: Int(width))
        let largest = try reader.read(count, into: target)
        guard largest < limit else { throw .damaged("an index is beyond the dictionary") }
    }

    var encodingFailure: ParquetFailure {
        .unsupported("its values are in the encoding \(encoding), which is not read for such values")
    }
}
