// Arrays of numbers are one value each: bytes as binary, others as the extension of numeric arrays.

extension Array: MessagePackAtom where Element: NumpyElement {
    func append(to output: MessagePackOutput) throws(CodingFailure) {
        let array = NDArray(self)
        if Element.self == UInt8.self {
            try output.appendBinaryHeader(count)
            output.append(elementsOf: array)
        } else {
            try output.append(array)
        }
    }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        switch header {
        case .binary(let count) where Element.self == UInt8.self:
            let bytes = cursor.content(count)
            self.init(unsafeUninitializedCapacity: count) { buffer, initializedCount in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
                initializedCount = count
            }
        case .ext(MessagePack.numericArrayType, _):
            guard let array = try NDArray<Element>(atom: header, &cursor) else { return nil }
            guard array.shape.count == 1 else {
                throw CodingFailure(cause: "an array of shape \(array.shape.tupleText) is not a list")
            }
            self = array.elements
        case .array(let count):
            guard let number = Element.self as? any MessagePackNumber.Type else { return nil }
            guard let numbers = try Self.list(of: number, count, &cursor) as? [Element] else { return nil }
            self = numbers
        default: return nil
        }
    }

    /// As `Any`, because a cast between types of arrays goes element by element.
    private static func list<Number: MessagePackNumber>(
        of type: Number.Type, _ count: Int, _ cursor: inout MessagePackCursor
    ) throws(CodingFailure) -> Any? {
        try type.list(count, &cursor)
    }
}

extension NDArray: MessagePackAtom {
    func append(to output: MessagePackOutput) throws(CodingFailure) { try output.append(self) }

    init?(atom header: MessagePackHeader, _ cursor: inout MessagePackCursor) throws(CodingFailure) {
        guard case .ext(MessagePack.numericArrayType, let count) = header else { return nil }
        let bytes = cursor.content(count)
        let blob = try NumericArrayBlob(bytes)
        guard let asked = Element.dtype, blob.dtype.hasElements(of: asked) else {
            throw CodingFailure(
                cause: "the array has \(blob.dtype.name) elements and not those of \(NDArray.self)")
        }
        self = blob.array(Element.self, in: bytes)
    }
}

/// For encoders and decoders other than that of MessagePack, which keeps arrays as one value.
extension NDArray: Codable where Element: Codable {
    private enum CodingKeys: String, CodingKey {
        case shape, elements
    }

    /// Reads shape and elements.
    /// - Throws: `DecodingError`; `.invalidArgument` when they do not fit together.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            shape: try container.decode([Int].self, forKey: .shape),
            elements: try container.decode([Element].self, forKey: .elements))
    }

    /// Writes shape and elements.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(shape, forKey: .shape)
        try container.encode(elements, forKey: .elements)
    }
}
