/// Reads one value.
///
/// For a concrete source, so that it fits into an existential without an allocation: one is held for each level of nesting.
struct ValueDecoder<Source: DecodingSource>: Decoder, SingleValueDecodingContainer {
    let source: Source
    let position: Int
    let trail: CodingTrail
    var codingPath: [any CodingKey] { trail.path }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let map = try source.checked(trail) { () throws(CodingFailure) in try source.map(at: position) }
        guard let map else { throw source.mismatch([String: Any].self, at: position, trail) }
        return KeyedDecodingContainer(KeyedDecoding(source: source, trail: trail, map: map))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let array = try source.checked(trail) { () throws(CodingFailure) in try source.array(at: position) }
        guard let array else { throw source.mismatch([Any].self, at: position, trail) }
        return UnkeyedDecoding(source: source, trail: trail, total: array.count, position: array.first)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { source.isNil(at: position) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try source.decode(type, at: position, trail)
    }
}

struct UnkeyedDecoding<Source: DecodingSource>: UnkeyedDecodingContainer {
    let source: Source
    let trail: CodingTrail
    let total: Int
    var position: Int
    private(set) var currentIndex = 0

    var codingPath: [any CodingKey] { trail.path }
    var count: Int? { total }
    var isAtEnd: Bool { currentIndex == total }

    init(source: Source, trail: CodingTrail, total: Int, position: Int) {
        self.source = source
        self.trail = trail
        self.total = total
        self.position = position
    }

    mutating func decodeNil() throws -> Bool {
        try requireMore(Never.self)
        guard source.isNil(at: position) else { return false }
        try advance()
        return true
    }

    // The index moves only after success, so that a caller may try another type.
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try requireMore(type)
        let value = try source.decode(type, at: position, .index(currentIndex, trail))
        try advance()
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let container = try current().container(keyedBy: type)
        try advance()
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try current().unkeyedContainer()
        try advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try current()
        try advance()
        return decoder
    }

    private func current() throws -> ValueDecoder<Source> {
        try requireMore((any Decoder).self)
        return ValueDecoder(source: source, position: position, trail: .index(currentIndex, trail))
    }

    private func requireMore(_ type: Any.Type) throws {
        if !isAtEnd { return }
        let path = CodingTrail.index(currentIndex, trail).path
        throw DecodingError.valueNotFound(
            type, .init(codingPath: path, debugDescription: "the array has only \(total) elements"))
    }

    private mutating func advance() throws {
        let (source, start) = (source, position)
        position = try source.checked(.index(currentIndex, trail)) { () throws(CodingFailure) in
            try source.end(ofValueAt: start)
        }
        currentIndex += 1
    }
}

struct KeyedDecoding<Key: CodingKey, Source: DecodingSource>: KeyedDecodingContainerProtocol {
    let source: Source
    let trail: CodingTrail
    let map: Source.Map

    var codingPath: [any CodingKey] { trail.path }
    var allKeys: [Key] { map.keys(Key.self) }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { source.isNil(at: try position(of: key)) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try source.decode(type, at: try position(of: key), .key(key, trail))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(AnyCodingKey.forSuper) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func decoder(_ key: some CodingKey) throws -> ValueDecoder<Source> {
        ValueDecoder(source: source, position: try position(of: key), trail: .key(key, trail))
    }

    private func position(of key: some CodingKey) throws -> Int {
        if let position = find(key) { return position }
        let problem = "the \(map.kind) has no key \"\(key.stringValue)\""
        throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: problem))
    }

    private func find(_ key: some CodingKey) -> Int? {
        let name = key.stringValue
        return map.find(name, key.intValue ?? Int(name))
    }
}
