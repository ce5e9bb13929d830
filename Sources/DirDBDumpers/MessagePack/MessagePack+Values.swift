// Values of no type of the program's.

extension MessagePack: MessagePackAtom {
    func append(to output: MessagePackOutput) throws(CodingFailure) {
        try append(to: output, depth: 0)
    }

    private func append(to output: MessagePackOutput, depth: Int) throws(CodingFailure) {
        switch self {
        case .nil: output.appendNil()
        case .bool(let value): output.append(value)
        case .int(let value): output.append(value)
        case .uint(let value): output.append(value)
        case .float(let value): output.append(value)
        case .double(let value): output.append(value)
        case .string(let value): try output.append(value)
        case .binary(let bytes): try bytes.append(to: output)
        case .ext(let type, let bytes):
            try output.appendExtHeader(type, bytes.count)
            output.append(elementsOf: NDArray(bytes))
        case .timestamp(let value): try output.append(value)
        case .array(let values):
            try output.appendArrayHeader(values.count, depth)
            for value in values { try value.append(to: output, depth: depth + 1) }
        case .map(let pairs):
            try output.appendMapHeader(pairs.count, depth)
            for pair in pairs {
                try pair.key.append(to: output, depth: depth + 1)
                try pair.value.append(to: output, depth: depth + 1)
            }
        }
    }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        try self.init(header, &cursor)
    }

    /// Reads a value, which was checked to be whole and not too deep.
    private init(_ header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        switch header {
        case .nil: self = .nil
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = .uint(value)
        case .float(let value): self = .float(value)
        case .double(let value): self = .double(value)
        case .string(let count): self = .string(try cursor.string(count))
        case .binary(let count): self = .binary(Array(cursor.content(count)))
        case .ext(-1, let count): self = .timestamp(try cursor.timestamp(count))
        case .ext(let type, let count): self = .ext(type: type, Array(cursor.content(count)))
        case .array(let count):
            var values: [MessagePack] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(try MessagePack(try cursor.next(), &cursor)) }
            self = .array(values)
        case .map(let count):
            var pairs: [Pair] = []
            pairs.reserveCapacity(count)
            for _ in 0..<count {
                let key = try MessagePack(try cursor.next(), &cursor)
                pairs.append(Pair(key, try MessagePack(try cursor.next(), &cursor)))
            }
            self = .map(pairs)
        }
    }
}

extension MessagePackOutput {
    fileprivate func appendArrayHeader(_ count: Int, _ depth: Int) throws(CodingFailure) {
        try appendHeader(count, depth, short: 0x90, 0xDC, 0xDD)
    }

    fileprivate func appendMapHeader(_ count: Int, _ depth: Int) throws(CodingFailure) {
        try appendHeader(count, depth, short: 0x80, 0xDE, 0xDF)
    }

    private func appendHeader(
        _ count: Int, _ depth: Int, short: UInt8, _ middle: UInt8, _ long: UInt8
    ) throws(CodingFailure) {
        guard depth < MessagePackCursor.deepest else {
            throw CodingFailure(cause: "it is nested deeper than \(MessagePackCursor.deepest)")
        }
        switch count {
        case ..<16: append(byte: short | UInt8(count))
        case ...0xFFFF: append(middle, UInt16(count))
        case ...0xFFFF_FFFF: append(long, UInt32(count))
        default: throw CodingFailure(cause: "\(count) values in one, and the format has 2^32 at most")
        }
    }
}

extension MessagePack: Codable {
    /// Reads a value from a msgpack file only; other formats have no such kinds.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ValueDecoder<MessagePackInput> else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "a value of the type MessagePack is read from msgpack files only"))
        }
        self = try decoder.singleValueContainer().decode(MessagePack.self)
    }

    /// Writes the value into a msgpack file only; other formats have no such kinds.
    /// - Throws: `EncodingError`.
    public func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? ValueEncoder, encoder.sink is MessagePackOutput else {
            throw EncodingError.invalidValue(
                self,
                .init(
                    codingPath: encoder.codingPath,
                    debugDescription: "a value of the type MessagePack is written into msgpack files only"))
        }
        var container = encoder.singleValueContainer()
        try container.encode(self)
    }
}
