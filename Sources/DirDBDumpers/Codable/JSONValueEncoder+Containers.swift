import DirDB

struct JSONSingleEncoding: SingleValueEncodingContainer {
    let slot: JSONEncodingSlot
    let codingPath: [any CodingKey]

    func encodeNil() {
        slot.set(.null)
    }

    func encode(_ value: some Encodable) throws {
        slot.set(try encodedJSON(value, at: codingPath))
    }
}

struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let slot: JSONEncodingSlot
    let codingPath: [any CodingKey]
    var count: Int { slot.count }

    func encodeNil() {
        slot.append(.null)
    }

    func encode(_ value: some Encodable) throws {
        slot.append(try encodedJSON(value, at: codingPath + [AnyCodingKey(intValue: count)]))
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

    private func nestedEncoder() -> JSONValueEncoder {
        let path = codingPath + [AnyCodingKey(intValue: count)]
        return JSONValueEncoder(slot: slot.appendSlot(), codingPath: path)
    }
}

struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: JSONEncodingSlot
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) {
        slot.append(.null, forKey: key.stringValue)
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        slot.append(try encodedJSON(value, at: codingPath + [key]), forKey: key.stringValue)
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

    private func nestedEncoder(forKey key: any CodingKey) -> JSONValueEncoder {
        JSONValueEncoder(slot: slot.slot(forKey: key.stringValue), codingPath: codingPath + [key])
    }
}
