extension MessagePackOutput: EncodingSink {
    var deepest: Int { MessagePackCursor.deepest }

    func append<T>(whole value: T) throws(CodingFailure) -> Appended {
        if try appendCommon(value) { return .whole }
        if containerTypes.contains(T.self) { return .inParts(hasIntegerKeys: false) }
        if let atom = value as? any MessagePackAtom {
            try atom.append(to: self)
            return .whole
        }
        if value is any IntegerKeyed { return .inParts(hasIntegerKeys: true) }
        containerTypes.insert(T.self)
        return .inParts(hasIntegerKeys: false)
    }

    /// Appends a value of one of the most common types; for others false.
    ///
    /// To ask whether a type conforms to a protocol takes longer than to write an integer.
    @inline(__always)
    private func appendCommon<T>(_ value: T) throws(CodingFailure) -> Bool {
        if T.self == String.self {
            try append(unsafeBitCast(value, to: String.self))
        } else if T.self == Int.self {
            append(Int64(unsafeBitCast(value, to: Int.self)))
        } else if T.self == Double.self {
            append(unsafeBitCast(value, to: Double.self))
        } else if T.self == Bool.self {
            append(unsafeBitCast(value, to: Bool.self))
        } else {
            return false
        }
        return true
    }

    func appendKey(_ key: any CodingKey, isInteger: Bool) {
        if isInteger, let number = key.intValue {
            append(Int64(number))
        } else {
            // A key of 4 GiB does not occur; an empty one would be found when it is read.
            try? append(key.stringValue)
        }
    }

    // A byte for the header, which is put there when the number of parts is known.
    func open() { append(byte: 0) }

    func close(isMap: Bool, count: Int, from start: Int) {
        if count < 16 { return set((isMap ? 0x80 : 0x90) | UInt8(count), at: start) }
        let isLong = count > 0xFFFF
        set((isMap ? 0xDE : 0xDC) + (isLong ? 1 : 0), at: start)
        let size = isLong ? UInt32(count).bigEndian : UInt32(count << 16).bigEndian
        withUnsafeBytes(of: size) { bytes in
            insert(UnsafeRawBufferPointer(rebasing: bytes[..<(isLong ? 4 : 2)]), at: start + 1)
        }
    }

    func makeNested() -> any EncodingSink { MessagePackOutput(capacity: 64) }
}

private protocol IntegerKeyed {}

extension Dictionary: IntegerKeyed where Key == Int, Value: Encodable {}
