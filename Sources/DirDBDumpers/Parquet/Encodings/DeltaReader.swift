/// Reads DELTA_BINARY_PACKED: a first value, then blocks of differences in as many bits as each part needs.
///
/// The bytes must lie in a `ByteBuffer`, because whole words are read.
struct DeltaReader {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next encoding begins, after `read`.
    private(set) var position = 0
    /// The number of values.
    let count: Int
    private let partsInBlock: Int
    private let valuesInPart: Int
    private let first: Int64

    init(_ bytes: UnsafeRawBufferPointer) throws(ParquetFailure) {
        self.bytes = bytes
        let blockSize = try bytes.varint(&position)
        let parts = try bytes.varint(&position)
        let total = try bytes.varint(&position)
        guard parts > 0, parts <= 1 << 16, blockSize <= 1 << 24, blockSize % parts == 0,
            blockSize / parts > 0, blockSize / parts % 8 == 0, total <= UInt64(Int32.max)
        else { throw .damaged("the head of its differences makes no sense") }
        partsInBlock = Int(parts)
        valuesInPart = Int(blockSize / parts)
        count = Int(total)
        first = Self.signed(try bytes.varint(&position))
    }

    /// Reads all values into `count` places; integers of 32 bits wrap around, as the format wants it.
    mutating func read<Value: FixedWidthInteger>(
        into target: UnsafeMutablePointer<Value>
    ) throws(ParquetFailure) {
        if count == 0 { return }
        var value = first
        target[0] = Value(truncatingIfNeeded: value)
        var done = 1
        while done < count {
            let least = Self.signed(try bytes.varint(&position))
            let widths = position
            guard partsInBlock <= bytes.count - position else { throw Self.short }
            position += partsInBlock
            for part in 0..<partsInBlock where done < count {
                let width = Int(bytes[widths + part])
                let taken = min(valuesInPart, count - done)
                // Writers may leave out the end of the last part.
                guard width <= 64, let start = bytes.baseAddress,
                    (taken * width + 7) / 8 <= bytes.count - position
                else { throw Self.short }
                let source = start + position
                for index in 0..<taken {
                    value &+= least &+ Int64(bitPattern: Self.bits(source, index &* width, width))
                    target[done + index] = Value(truncatingIfNeeded: value)
                }
                done += taken
                position += min(valuesInPart * width / 8, bytes.count - position)
            }
        }
    }

    private static func bits(_ source: UnsafeRawPointer, _ bit: Int, _ width: Int) -> UInt64 {
        if width == 0 { return 0 }
        let shift = UInt64(bit & 7)
        var word = UInt64(littleEndian: (source + (bit >> 3)).loadUnaligned(as: UInt64.self)) >> shift
        if Int(shift) + width > 64 {
            word |= UInt64((source + (bit >> 3) + 8).load(as: UInt8.self)) << (64 - shift)
        }
        return word & (UInt64.max >> UInt64(64 - width))
    }

    private static func signed(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private static let short = ParquetFailure.damaged("it ends in the middle of its differences")
}
