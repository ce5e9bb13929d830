/// Truth values as bits, the lowest first, and as bytes.
enum Bits {
    /// Unpacks bits into bytes that are 0 or 1.
    /// - Returns: How many are 1.
    static func unpack(
        _ source: UnsafeRawPointer, _ count: Int, into target: UnsafeMutableRawPointer
    ) -> Int {
        var ones = 0
        for index in 0..<count / 8 {
            let byte = source.load(fromByteOffset: index, as: UInt8.self)
            ones += byte.nonzeroBitCount
            target.storeBytes(of: spread(byte).littleEndian, toByteOffset: index * 8, as: UInt64.self)
        }
        let rest = count % 8
        if rest == 0 { return ones }
        let byte = source.load(fromByteOffset: count / 8, as: UInt8.self)
        for bit in 0..<rest {
            let value = byte >> UInt8(bit) & 1
            target.storeBytes(of: value, toByteOffset: count - rest + bit, as: UInt8.self)
            ones += Int(value)
        }
        return ones
    }

    /// Packs bytes that are 0 or 1; the last byte is filled with 0.
    static func pack(_ source: UnsafeRawPointer, _ count: Int, into target: UnsafeMutableRawPointer) {
        for index in 0..<count / 8 {
            let word = UInt64(littleEndian: source.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            // Each byte's bit moves to a place of its own in the highest byte.
            let byte = UInt8(truncatingIfNeeded: (word &* 0x0102_0408_1020_4080) >> 56)
            target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
        let rest = count % 8
        if rest == 0 { return }
        var last: UInt8 = 0
        for bit in 0..<rest {
            last |= source.load(fromByteOffset: count - rest + bit, as: UInt8.self) << UInt8(bit)
        }
        target.storeBytes(of: last, toByteOffset: count / 8, as: UInt8.self)
    }

    /// The bits of a byte as bytes of a word.
    private static func spread(_ byte: UInt8) -> UInt64 {
        // In each byte of the word one bit of the byte stays; adding carries it to the highest place.
        let bits = UInt64(byte) &* 0x0101_0101_0101_0101 & 0x8040_2010_0804_0201
        return (bits &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7 & 0x0101_0101_0101_0101
    }

    /// Reads definition levels of a flat column, which are 0 or 1, into bytes.
    /// - Returns: How many are 1.
    static func readLevels(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, into target: UnsafeMutableRawPointer
    ) throws(ParquetFailure) -> Int {
        var reader = HybridReader(bytes, width: 1)
        var (done, ones) = (0, 0)
        while done < count {
            let (run, length) = try reader.next(limit: count - done)
            switch run {
            case .repeated(let value):
                (target + done).initializeMemory(as: UInt8.self, repeating: UInt8(value), count: length)
                ones += value == 1 ? length : 0
            case .packed(let source): ones += unpack(source, length, into: target + done)
            }
            done += length
        }
        return ones
    }

    /// Whether definition levels are one run of 1, as they are in a page without nulls.
    static func areAllOne(_ bytes: UnsafeRawBufferPointer, _ count: Int) throws(ParquetFailure) -> Bool {
        if count == 0 { return true }
        var reader = HybridReader(bytes, width: 1)
        guard case (.repeated(1), count) = try reader.next(limit: count) else { return false }
        return true
    }
}
