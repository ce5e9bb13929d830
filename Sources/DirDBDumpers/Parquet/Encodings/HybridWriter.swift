/// Writes the hybrid of run-length encoding and bit packing.
enum HybridWriter {
    /// Appends values of `width` bits.
    static func write(_ values: UnsafeBufferPointer<UInt32>, width: Int, to output: ByteBuffer) {
        var packedStart = 0
        var place = 0
        while place < values.count {
            let value = values[place]
            var end = place + 1
            while end < values.count && values[end] == value { end += 1 }
            if end - place >= 8 {
                pack(values, packedStart..<place, width: width, to: output)
                output.append(varint: UInt64(end - place) << 1)
                for byte in 0..<(width + 7) / 8 {
                    output.append(byte: UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)))
                }
                place = end
                packedStart = end
            } else {
                // A packed run holds a multiple of eight values, but for the last one.
                place = min(place + 8, values.count)
            }
        }
        pack(values, packedStart..<values.count, width: width, to: output)
    }

    /// Appends levels or truth values, given as bytes that are 0 or 1.
    static func write(_ flags: UnsafeRawBufferPointer, to output: ByteBuffer) {
        guard let source = flags.baseAddress else { return }
        let groups = flags.count / 8
        func word(_ group: Int) -> UInt64 { source.loadUnaligned(fromByteOffset: group * 8, as: UInt64.self) }
        var packedStart = 0
        var group = 0
        while group < groups {
            let first = word(group)
            var end = group + 1
            if first == 0 || first == 0x0101_0101_0101_0101 {
                while end < groups && word(end) == first { end += 1 }
                // A run takes three bytes or so, and ends another.
                if end - group >= 4 {
                    pack(flags, packedStart * 8..<group * 8, to: output)
                    output.append(varint: UInt64(end - group) << 4)
                    output.append(byte: first == 0 ? 0 : 1)
                    packedStart = end
                }
            }
            group = end
        }
        pack(flags, packedStart * 8..<flags.count, to: output)
    }

    private static func pack(_ flags: UnsafeRawBufferPointer, _ range: Range<Int>, to output: ByteBuffer) {
        guard let source = flags.baseAddress, !range.isEmpty else { return }
        let groups = (range.count + 7) / 8
        output.append(varint: UInt64(groups) << 1 | 1)
        Bits.pack(source + range.lowerBound, range.count, into: output.extend(by: groups))
    }

    private static func pack(
        _ values: UnsafeBufferPointer<UInt32>, _ range: Range<Int>, width: Int, to output: ByteBuffer
    ) {
        if range.isEmpty { return }
        let groups = (range.count + 7) / 8
        output.append(varint: UInt64(groups) << 1 | 1)
        let size = groups * width
        // Whole words are written; the last may reach beyond.
        let target = output.extend(by: size + 8)
        var (word, filled, written): (UInt64, Int, Int) = (0, 0, 0)
        for index in range {
            word |= UInt64(values[index]) << UInt64(filled)
            filled += width
            if filled >= 32 {
                target.storeBytes(
                    of: UInt32(truncatingIfNeeded: word).littleEndian, toByteOffset: written, as: UInt32.self)
                written += 4
                word >>= 32
                filled -= 32
            }
        }
        while written < size {
            let part = min(4, size - written)
            target.storeBytes(
                of: UInt32(truncatingIfNeeded: word).littleEndian, toByteOffset: written, as: UInt32.self)
            word >>= 32
            written += part
        }
        output.shrink(to: output.count - 8)
    }
}
