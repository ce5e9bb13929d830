/// Appends the MessagePack form of a value.
func appendEncoded<T: Encodable>(
    _ value: T, to output: MessagePackOutput, depth: Int, _ trail: @autoclosure () -> CodingTrail
) throws {
    if try appendCommon(value, to: output) { return }
    let isKnown = output.containerTypes.contains(T.self)
    if !isKnown, let atom = value as? any MessagePackAtom {
        do throws(MessagePackFailure) { try atom.append(to: output) } catch {
            throw EncodingError.invalidValue(
                value, .init(codingPath: trail().path, debugDescription: error.cause))
        }
        return
    }
    let trail = trail()
    guard depth < MessagePackCursor.deepest else {
        let problem = "it is nested deeper than \(MessagePackCursor.deepest)"
        throw EncodingError.invalidValue(value, .init(codingPath: trail.path, debugDescription: problem))
    }
    let slot = MessagePackSlot(output, depth: depth)
    if !isKnown {
        slot.hasIntegerKeys = value is any IntegerKeyed
        if !slot.hasIntegerKeys { output.containerTypes.insert(T.self) }
    }
    let start = output.count
    do { try value.encode(to: MessagePackEncoder(slot: slot, trail: trail)) } catch {
        // Who catches this goes on with something else in its place.
        output.truncate(to: start)
        throw error
    }
    slot.finish()
}

/// Appends a value of one of the most common types; for others false.
///
/// To ask whether a type conforms to a protocol takes longer than to write an integer.
@inline(__always)
private func appendCommon<T>(_ value: T, to output: MessagePackOutput) throws -> Bool {
    if T.self == String.self {
        try output.append(unsafeBitCast(value, to: String.self))
    } else if T.self == Int.self {
        output.append(Int64(unsafeBitCast(value, to: Int.self)))
    } else if T.self == Double.self {
        output.append(unsafeBitCast(value, to: Double.self))
    } else if T.self == Bool.self {
        output.append(unsafeBitCast(value, to: Bool.self))
    } else {
        return false
    }
    return true
}

/// Some types of which it is known that they are not atoms, so that it need not be found out for each value.
struct KnownTypes {
    private var types: [ObjectIdentifier] = []

    func contains(_ type: Any.Type) -> Bool { types.contains(ObjectIdentifier(type)) }

    mutating func insert(_ type: Any.Type) {
        // More would take longer to look through than they save.
        if types.count < 8 { types.append(ObjectIdentifier(type)) }
    }
}

/// A dictionary whose keys are integers and not texts that look like them, which its coding keys do not tell.
private protocol IntegerKeyed {}

extension Dictionary: IntegerKeyed where Key == Int, Value: Encodable {}

/// The place into which one value is encoded; shared by all containers that an encoder hands out for it.
///
/// Its content goes straight to the output, after a byte for the header. When it is complete and the number of
/// elements is known, the header is put there.
final class MessagePackSlot {
    private enum Shape {
        case single, array, map
    }

    let output: MessagePackOutput
    let depth: Int
    var hasIntegerKeys = false
    private(set) var count = 0
    private let start: Int
    private var shape: Shape?
    // Nested containers may be filled in any order, so that each has an output of its own.
    private var nested: [(position: Int, slot: MessagePackSlot)] = []
    private var nestedByKey: [String: MessagePackSlot] = [:]

    init(_ output: MessagePackOutput, depth: Int) {
        self.output = output
        self.depth = depth
        start = output.count
    }

    func becomeSingle() {
        precondition(shape == nil, "a second value is encoded in the place of the first")
        shape = .single
    }

    func becomeArray() { become(.array) }

    func becomeMap() { become(.map) }

    /// Begins an element or, after its key, a value.
    func begin() { count += 1 }

    /// Takes back the element or the pair that was begun at this position.
    func cancel(from position: Int) {
        output.truncate(to: position)
        count -= 1
    }

    /// A slot for a container at this place.
    func nestedSlot() -> MessagePackSlot {
        let slot = MessagePackSlot(MessagePackOutput(capacity: 64), depth: depth + 1)
        nested.append((output.count, slot))
        return slot
    }

    /// The slot of a nested container; asked for again, as by a subclass, it is the same.
    func nestedSlot(forKey key: String, _ beginPair: () throws -> Void) rethrows -> MessagePackSlot {
        if let slot = nestedByKey[key] { return slot }
        try beginPair()
        let slot = nestedSlot()
        nestedByKey[key] = slot
        return slot
    }

    /// Completes the value.
    func finish() {
        for (_, slot) in nested { slot.finish() }
        output.insert(nested.map { ($0.position, $0.slot.output) })
        switch shape {
        case .single: return
        case .array: finish(short: 0x90, 0xDC, 0xDD)
        case .map: finish(short: 0x80, 0xDE, 0xDF)
        case nil: output.appendByte(0x80)
        }
    }

    private func finish(short: UInt8, _ middle: UInt8, _ long: UInt8) {
        if count < 16 { return output.set(short | UInt8(count), at: start) }
        let isLong = count > 0xFFFF
        output.set(isLong ? long : middle, at: start)
        let size = isLong ? UInt32(count).bigEndian : UInt32(count << 16).bigEndian
        withUnsafeBytes(of: size) { bytes in
            output.insert(UnsafeRawBufferPointer(rebasing: bytes[..<(isLong ? 4 : 2)]), at: start + 1)
        }
    }

    // The protocols leave no way to throw here, and the standard encoders stop as well.
    private func become(_ shape: Shape) {
        precondition(self.shape ?? shape == shape, "one value is encoded with containers of different kinds")
        if self.shape == nil { output.appendByte(0) }
        self.shape = shape
    }
}

struct MessagePackEncoder: Encoder {
    let slot: MessagePackSlot
    let trail: CodingTrail
    var codingPath: [any CodingKey] { trail.path }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeMap()
        return KeyedEncodingContainer(MessagePackKeyedEncoding(slot: slot, trail: trail))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeArray()
        return MessagePackUnkeyedEncoding(slot: slot, trail: trail)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        MessagePackSingleEncoding(slot: slot, trail: trail)
    }
}
