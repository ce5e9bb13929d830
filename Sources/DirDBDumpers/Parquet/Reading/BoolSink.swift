/// Decodes truth values into bytes that are 0 or 1.
struct BoolSink: PageSink {
    private let target: UnsafeMutablePointer<UInt8>

    init(_ target: UnsafeMutablePointer<UInt8>) {
        self.target = target
    }

    mutating func beginChunk() {}

    mutating func readDictionary(_ page: Page) throws(ParquetFailure) {
        throw .damaged("it has a dictionary of truth values")
    }

    mutating func decode(_ page: Page, _ count: Int, to row: Int) throws(ParquetFailure) {
        if count == 0 { return }
        switch page.encoding {
        case .plain:
            guard let source = page.values.baseAddress, count <= page.values.count * 8 else {
                throw .damaged("a page has fewer values than it announces")
            }
            _ = Bits.unpack(source, count, into: target + row)
        case .runLength:
            let (runs, _) = try page.values.splitAtLength()
            _ = try Bits.readLevels(runs, count, into: target + row)
        default: throw page.encodingFailure
        }
    }

    mutating func spread(from row: Int, present: Int, flags: UnsafePointer<UInt8>, count: Int) {
        FixedWidth.spread(target + row, present, flags, count)
    }
}
