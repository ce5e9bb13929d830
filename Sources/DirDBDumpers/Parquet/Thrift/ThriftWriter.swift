/// Writes Thrift's compact protocol.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    // The number of the last field written, of each open struct.
    private var lastIDs: [Int16] = [0]

    /// Ends the outermost struct.
    consuming func finish() -> [UInt8] {
        bytes.append(0)
        return bytes
    }

    mutating func write(_ id: Int16, _ value: Bool) {
        head(id, value ? ThriftReader.WireType.isTrue : ThriftReader.WireType.isFalse)
    }

    mutating func write(_ id: Int16, byte value: Int8) {
        head(id, ThriftReader.WireType.byte)
        bytes.append(UInt8(bitPattern: value))
    }

    mutating func write(_ id: Int16, _ value: Int32) {
        head(id, ThriftReader.WireType.int32)
        zigzag(Int64(value))
    }

    mutating func write(_ id: Int16, _ value: Int64) {
        head(id, ThriftReader.WireType.int64)
        zigzag(value)
    }

    mutating func write(_ id: Int16, _ value: String) {
        write(id, Array(value.utf8))
    }

    mutating func write(_ id: Int16, _ value: [UInt8]) {
        head(id, ThriftReader.WireType.binary)
        element(value)
    }

    /// Writes a field whose value was encoded before.
    mutating func write(_ id: Int16, _ type: UInt8, encoded value: ArraySlice<UInt8>) {
        head(id, type)
        bytes += value
    }

    /// Begins a list whose elements follow.
    mutating func beginList(_ id: Int16, of type: UInt8, count: Int) {
        head(id, ThriftReader.WireType.list)
        beginElements(of: type, count: count)
    }

    /// Begins the value of a list.
    mutating func beginElements(of type: UInt8, count: Int) {
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type)
        } else {
            bytes.append(0xF0 | type)
            varint(UInt64(count))
        }
    }

    /// Writes an element of a list of integers.
    mutating func element(_ value: Int32) {
        zigzag(Int64(value))
    }

    mutating func element(_ value: Int64) {
        zigzag(value)
    }

    /// Writes an element that was encoded before.
    mutating func element(encoded value: ArraySlice<UInt8>) {
        bytes += value
    }

    /// Writes an element of a list of texts.
    mutating func element(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes += value
    }

    /// Begins a struct that is a field; `endStruct` ends it.
    mutating func beginStruct(_ id: Int16) {
        head(id, ThriftReader.WireType.structure)
        lastIDs.append(0)
    }

    /// Begins a struct that is an element of a list; `endStruct` ends it.
    mutating func beginElement() {
        lastIDs.append(0)
    }

    mutating func endStruct() {
        bytes.append(0)
        lastIDs.removeLast()
    }

    private mutating func head(_ id: Int16, _ type: UInt8) {
        let delta = Int(id) - Int(lastIDs[lastIDs.count - 1])
        if (1...15).contains(delta) {
            bytes.append(UInt8(delta) << 4 | type)
        } else {
            bytes.append(type)
            zigzag(Int64(id))
        }
        lastIDs[lastIDs.count - 1] = id
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func zigzag(_ value: Int64) {
        varint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }
}
