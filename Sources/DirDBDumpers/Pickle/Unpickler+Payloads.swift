import DirDB

// The bytes of the file: every length in it is checked before it is believed.

extension Unpickler {
    private func ended() -> DirDBError {
        .damagedData(path, "it ends after \(bytes.count) bytes, before its end")
    }

    /// Reads a little-endian number.
    mutating func take<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(DirDBError) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - position >= size else { throw ended() }
        defer { position += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// Goes past as many bytes as a length in the file says, and tells where they are.
    @discardableResult
    mutating func skip(_ length: UInt64) throws(DirDBError) -> Range<Int> {
        guard length <= UInt64(bytes.count - position) else { throw ended() }
        defer { position += Int(length) }
        return position..<position + Int(length)
    }

    /// A line of text without its end.
    mutating func takeLine() throws(DirDBError) -> String {
        guard let end = bytes[position...].firstIndex(of: 0x0A) else { throw ended() }
        defer { position = end + 1 }
        return try text(position..<end)
    }

    /// An integer of any number of bytes, if its value fits.
    mutating func takeLong(_ length: UInt64) throws(DirDBError) -> Int64 {
        let range = try skip(length)
        guard let last = range.last else { return 0 }
        let fill: UInt8 = bytes[last] < 0x80 ? 0 : 0xFF
        let low = range.prefix(8)
        var value = fill == 0 ? 0 : UInt64.max
        for place in low.reversed() { value = value << 8 | UInt64(bytes[place]) }
        let result = Int64(bitPattern: value)
        guard bytes[low.endIndex..<range.upperBound].allSatisfy({ $0 == fill }),
            (result < 0) == (fill != 0)
        else {
            throw .unsupportedFormat(
                path, "its integer of \(range.count) bytes at byte \(start) does not fit into 64 bits",
                remedy: "save it as a string or a float")
        }
        return result
    }

    /// Where the bytes of a text or a byte string are; `run()` has checked that they are there.
    func payload(at start: Int) -> (isText: Bool, range: Range<Int>) {
        let (isText, width) =
            switch PickleOpcode(rawValue: bytes[start]) {
            case .shortBinUnicode: (true, 1)
            case .shortBinBytes: (false, 1)
            case .binUnicode: (true, 4)
            case .binBytes: (false, 4)
            case .binUnicode8: (true, 8)
            default: (false, 8)
            }
        let length =
            switch width {
            case 1: Int(bytes[start + 1])
            case 4: Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 1, as: UInt32.self)))
            default: Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 1, as: Int64.self)))
            }
        return (isText, start + 1 + width..<start + 1 + width + length)
    }

    /// The place of the text or byte string that an item is.
    func payload(of item: Item) -> (isText: Bool, range: Range<Int>)? {
        switch item {
        case .payload(let start): payload(at: start)
        case .shared(let number): payload(at: shared[number].start)
        default: nil
        }
    }

    func text(_ range: Range<Int>) throws(DirDBError) -> String {
        let part = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard let text = String(validating: part, as: UTF8.self) else {
            throw .unsupportedFormat(
                path, "its text at byte \(range.lowerBound) is not valid Unicode (lone surrogates)",
                remedy: "save it as bytes")
        }
        return text
    }

    /// The text that an item is; nil when it is something else.
    func text(of item: Item) throws(DirDBError) -> String? {
        guard let (isText, range) = payload(of: item), isText else { return nil }
        return try text(range)
    }

    /// The bytes that a text means in Latin 1, as protocol 2 writes byte strings.
    func latin1(_ range: Range<Int>) throws(DirDBError) -> [UInt8] {
        let source = UnsafeRawBufferPointer(rebasing: bytes[range])
        var isLatin1 = true
        let decoded = [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
            var (place, filled) = (0, 0)
            while place < source.count {
                let byte = source[place]
                if byte < 0x80 {
                    target[filled] = byte
                    place += 1
                } else if byte & 0xFE == 0xC2, place + 1 < source.count, source[place + 1] & 0xC0 == 0x80 {
                    target[filled] = byte << 6 | source[place + 1] & 0x3F
                    place += 2
                } else {
                    isLatin1 = false
                    break
                }
                filled += 1
            }
            count = filled
        }
        guard isLatin1 else {
            throw .damagedPickle(path, "a text that should be Latin 1 is not", at: range.lowerBound)
        }
        return decoded
    }
}
