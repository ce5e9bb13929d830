import ComplexModule

extension MessagePack {
    /// The value of a pickle: tuples and sets become arrays, numpy arrays and complex numbers extensions of the type
    /// ``numericArrayType``.
    init(_ value: PickleValue) {
        switch value {
        case .none: self = .nil
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .complex(let value):
            self = Self.blob(typeString: "<c16", shape: [], [value.real, value.imaginary])
        case .string(let text): self = .string(text)
        case .bytes(let bytes): self = .binary(bytes)
        case .list(let values), .tuple(let values), .set(let values), .frozenSet(let values):
            self = .array(values.map { MessagePack($0) })
        case .dict(let pairs):
            self = .map(pairs.map { Pair(MessagePack($0.key), MessagePack($0.value)) })
        case .array(let array): self = Self.blob(array)
        }
    }

    private static func blob<Array: NumpyArray>(_ array: Array) -> MessagePack {
        array.withElements { elements in
            bytes(
                typeString: Array.Element.numpyTypeString, shape: array.shape,
                UnsafeRawBufferPointer(elements))
        }
    }

    private static func blob(typeString: String, shape: [Int], _ numbers: [Double]) -> MessagePack {
        numbers.withUnsafeBytes { bytes(typeString: typeString, shape: shape, $0) }
    }

    private static func bytes(
        typeString: String, shape: [Int], _ elements: UnsafeRawBufferPointer
    ) -> MessagePack {
        .ext(
            type: numericArrayType,
            NumericArrayBlob.header(typeString: typeString, shape: shape) + elements)
    }
}
