import DirDB

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

struct MessagePackKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let input: MessagePackInput
    private let trail: CodingTrail
    private let map: MessagePackMap

    var codingPath: [any CodingKey] { trail.path }
    var allKeys: [Key] { map.keys(Key.self) }

    init(_ input: MessagePackInput, at position: Int, _ trail: CodingTrail) throws {
        self.input = input
        self.trail = trail
        map = try MessagePackMap(input, at: position, trail)
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

    func superDecoder() throws -> any Decoder { try decoder(forKey: AnyCodingKey.forSuper) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(forKey: key) }

    private func decoder(forKey key: some CodingKey) throws -> MessagePackDecoder {
        MessagePackDecoder(input: input, position: try position(of: key), trail: .key(key, trail))
    }

    private func position(of key: some CodingKey) throws -> Int {
        if let position = find(key) { return position }
        let problem = "the map has no key \"\(key.stringValue)\""
        throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: problem))
    }

    private func find(_ key: some CodingKey) -> Int? {
        let name = key.stringValue
        return map.find(name, key.intValue ?? Int(name))
    }
}
