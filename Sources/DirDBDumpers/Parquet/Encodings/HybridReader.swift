/// Reads the hybrid of run-length encoding and bit packing, in which levels and dictionary indices are kept.
///
/// The bytes must lie in a `ByteBuffer`, because whole words are read.
struct HybridReader {
    /// Values of the same width that follow each other.
    enum Run {
        case repeated(UInt32)
        case packed(UnsafeRawPointer)
    }

    private let bytes: UnsafeRawBufferPointer
    private let width: Int
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer, width: Int) {
        self.bytes = bytes
        self.width = width
    }

    /// The next run and how many of its values to take, `limit` at most.
    mutating func next(limit: Int) throws(ParquetFailure) -> (run: Run, count: Int) {
        let head = try bytes.varint(&position)
        // Between 1 and 2³¹ - 1 (Encodings.md of Parquet).
        guard let length = Int32(exactly: head >> 1).map({ Int($0) }), length > 0 else {
            throw .damaged("a run of an impossible length")
        }
        if head & 1 == 0 {
            let size = (width + 7) / 8
            guard size <= bytes.count - position else { throw Self.short }
            var value: UInt32 = 0
            for byte in 0..<size { value |= UInt32(bytes[position + byte]) << UInt32(8 * byte) }
            guard width == 32 || value >> UInt32(width) == 0 else {
                throw .damaged("a value of too many bits")
            }
            position += size
            return (.repeated(value), min(length, limit))
        }
        let count = min(length * 8, limit)
        // The last group may be cut where its values are not needed.
        let needed = (count * width + 7) / 8
        guard let start = bytes.baseAddress, needed <= bytes.count - position else { throw Self.short }
        let run = Run.packed(start + position)
        position += min(length * width, bytes.count - position)
        return (run, count)
    }

    private static let short = ParquetFailure.damaged("it ends in the middle of a run")
}

extension UnsafeRawBufferPointer {
    /// Reads an unsigned integer of seven bits a byte (ULEB128).
    func varint(_ position: inout Int) throws(ParquetFailure) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < count else { break }
            let byte = self[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .damaged("an integer that does not end")
    }
}

// MARK: Indices

extension HybridReader {
    /// Reads values of at most 32 bits.
    /// - Returns: The largest of them; 0 when there are none.
    mutating func read(_ count: Int, into target: UnsafeMutablePointer<UInt32>) throws(ParquetFailure)
        -> UInt32
    {
        var done = 0
        var largest: UInt32 = 0
        while done < count {
            let (run, length) = try next(limit: count - done)
            switch run {
            case .repeated(let value):
                (target + done).update(repeating: value, count: length)
                largest = max(largest, value)
            case .packed(let source):
                largest = max(largest, Self.unpack(source, width: width, length, into: target + done))
            }
            done += length
        }
        return largest
    }

    private static func unpack(
        _ source: UnsafeRawPointer, width: Int, _ count: Int, into target: UnsafeMutablePointer<UInt32>
    ) -> UInt32 {
        let mask = (UInt64(1) << UInt64(width)) &- 1
        var largest: UInt32 = 0
        var bit = 0
        for index in 0..<count {
            let word = UInt64(littleEndian: (source + (bit >> 3)).loadUnaligned(as: UInt64.self))
            let value = UInt32(truncatingIfNeeded: (word &>> UInt64(truncatingIfNeeded: bit & 7)) & mask)
            target[index] = value
            largest = max(largest, value)
            bit &+= width
        }
        return largest
    }
}
