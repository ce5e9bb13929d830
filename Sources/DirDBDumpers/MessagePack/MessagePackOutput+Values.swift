extension MessagePackOutput {
    // MARK: Values, each in its shortest form

    func appendNil() { append(byte: 0xC0) }

    func append(_ value: Bool) { append(byte: value ? 0xC3 : 0xC2) }

    func append(_ value: Int64) {
        switch value {
        case 0...: append(UInt64(value))
        case (-32)...: append(byte: UInt8(truncatingIfNeeded: value))
        case Int64(Int8.min)...: append(0xD0, Int8(value))
        case Int64(Int16.min)...: append(0xD1, Int16(value))
        case Int64(Int32.min)...: append(0xD2, Int32(value))
        default: append(0xD3, value)
        }
    }

    func append(_ value: UInt64) {
        switch value {
        case ...0x7F: append(byte: UInt8(value))
        case ...0xFF: append(0xCC, UInt8(value))
        case ...0xFFFF: append(0xCD, UInt16(value))
        case ...0xFFFF_FFFF: append(0xCE, UInt32(value))
        default: append(0xCF, value)
        }
    }

    func append(_ value: Float) { append(0xCA, value.bitPattern) }

    func append(_ value: Double) { append(0xCB, value.bitPattern) }

    func append(_ value: String) throws(CodingFailure) {
        var value = value
        var failure: CodingFailure?
        value.withUTF8 { text in
            do throws(CodingFailure) {
                if text.count < 32 {
                    append(byte: 0xA0 | UInt8(text.count))
                } else {
                    try appendCount(text.count, 0xD9, 0xDA, 0xDB)
                }
                append(UnsafeRawBufferPointer(text))
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    func appendBinaryHeader(_ count: Int) throws(CodingFailure) {
        try appendCount(count, 0xC4, 0xC5, 0xC6)
    }

    func appendExtHeader(_ type: Int8, _ count: Int) throws(CodingFailure) {
        switch count {
        case 1, 2, 4, 8, 16: append(byte: 0xD4 + UInt8(count.trailingZeroBitCount))
        default: try appendCount(count, 0xC7, 0xC8, 0xC9)
        }
        append(byte: UInt8(bitPattern: type))
    }

    func append(_ value: Timestamp) throws(CodingFailure) {
        let seconds = UInt64(bitPattern: value.seconds)
        if seconds >> 34 == 0 {
            let packed = UInt64(value.nanoseconds) << 34 | seconds
            try appendExtHeader(-1, packed >> 32 == 0 ? 4 : 8)
            if packed >> 32 == 0 { append(bigEndian: UInt32(packed)) } else { append(bigEndian: packed) }
        } else {
            try appendExtHeader(-1, 12)
            append(bigEndian: value.nanoseconds)
            append(bigEndian: seconds)
        }
    }

    private func append(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { append($0) }
    }

    func append(_ array: some NumpyArray) throws(CodingFailure) {
        try append(array, NumericArrayBlob.header(typeString: array.typeString, shape: array.shape))
    }

    private func append<Array: NumpyArray>(_ array: Array, _ header: [UInt8]) throws(CodingFailure) {
        // The shape was checked when the array was made.
        try appendExtHeader(
            MessagePack.numericArrayType, header.count + array.count * MemoryLayout<Array.Element>.stride)
        header.withUnsafeBytes { append($0) }
        append(elementsOf: array)
    }

    private func appendCount(
        _ count: Int, _ short: UInt8, _ middle: UInt8, _ long: UInt8
    ) throws(CodingFailure) {
        switch count {
        case ...0xFF: append(short, UInt8(count))
        case ...0xFFFF: append(middle, UInt16(count))
        case ...0xFFFF_FFFF: append(long, UInt32(count))
        default:
            throw CodingFailure(cause: "\(count) bytes in one value, and the format has 4 GiB at most")
        }
    }
}
