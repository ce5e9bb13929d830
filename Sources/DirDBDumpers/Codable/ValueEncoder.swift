/// The place into which one value is encoded; shared by all containers that are handed out for it.
///
/// Its parts go straight to the sink. Nested containers may be filled in any order, so that each has its own sink
/// until the value is complete.
final class ValueEncoder: Encoder, SingleValueEncodingContainer {
    private enum Shape {
        case single, array, map
    }

    let sink: any EncodingSink
    private let depth: Int
    private let trail: CodingTrail
    private let hasIntegerKeys: Bool
    private let start: Int
    private(set) var count = 0
    private var shape: Shape?
    private var nested: [(position: Int, encoder: ValueEncoder)] = []
    private var nestedByKey: [String: ValueEncoder] = [:]

    var codingPath: [any CodingKey] { trail.path }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ sink: any EncodingSink, depth: Int, _ trail: CodingTrail, hasIntegerKeys: Bool = false) {
        self.sink = sink
        self.depth = depth
        self.trail = trail
        self.hasIntegerKeys = hasIntegerKeys
        start = sink.count
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        become(.map)
        return KeyedEncodingContainer(KeyedEncoding(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        become(.array)
        return UnkeyedEncoding(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() {
        becomeSingle()
        sink.appendNil()
    }

    func encode(_ value: some Encodable) throws {
        becomeSingle()
        do { try sink.encode(value, depth: depth + 1, trail) } catch {
            shape = nil
            throw error
        }
    }

    // MARK: Parts: elements, which have no key, and pairs

    func appendNil(_ key: (any CodingKey)?) {
        begin(key)
        sink.appendNil()
    }

    func append(_ value: some Encodable, _ key: (any CodingKey)?) throws {
        let (index, position) = (count, sink.count)
        begin(key)
        do { try sink.encode(value, depth: depth + 1, place(key, index)) } catch {
            sink.truncate(to: position)
            count -= 1
            throw error
        }
    }

    /// The encoder of a nested container; of a key that is asked for again, as by a subclass, it is the same.
    func nestedEncoder(_ key: (any CodingKey)?) -> ValueEncoder {
        if let key, let encoder = nestedByKey[key.stringValue] { return encoder }
        let encoder = ValueEncoder(sink.makeNested(), depth: depth + 1, place(key, count))
        begin(key)
        nested.append((sink.count, encoder))
        if let key { nestedByKey[key.stringValue] = encoder }
        return encoder
    }

    /// Completes the value.
    func finish() {
        for (_, encoder) in nested { encoder.finish() }
        if !nested.isEmpty { sink.insert(nested.map { ($0.position, $0.encoder.sink) }) }
        if shape == .single { return }
        // A type that encodes nothing at all is an empty map.
        if shape == nil { sink.open() }
        sink.close(isMap: shape != .array, count: count, from: start)
    }

    private func begin(_ key: (any CodingKey)?) {
        count += 1
        if let key { sink.appendKey(key, isInteger: hasIntegerKeys) }
    }

    private func place(_ key: (any CodingKey)?, _ index: Int) -> CodingTrail {
        key.map { .key($0, trail) } ?? .index(index, trail)
    }

    // The protocols leave no way to throw here, and the standard encoders stop as well.

    private func becomeSingle() {
        precondition(shape == nil, "a second value is encoded in the place of the first")
        shape = .single
    }

    private func become(_ shape: Shape) {
        precondition(self.shape ?? shape == shape, "one value is encoded with containers of different kinds")
        if self.shape == nil { sink.open() }
        self.shape = shape
    }
}

struct UnkeyedEncoding: UnkeyedEncodingContainer {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.count }

    func encodeNil() { encoder.appendNil(nil) }

    func encode(_ value: some Encodable) throws { try encoder.append(value, nil) }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        encoder.nestedEncoder(nil).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        encoder.nestedEncoder(nil).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.nestedEncoder(nil) }
}

struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) { encoder.appendNil(key) }

    func encode(_ value: some Encodable, forKey key: Key) throws { try encoder.append(value, key) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder.nestedEncoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.nestedEncoder(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.nestedEncoder(AnyCodingKey.forSuper) }

    func superEncoder(forKey key: Key) -> any Encoder { encoder.nestedEncoder(key) }
}
