import DirDB

/// A value from its JSON form.
func decodedValue<T: Decodable>(_ type: T.Type, from json: JSON, at path: [any CodingKey]) throws -> T {
    if let scalar = type as? any JSONScalar.Type, let value = try scalar.init(scalar: json, at: path) as? T {
        return value
    }
    return try T(from: JSONValueDecoder(json: json, codingPath: path))
}

struct JSONValueDecoder: Decoder {
    let json: JSON
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = json else {
            throw DecodingError.mismatch(JSONObject.self, json, at: codingPath)
        }
        return KeyedDecodingContainer(JSONKeyedDecoding(object, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = json else {
            throw DecodingError.mismatch([JSON].self, json, at: codingPath)
        }
        return JSONUnkeyedDecoding(elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        JSONSingleDecoding(json: json, codingPath: codingPath)
    }
}

struct JSONSingleDecoding: SingleValueDecodingContainer {
    let json: JSON
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool {
        json == .null
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try decodedValue(type, from: json, at: codingPath)
    }
}

struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0
    private let elements: [JSON]

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    init(_ elements: [JSON], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    mutating func decodeNil() throws -> Bool {
        guard try current(JSON.self) == .null else { return false }
        currentIndex += 1
        return true
    }

    // The index moves only after success, so that a caller may try another type.
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try decodedValue(type, from: try current(type), at: currentPath)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<
        Key
    > {
        let container = try currentDecoder(JSONObject.self).container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try currentDecoder([JSON].self).unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try currentDecoder(JSON.self)
        currentIndex += 1
        return decoder
    }

    private var currentPath: [any CodingKey] { codingPath + [AnyCodingKey(intValue: currentIndex)] }

    private func current(_ type: Any.Type) throws -> JSON {
        guard !isAtEnd else {
            let problem = "the array has only \(elements.count) elements"
            throw DecodingError.valueNotFound(type, .init(codingPath: currentPath, debugDescription: problem))
        }
        return elements[currentIndex]
    }

    private func currentDecoder(_ type: Any.Type) throws -> JSONValueDecoder {
        JSONValueDecoder(json: try current(type), codingPath: currentPath)
    }
}

struct JSONKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let codingPath: [any CodingKey]
    private let keys: [String]
    // A dictionary of 100,000 keys is decoded key by key, so the linear lookup of JSONObject will not do.
    private let values: [String: JSON]

    var allKeys: [Key] { keys.compactMap { Key(stringValue: $0) } }

    init(_ object: JSONObject, codingPath: [any CodingKey]) {
        self.codingPath = codingPath
        keys = object.keys
        values = Dictionary(object.map { ($0.key, $0.value) }) { first, _ in first }
    }

    func contains(_ key: Key) -> Bool {
        values[key.stringValue] != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try value(forKey: key) == .null
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try decodedValue(type, from: try value(forKey: key), at: codingPath + [key])
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder {
        let json = values[AnyCodingKey.forSuper.stringValue] ?? .null
        return JSONValueDecoder(json: json, codingPath: codingPath + [AnyCodingKey.forSuper])
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try decoder(forKey: key)
    }

    private func value(forKey key: Key) throws -> JSON {
        guard let value = values[key.stringValue] else {
            let problem = "the object has no key \"\(key.stringValue)\""
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: problem))
        }
        return value
    }

    private func decoder(forKey key: Key) throws -> JSONValueDecoder {
        JSONValueDecoder(json: try value(forKey: key), codingPath: codingPath + [key])
    }
}
