public import DirDB

extension JSON {
    /// Creates the JSON form of a value.
    ///
    /// A type that encodes nothing at all becomes an empty object.
    ///
    /// - Parameter value: The value to convert.
    /// - Throws: What the value's `encode(to:)` throws.
    /// - Complexity: O(*n*) in the size of the value.
    public init(encoding value: some Encodable) throws {
        let sink = JSONSink()
        try sink.encode(value, depth: 0, .top)
        self = sink.values[0]
    }

    /// Creates a value from its JSON form.
    ///
    /// Integer types are read from integers only, floating-point types from integers and reals.
    ///
    /// - Parameter type: The type of the value.
    /// - Returns: The value.
    /// - Throws: `DecodingError` with the coding path if the JSON does not fit the type.
    /// - Complexity: O(*n*) in the size of the JSON.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try JSONSource(self).decode(type, at: 0, .top)
    }
}

// For encoders and decoders other than those of this module, which pass JSON through as it is.
extension JSON: Codable {
    /// Creates a value from any decoder; whether `1.0` is a real is up to the decoder.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` if the decoder offers nothing that JSON can express.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: AnyCodingKey.self) {
            self = .object(
                JSONObject(
                    try container.allKeys.map {
                        ($0.stringValue, try container.decode(JSON.self, forKey: $0))
                    }))
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSON] = []
            while !container.isAtEnd { elements.append(try container.decode(JSON.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = JSON(value)
        } else if let value = try? container.decode(Double.self) {
            self = .real(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Writes the value into any encoder.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
            return
        case .object(let object):
            var container = encoder.container(keyedBy: AnyCodingKey.self)
            for (key, value) in object { try container.encode(value, forKey: AnyCodingKey(stringValue: key)) }
            return
        default:
            break
        }
        var container = encoder.singleValueContainer()
        switch self {
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .largeInteger(let value):
            guard let number = UInt64(value.text) else {
                let problem = "\(value.text) is beyond the integers that every encoder knows"
                throw EncodingError.invalidValue(
                    self, .init(codingPath: encoder.codingPath, debugDescription: problem))
            }
            try container.encode(number)
        case .real(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        default: try container.encodeNil()
        }
    }
}
