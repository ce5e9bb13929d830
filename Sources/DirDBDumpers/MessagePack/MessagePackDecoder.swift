/// Reads the value at a position.
func decodedValue<T: Decodable>(
    _ type: T.Type, _ input: MessagePackInput, at position: Int, _ trail: @autoclosure () -> CodingTrail
) throws -> T {
    if let value = try decodedCommon(type, input, at: position) { return value }
    if input.containerTypes.contains(type) {
        return try T(from: MessagePackDecoder(input: input, position: position, trail: trail()))
    }
    guard let atom = type as? any MessagePackAtom.Type else {
        input.containerTypes.insert(type)
        return try T(from: MessagePackDecoder(input: input, position: position, trail: trail()))
    }
    var cursor = input.cursor(at: position)
    let header: MessagePackHeader
    do throws(MessagePackFailure) {
        header = try cursor.next()
        if let value = try atom.init(atom: header, &cursor) as? T { return value }
    } catch {
        throw DecodingError.dataCorrupted(
            .init(codingPath: trail().path, debugDescription: error.cause))
    }
    switch header {
    case .array, .map:
        // What another library wrote element by element is read so.
        guard atom is any ElementwiseDecodable.Type else { break }
        return try T(from: MessagePackDecoder(input: input, position: position, trail: trail()))
    default: break
    }
    throw DecodingError.mismatch(type, header.kind, at: trail())
}

/// Reads a value of one of the most common types; nil for others, and for a value of another kind.
@inline(__always)
private func decodedCommon<T>(_ type: T.Type, _ input: MessagePackInput, at position: Int) throws -> T? {
    guard type == String.self || type == Int.self || type == Double.self || type == Bool.self else {
        return nil
    }
    var cursor = input.cursor(at: position)
    switch try? cursor.next() {
    case .string(let count) where type == String.self:
        return (try? cursor.string(count)).map { unsafeBitCast($0, to: type) }
    case .int(let value) where type == Int.self: return unsafeBitCast(Int(value), to: type)
    case .double(let value) where type == Double.self: return unsafeBitCast(value, to: type)
    case .bool(let value) where type == Bool.self: return unsafeBitCast(value, to: type)
    default: return nil
    }
}

/// An array, which is one value here and may be several elsewhere.
private protocol ElementwiseDecodable {}

extension Array: ElementwiseDecodable where Element: NumpyElement {}
extension NDArray: ElementwiseDecodable {}

extension DecodingError {
    /// The value is nil or of another kind than the type asked for.
    static func mismatch(_ type: Any.Type, _ kind: String, at trail: CodingTrail) -> DecodingError {
        let context = Context(codingPath: trail.path, debugDescription: "expected \(type), found \(kind)")
        return kind == "nil" ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

struct MessagePackDecoder: Decoder {
    let input: MessagePackInput
    let position: Int
    let trail: CodingTrail
    var codingPath: [any CodingKey] { trail.path }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try MessagePackKeyedDecoding(input, at: position, trail))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try MessagePackUnkeyedDecoding(input, at: position, trail)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        MessagePackSingleDecoding(input: input, position: position, trail: trail)
    }
}

struct MessagePackSingleDecoding: SingleValueDecodingContainer {
    let input: MessagePackInput
    let position: Int
    let trail: CodingTrail
    var codingPath: [any CodingKey] { trail.path }

    func decodeNil() -> Bool { input.isNil(at: position) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try decodedValue(type, input, at: position, trail)
    }
}

extension MessagePackInput {
    func isNil(at position: Int) -> Bool { position < bytes.count && bytes[position] == 0xC0 }

    /// Where the value after the one at this position begins.
    func end(ofValueAt position: Int, _ trail: @autoclosure () -> CodingTrail) throws -> Int {
        var cursor = cursor(at: position)
        do throws(MessagePackFailure) { try cursor.skip() } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: trail().path, debugDescription: error.cause))
        }
        return cursor.position
    }

    /// The header of a value and where it ends.
    func header(
        at position: Int, _ trail: @autoclosure () -> CodingTrail
    ) throws -> (header: MessagePackHeader, end: Int) {
        var cursor = cursor(at: position)
        do throws(MessagePackFailure) { return (try cursor.next(), cursor.position) } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: trail().path, debugDescription: error.cause))
        }
    }
}
