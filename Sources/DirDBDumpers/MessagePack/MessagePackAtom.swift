/// A type that is one MessagePack value and needs no container in between.
///
/// The containers of the encoder and the decoder ask for it first, so that each has one generic method
/// instead of the many of the standard library's protocols.
protocol MessagePackAtom {
    func append(to output: MessagePackOutput) throws(CodingFailure)

    /// Reads a value; nil when there is one of another kind.
    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure)
}

extension Bool: MessagePackAtom {
    func append(to output: MessagePackOutput) { output.append(self) }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) {
        guard case .bool(let value) = header else { return nil }
        self = value
    }
}

extension String: MessagePackAtom {
    func append(to output: MessagePackOutput) throws(CodingFailure) { try output.append(self) }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        guard case .string(let count) = header else { return nil }
        self = try cursor.string(count)
    }
}

extension Timestamp: MessagePackAtom {
    func append(to output: MessagePackOutput) throws(CodingFailure) { try output.append(self) }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        guard case .ext(-1, let count) = header else { return nil }
        self = try cursor.timestamp(count)
    }
}

extension MessagePackCursor {
    /// The bytes that belong to the value whose header was read.
    mutating func content(_ count: Int) -> UnsafeRawBufferPointer {
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func string(_ count: Int) throws(CodingFailure) -> String {
        guard let text = String(validating: content(count), as: UTF8.self) else {
            throw failure("a string that is not UTF-8, which ends")
        }
        return text
    }

    mutating func timestamp(_ count: Int) throws(CodingFailure) -> Timestamp {
        let bytes = content(count)
        func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Value.Type) -> Value {
            Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        let value: Timestamp?
        switch count {
        case 4: value = Timestamp(seconds: Int64(integer(0, UInt32.self)))
        case 8:
            let packed = integer(0, UInt64.self)
            value = Timestamp(
                seconds: Int64(packed & (1 << 34 - 1)), nanoseconds: UInt32(packed >> 34))
        case 12: value = Timestamp(seconds: integer(4, Int64.self), nanoseconds: integer(0, UInt32.self))
        default: value = nil
        }
        guard let value else { throw failure("a timestamp that makes no sense, which ends") }
        return value
    }
}

// MARK: Numbers

/// A number, for arrays of them that other libraries wrote value by value.
protocol MessagePackNumber: MessagePackAtom {
    // A requirement, so that there is a specialised one for each type.
    static func list(_ count: Int, _ cursor: inout MessagePackCursor) throws(CodingFailure) -> [Self]?
}

extension MessagePackNumber {
    /// Reads numbers that were written one by one; nil when one is something else.
    static func list(_ count: Int, _ cursor: inout MessagePackCursor) throws(CodingFailure) -> [Self]? {
        var numbers: [Self] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count {
            guard let number = try Self(atom: try cursor.next(), &cursor) else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}

extension MessagePackAtom where Self: FixedWidthInteger {
    func append(to output: MessagePackOutput) throws(CodingFailure) {
        if let value = Int64(exactly: self) {
            output.append(value)
        } else if let value = UInt64(exactly: self) {
            output.append(value)
        } else {
            throw CodingFailure(cause: "\(self) is beyond the range of 64-bit integers")
        }
    }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        let value: Self?
        let text: String
        switch header {
        case .int(let number): (value, text) = (Self(exactly: number), "\(number)")
        case .uint(let number): (value, text) = (Self(exactly: number), "\(number)")
        default: return nil
        }
        guard let value else { throw CodingFailure(cause: "\(text) does not fit in \(Self.self)") }
        self = value
    }
}

extension MessagePackHeader {
    /// The number as `Double`; integers beyond 2^53 are rounded.
    fileprivate var real: Double? {
        switch self {
        case .double(let number): number
        case .float(let number): Double(number)
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        default: nil
        }
    }
}

extension Double {
    func append(to output: MessagePackOutput) { output.append(self) }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) {
        guard let number = header.real else { return nil }
        self = number
    }
}

extension Float {
    func append(to output: MessagePackOutput) { output.append(self) }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        // Not by way of Double, which would change a signalling NaN.
        if case .float(let number) = header {
            self = number
        } else {
            guard let number = header.real else { return nil }
            self = Float(number)
            guard isFinite || !number.isFinite else {
                throw CodingFailure(cause: "\(number) does not fit in Float")
            }
        }
    }
}

extension Float16: MessagePackNumber {
    func append(to output: MessagePackOutput) { output.append(Float(self)) }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        guard let number = header.real else { return nil }
        self = Float16(number)
        guard isFinite || !number.isFinite else {
            throw CodingFailure(cause: "\(number) does not fit in Float16")
        }
    }
}
