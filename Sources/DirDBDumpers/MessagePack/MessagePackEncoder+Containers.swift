import DirDB

struct MessagePackSingleEncoding: SingleValueEncodingContainer {
    let slot: MessagePackSlot
    let trail: CodingTrail
    var codingPath: [any CodingKey] { trail.path }

    func encodeNil() {
        slot.becomeSingle()
        slot.output.appendNil()
    }

    func encode(_ value: some Encodable) throws {
        slot.becomeSingle()
        try appendEncoded(value, to: slot.output, depth: slot.depth + 1, trail)
    }
}

struct MessagePackUnkeyedEncoding: UnkeyedEncodingContainer {
    let slot: MessagePackSlot
    let trail: CodingTrail
    var codingPath: [any CodingKey] { trail.path }
    var count: Int { slot.count }

    func encodeNil() {
        slot.begin()
        slot.output.appendNil()
    }

    func encode(_ value: some Encodable) throws {
        let index = count
        slot.begin()
        let start = slot.output.count
        do { try appendEncoded(value, to: slot.output, depth: slot.depth + 1, .index(index, trail)) } catch {
            slot.cancel(from: start)
            throw error
        }
    }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        nestedEncoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        nestedEncoder().unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        nestedEncoder()
    }

    private func nestedEncoder() -> MessagePackEncoder {
        let trail = CodingTrail.index(count, trail)
        slot.begin()
        return MessagePackEncoder(slot: slot.nestedSlot(), trail: trail)
    }
}

struct MessagePackKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: MessagePackSlot
    let trail: CodingTrail
    var codingPath: [any CodingKey] { trail.path }

    func encodeNil(forKey key: Key) throws {
        begin(key)
        slot.output.appendNil()
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        let start = slot.output.count
        begin(key)
        do { try appendEncoded(value, to: slot.output, depth: slot.depth + 1, .key(key, trail)) } catch {
            slot.cancel(from: start)
            throw error
        }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        nestedEncoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nestedEncoder(forKey: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        nestedEncoder(forKey: AnyCodingKey.forSuper)
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        nestedEncoder(forKey: key)
    }

    private func nestedEncoder(forKey key: any CodingKey) -> MessagePackEncoder {
        let nested = slot.nestedSlot(forKey: key.stringValue) { begin(key) }
        return MessagePackEncoder(slot: nested, trail: .key(key, trail))
    }

    private func begin(_ key: any CodingKey) {
        slot.begin()
        if slot.hasIntegerKeys, let number = key.intValue {
            slot.output.append(Int64(number))
        } else {
            // A key of 4 GiB does not occur; an empty one would be found when it is read.
            try? slot.output.append(key.stringValue)
        }
    }
}
