/// Decodes the times of INT96, which Spark and old writers use, to nanoseconds since 1970.
///
/// They are the nanoseconds of the day in 8 bytes, then the Julian day in 4.
struct TimestampSink: PageSink {
    private static let width = 12
    private static let julianDayOf1970: Int64 = 2_440_588
    private static let nanosecondsPerDay: Int64 = 86_400_000_000_000

    private let target: UnsafeMutablePointer<Int64>
    private let indices = ByteBuffer()
    private var dictionary: [Int64]?

    init(_ target: UnsafeMutablePointer<Int64>) {
        self.target = target
    }

    mutating func beginChunk() {
        dictionary = nil
    }

    mutating func readDictionary(_ page: Page) throws(ParquetFailure) {
        try Self.require(page.values, page.count)
        dictionary = try filledArray(page.count) { (target) throws(ParquetFailure) in
            try Self.convert(page.values, page.count, to: target)
        }
    }

    mutating func decode(_ page: Page, _ count: Int, to row: Int) throws(ParquetFailure) {
        switch page.encoding {
        case .plain:
            try Self.require(page.values, count)
            try Self.convert(page.values, count, to: target + row)
        case .plainDictionary, .runLengthDictionary:
            guard let dictionary else { throw .damaged("it has no dictionary, which a page needs") }
            if count == 0 { return }
            let places = try page.indices(count, below: dictionary.count, in: indices)
            for position in 0..<count { target[row + position] = dictionary[Int(places[position])] }
        default: throw page.encodingFailure
        }
    }

    mutating func spread(from row: Int, present: Int, flags: UnsafePointer<UInt8>, count: Int) {
        let target = target + row
        target.withMemoryRebound(to: UInt64.self, capacity: count) {
            FixedWidth.spread($0, present, flags, count)
        }
    }

    private static func require(_ bytes: UnsafeRawBufferPointer, _ count: Int) throws(ParquetFailure) {
        guard count <= bytes.count / width else {
            throw .damaged("a page has fewer values than it announces")
        }
    }

    private static func convert(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, to target: UnsafeMutablePointer<Int64>
    ) throws(ParquetFailure) {
        for position in 0..<count {
            let start = position * width
            let time = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int64.self))
            let julianDay = Int32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: Int32.self))
            let (day, isTooFar) = (Int64(julianDay) - julianDayOf1970).multipliedReportingOverflow(
                by: nanosecondsPerDay)
            let (sum, isBeyond) = day.addingReportingOverflow(time)
            guard !isTooFar && !isBeyond else {
                throw .unsupported(
                    "a time in it is more than 292 years from 1970",
                    remedy: "write it as a timestamp of microseconds")
            }
            target[position] = sum
        }
    }
}
