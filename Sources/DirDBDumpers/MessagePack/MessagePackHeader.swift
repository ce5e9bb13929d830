/// What the first bytes of a value tell: its kind, and its content or how much of it follows.
///
/// The format: the specification of MessagePack, in the version that tells str from bin and has timestamps.
enum MessagePackHeader {
    case `nil`
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case float(Float)
    case double(Double)
    /// So many bytes follow.
    case string(Int)
    case binary(Int)
    case ext(type: Int8, Int)
    /// So many values follow.
    case array(Int)
    /// So many pairs follow.
    case map(Int)

    /// The kind as named in messages.
    var kind: String {
        switch self {
        case .nil: "nil"
        case .bool: "bool"
        case .int, .uint: "int"
        case .float: "float32"
        case .double: "float64"
        case .string: "string"
        case .binary: "binary"
        case .array: "array"
        case .map: "map"
        case .ext(-1, _): "timestamp"
        case .ext(MessagePack.numericArrayType, _): "numeric array"
        case .ext(let type, _): "ext \(type)"
        }
    }

    /// The bytes that belong to the value and are not its header.
    var byteCount: Int {
        switch self {
        case .string(let count), .binary(let count), .ext(_, let count): count
        default: 0
        }
    }
}

/// Reads headers one after the other; nothing is believed before it is compared with the bytes that are there.
struct MessagePackCursor {
    let bytes: UnsafeRawBufferPointer
    var position: Int

    /// The deepest nesting that is read or written.
    static let deepest = 500

    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// Reads a header; what it announces is there.
    mutating func next() throws(CodingFailure) -> MessagePackHeader {
        let header = try header()
        // A value has a byte at least.
        let needed =
            switch header {
            case .array(let count): count
            case .map(let count): 2 * count
            default: header.byteCount
            }
        guard needed <= bytes.count - position else {
            throw failure(
                "an early end: \(needed) bytes or more should follow and \(bytes.count - position) do")
        }
        return header
    }

    private mutating func header() throws(CodingFailure) -> MessagePackHeader {
        guard position < bytes.count else { throw failure("an early end") }
        let first = bytes[position]
        position += 1
        switch first {
        case 0x00...0x7F: return .int(Int64(first))
        case 0xE0...0xFF: return .int(Int64(Int8(bitPattern: first)))
        case 0x80...0x8F: return .map(Int(first & 0x0F))
        case 0x90...0x9F: return .array(Int(first & 0x0F))
        case 0xA0...0xBF: return .string(Int(first & 0x1F))
        case 0xC0: return .nil
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xC4: return .binary(Int(try integer(UInt8.self)))
        case 0xC5: return .binary(Int(try integer(UInt16.self)))
        case 0xC6: return .binary(Int(try integer(UInt32.self)))
        case 0xC7: return try ext(Int(try integer(UInt8.self)))
        case 0xC8: return try ext(Int(try integer(UInt16.self)))
        case 0xC9: return try ext(Int(try integer(UInt32.self)))
        case 0xCA: return .float(Float(bitPattern: try integer(UInt32.self)))
        case 0xCB: return .double(Double(bitPattern: try integer(UInt64.self)))
        case 0xCC: return .int(Int64(try integer(UInt8.self)))
        case 0xCD: return .int(Int64(try integer(UInt16.self)))
        case 0xCE: return .int(Int64(try integer(UInt32.self)))
        case 0xCF:
            let value = try integer(UInt64.self)
            return Int64(exactly: value).map { .int($0) } ?? .uint(value)
        case 0xD0: return .int(Int64(try integer(Int8.self)))
        case 0xD1: return .int(Int64(try integer(Int16.self)))
        case 0xD2: return .int(Int64(try integer(Int32.self)))
        case 0xD3: return .int(try integer(Int64.self))
        case 0xD4...0xD8: return try ext(1 << Int(first - 0xD4))
        case 0xD9: return .string(Int(try integer(UInt8.self)))
        case 0xDA: return .string(Int(try integer(UInt16.self)))
        case 0xDB: return .string(Int(try integer(UInt32.self)))
        case 0xDC: return .array(Int(try integer(UInt16.self)))
        case 0xDD: return .array(Int(try integer(UInt32.self)))
        case 0xDE: return .map(Int(try integer(UInt16.self)))
        case 0xDF: return .map(Int(try integer(UInt32.self)))
        default: throw failure("the byte 0xc1, which begins nothing")
        }
    }

    /// Goes over one value and all it holds, and checks that it is there.
    ///
    /// - Parameter limit: How many values are gone over at most.
    /// - Returns: Whether the end was reached.
    /// - Throws: What is wrong with the bytes.
    @discardableResult
    mutating func skip(limit: Int = .max) throws(CodingFailure) -> Bool {
        var count = 0
        // How many values are still to come on each level.
        var pending: [Int] = []
        var left = 1
        while true {
            while left == 0 {
                guard let outer = pending.popLast() else { return true }
                left = outer
            }
            left -= 1
            count += 1
            if count > limit { return false }
            let header = try next()
            let inner =
                switch header {
                case .array(let count): count
                case .map(let count): 2 * count
                default: -1
                }
            if inner >= 0 {
                guard pending.count < Self.deepest else {
                    throw failure("a nesting deeper than \(Self.deepest)")
                }
                pending.append(left)
                left = inner
            } else {
                position += header.byteCount
            }
        }
    }

    func failure(_ cause: String) -> CodingFailure {
        CodingFailure(cause: "\(cause) at byte \(position)")
    }

    private mutating func ext(_ count: Int) throws(CodingFailure) -> MessagePackHeader {
        .ext(type: try integer(Int8.self), count)
    }

    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(CodingFailure) -> Value {
        guard MemoryLayout<Value>.size <= bytes.count - position else { throw failure("an early end") }
        defer { position += MemoryLayout<Value>.size }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: type))
    }
}
