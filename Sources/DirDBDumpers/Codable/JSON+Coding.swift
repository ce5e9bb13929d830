import DirDB

/// JSON values that are being put together; those of an object each after its key.
final class JSONSink: EncodingSink {
    let deepest = Int.max
    private(set) var values: [JSON] = []
    var count: Int { values.count }

    func truncate(to position: Int) { values.removeSubrange(position...) }

    func appendNil() { values.append(.null) }

    func appendKey(_ key: any CodingKey, isInteger: Bool) { values.append(.string(key.stringValue)) }

    func append<T>(whole value: T) -> Appended {
        guard let scalar = value as? any JSONScalar else { return .inParts(hasIntegerKeys: false) }
        values.append(scalar.json)
        return .whole
    }

    func open() {}

    func close(isMap: Bool, count: Int, from start: Int) {
        let parts = values[start...]
        let pairs = stride(from: start, to: isMap ? values.endIndex : start, by: 2).lazy.map { index in
            (parts[index].asString ?? "", parts[index + 1])
        }
        let whole = isMap ? JSON.object(JSONObject(pairs)) : .array(Array(parts))
        values.replaceSubrange(start..., with: CollectionOfOne(whole))
    }

    func makeNested() -> any EncodingSink { JSONSink() }

    func insert(_ nested: [(position: Int, content: any EncodingSink)]) {
        var merged: [JSON] = []
        var done = 0
        for case (let position, let content as JSONSink) in nested {
            merged += values[done..<position] + content.values
            done = position
        }
        values.replaceSubrange(..<done, with: merged)
    }
}

/// JSON, its values numbered in the order in which they are written.
final class JSONSource: DecodingSource {
    private var values: [(json: JSON, end: Int)] = []

    init(_ json: JSON) { append(json) }

    private func append(_ json: JSON) {
        let position = values.count
        values.append((json, 0))
        switch json {
        case .array(let elements): elements.forEach(append)
        case .object(let object): object.values.forEach(append)
        default: break
        }
        values[position].end = values.count
    }

    func isNil(at position: Int) -> Bool { values[position].json == .null }

    func kind(at position: Int) -> String {
        switch values[position].json {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .largeInteger: "an integer"
        case .real: "a real"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    func whole<T>(_ type: T.Type, at position: Int) throws(CodingFailure) -> Found<T> {
        guard let scalar = type as? any JSONScalar.Type else { return .inParts }
        return try (scalar.init(json: values[position].json) as? T).map { .value($0) } ?? .otherKind
    }

    func array(at position: Int) -> (count: Int, first: Int)? {
        guard case .array(let elements) = values[position].json else { return nil }
        return (elements.count, position + 1)
    }

    func map(at position: Int) -> JSONMap? {
        guard case .object(let object) = values[position].json else { return nil }
        var place = position + 1
        let places = object.keys.map { key in
            defer { place = values[place].end }
            return (key, place)
        }
        return JSONMap(names: object.keys, places: Dictionary(places) { first, _ in first })
    }

    func end(ofValueAt position: Int) -> Int { values[position].end }
}

struct JSONMap: DecodingMap {
    let kind = "object"
    let names: [String]
    // Of 100,000 keys each is looked up, so that one after the other will not do.
    let places: [String: Int]

    func keys<Key: CodingKey>(_ type: Key.Type) -> [Key] { names.compactMap { Key(stringValue: $0) } }

    func find(_ name: String, _ number: Int?) -> Int? { places[name] }
}
