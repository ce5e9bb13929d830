import DirDB

/// The JSON form of a value.
func encodedJSON(_ value: some Encodable, at path: [any CodingKey]) throws -> JSON {
    if let scalar = value as? any JSONScalar { return try scalar.scalarJSON(at: path) }
    let slot = JSONEncodingSlot()
    try value.encode(to: JSONValueEncoder(slot: slot, codingPath: path))
    return slot.finished()
}

/// The place into which one value is encoded; shared by all containers that an encoder hands out for it.
final class JSONEncodingSlot {
    private enum Shape {
        case single
        case unkeyed
        case keyed
    }

    private enum Node {
        case value(JSON)
        case slot(JSONEncodingSlot)

        func finished() -> JSON {
            switch self {
            case .value(let value): value
            case .slot(let slot): slot.finished()
            }
        }
    }

    private var shape: Shape?
    private var keys: [String] = []
    private var nodes: [Node] = []
    private var slotsByKey: [String: JSONEncodingSlot] = [:]

    var count: Int { nodes.count }

    func becomeUnkeyed() {
        become(.unkeyed)
    }

    func becomeKeyed() {
        become(.keyed)
    }

    func set(_ value: JSON) {
        precondition(shape == nil, "a second value is encoded in the place of the first")
        shape = .single
        nodes = [.value(value)]
    }

    func append(_ value: JSON) {
        nodes.append(.value(value))
    }

    func append(_ value: JSON, forKey key: String) {
        keys.append(key)
        nodes.append(.value(value))
    }

    func appendSlot() -> JSONEncodingSlot {
        let slot = JSONEncodingSlot()
        nodes.append(.slot(slot))
        return slot
    }

    /// The slot of a nested container; asked for again, as by a subclass, it is the same.
    func slot(forKey key: String) -> JSONEncodingSlot {
        if let slot = slotsByKey[key] { return slot }
        let slot = appendSlot()
        keys.append(key)
        slotsByKey[key] = slot
        return slot
    }

    func finished() -> JSON {
        switch shape {
        case .single: nodes[0].finished()
        case .unkeyed: .array(nodes.map { $0.finished() })
        case .keyed, nil: .object(JSONObject(zip(keys, nodes.lazy.map { $0.finished() })))
        }
    }

    // The protocols leave no way to throw here, and the standard encoders stop as well.
    private func become(_ shape: Shape) {
        precondition(self.shape ?? shape == shape, "one value is encoded with containers of different kinds")
        self.shape = shape
    }
}

struct JSONValueEncoder: Encoder {
    let slot: JSONEncodingSlot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeKeyed()
        return KeyedEncodingContainer(JSONKeyedEncoding(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeUnkeyed()
        return JSONUnkeyedEncoding(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONSingleEncoding(slot: slot, codingPath: codingPath)
    }
}
