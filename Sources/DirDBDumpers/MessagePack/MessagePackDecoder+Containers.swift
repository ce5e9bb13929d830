struct MessagePackUnkeyedDecoding: UnkeyedDecodingContainer {
    private let input: MessagePackInput
    private let trail: CodingTrail
    private let total: Int
    private var position: Int
    private(set) var currentIndex = 0

    var codingPath: [any CodingKey] { trail.path }
    var count: Int? { total }
    var isAtEnd: Bool { currentIndex == total }

    init(_ input: MessagePackInput, at position: Int, _ trail: CodingTrail) throws {
        let (header, end) = try input.header(at: position, trail)
        guard case .array(let count) = header else {
            throw DecodingError.mismatch([Any].self, header.kind, at: trail)
        }
        self.input = input
        self.trail = trail
        self.position = end
        total = count
    }

    mutating func decodeNil() throws -> Bool {
        try requireMore(Never.self)
        guard input.isNil(at: position) else { return false }
        position += 1
        currentIndex += 1
        return true
    }

    // The index moves only after success, so that a caller may try another type.
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try requireMore(type)
        let value = try decodedValue(type, input, at: position, currentTrail)
        try advance()
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let container = try currentDecoder().container(keyedBy: type)
        try advance()
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try currentDecoder().unkeyedContainer()
        try advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try currentDecoder()
        try advance()
        return decoder
    }

    private var currentTrail: CodingTrail { .index(currentIndex, trail) }

    private func requireMore(_ type: Any.Type) throws {
        if !isAtEnd { return }
        let problem = "the array has only \(total) elements"
        throw DecodingError.valueNotFound(
            type, .init(codingPath: currentTrail.path, debugDescription: problem))
    }

    private mutating func advance() throws {
        position = try input.end(ofValueAt: position, currentTrail)
        currentIndex += 1
    }

    private func currentDecoder() throws -> MessagePackDecoder {
        try requireMore((any Decoder).self)
        return MessagePackDecoder(input: input, position: position, trail: currentTrail)
    }
}

final class MessagePackKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    /// A key, as text or as a number, and where its value begins.
    private struct Pair {
        let text: Range<Int>
        let number: Int?
        let value: Int
    }

    private let input: MessagePackInput
    private let trail: CodingTrail
    private var pairs: [Pair] = []
    // Keys are mostly asked for in the order in which they were written.
    private var next = 0

    var codingPath: [any CodingKey] { trail.path }

    init(_ input: MessagePackInput, at position: Int, _ trail: CodingTrail) throws {
        self.input = input
        self.trail = trail
        let (header, end) = try input.header(at: position, trail)
        guard case .map(let count) = header else {
            throw DecodingError.mismatch([String: Any].self, header.kind, at: trail)
        }
        pairs.reserveCapacity(count)
        var place = end
        for _ in 0..<count {
            let (key, keyEnd) = try input.header(at: place, trail)
            let value = keyEnd + key.byteCount
            switch key {
            case .string: pairs.append(Pair(text: keyEnd..<value, number: nil, value: value))
            case .int(let number):
                pairs.append(Pair(text: keyEnd..<keyEnd, number: Int(number), value: value))
            default:
                let problem = "a key is of the kind \(key.kind), and only strings and integers are read"
                throw DecodingError.dataCorrupted(.init(codingPath: trail.path, debugDescription: problem))
            }
            place = try input.end(ofValueAt: value, trail)
        }
    }

    var allKeys: [Key] {
        pairs.compactMap { pair in
            if let number = pair.number { return Key(intValue: number) ?? Key(stringValue: "\(number)") }
            return String(validating: input.bytes[pair.text], as: UTF8.self).flatMap(Key.init(stringValue:))
        }
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { input.isNil(at: try position(of: key)) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try decodedValue(type, input, at: try position(of: key), .key(key, trail))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(forKey: MessagePackKey.forSuper) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(forKey: key) }

    private func decoder(forKey key: any CodingKey) throws -> MessagePackDecoder {
        MessagePackDecoder(input: input, position: try position(of: key), trail: .key(key, trail))
    }

    private func position(of key: any CodingKey) throws -> Int {
        if let position = find(key) { return position }
        let problem = "the map has no key \"\(key.stringValue)\""
        throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: problem))
    }

    private func find(_ key: any CodingKey) -> Int? {
        var name = key.stringValue
        let number = key.intValue ?? Int(name)
        return name.withUTF8 { name in
            let wanted = UnsafeRawBufferPointer(name)
            for offset in 0..<pairs.count {
                let index = next + offset < pairs.count ? next + offset : next + offset - pairs.count
                let pair = pairs[index]
                let isFound =
                    pair.number.map { $0 == number }
                    ?? (pair.text.count == wanted.count
                        && UnsafeRawBufferPointer(rebasing: input.bytes[pair.text]).elementsEqual(wanted))
                if isFound {
                    // The same key is asked for again, for nil and then for its value.
                    next = index
                    return pair.value
                }
            }
            return nil
        }
    }
}
