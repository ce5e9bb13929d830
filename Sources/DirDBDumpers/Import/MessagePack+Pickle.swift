/// Something that msgpack would not give back as it is.
struct MessagePackLack: Error {
    /// What it is, with its article.
    let kind: String
}

extension MessagePack {
    /// The value of a pickle that consists of what both formats have; arrays of numbers become extensions of the type
    /// ``numericArrayType``.
    /// - Throws: When part of it would come back as something else, such as a tuple as an array, or not at all, such as a
    ///   key that is not a string.
    init(exactly value: PickleValue) throws(MessagePackLack) {
        switch value {
        case .none: self = .nil
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .string(let text): self = .string(text)
        case .bytes(let bytes): self = .binary(bytes)
        case .array(let array): self = Self.blob(array)
        case .list(let values):
            var elements: [MessagePack] = []
            for value in values { elements.append(try MessagePack(exactly: value)) }
            self = .array(elements)
        case .dict(let pairs):
            var kept: [Pair] = []
            var keys: Set<String> = []
            for pair in pairs {
                guard case .string(let key) = pair.key else {
                    throw MessagePackLack(kind: "a dict with a key of type \(pair.key.kind)")
                }
                guard keys.insert(key).inserted else {
                    throw MessagePackLack(kind: "a dict with a repeated key")
                }
                kept.append(Pair(.string(key), try MessagePack(exactly: pair.value)))
            }
            self = .map(kept)
        case .complex, .tuple, .set, .frozenSet: throw MessagePackLack(kind: "a \(value.kind)")
        }
    }

    private static func blob<Array: NumpyArray>(_ array: Array) -> MessagePack {
        array.withElements { elements in
            .ext(
                type: numericArrayType,
                NumericArrayBlob.header(
                    typeString: Array.Element.numpyTypeString, shape: array.shape)
                    + UnsafeRawBufferPointer(elements))
        }
    }
}
