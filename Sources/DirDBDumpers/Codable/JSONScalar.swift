import DirDB

/// A type which is one JSON value and needs no container in between.
///
/// The containers of the encoder and the decoder ask for it first, so that each has one generic method
/// instead of the fourteen of the standard library's protocols.
protocol JSONScalar: Codable {
    func scalarJSON(at path: [any CodingKey]) throws -> JSON
    init(scalar json: JSON, at path: [any CodingKey]) throws
}

extension JSON: JSONScalar {
    func scalarJSON(at path: [any CodingKey]) -> JSON { self }

    init(scalar json: JSON, at path: [any CodingKey]) {
        self = json
    }
}

extension Bool: JSONScalar {
    func scalarJSON(at path: [any CodingKey]) -> JSON { .bool(self) }

    init(scalar json: JSON, at path: [any CodingKey]) throws {
        guard case .bool(let value) = json else { throw DecodingError.mismatch(Bool.self, json, at: path) }
        self = value
    }
}

extension String: JSONScalar {
    func scalarJSON(at path: [any CodingKey]) -> JSON { .string(self) }

    init(scalar json: JSON, at path: [any CodingKey]) throws {
        guard case .string(let value) = json else {
            throw DecodingError.mismatch(String.self, json, at: path)
        }
        self = value
    }
}

extension JSONScalar where Self: BinaryFloatingPoint {
    func scalarJSON(at path: [any CodingKey]) -> JSON { .real(Double(self)) }

    init(scalar json: JSON, at path: [any CodingKey]) throws {
        guard let number = json.asDouble else { throw DecodingError.mismatch(Self.self, json, at: path) }
        let value = Self(number)
        guard value.isFinite || !number.isFinite else {
            throw DecodingError.doesNotFit(Self.self, json, at: path)
        }
        self = value
    }
}

extension JSONScalar where Self: FixedWidthInteger {
    func scalarJSON(at path: [any CodingKey]) -> JSON { JSON(self) }

    init(scalar json: JSON, at path: [any CodingKey]) throws {
        let value: Self?
        switch json {
        case .integer(let number): value = Self(exactly: number)
        case .largeInteger(let number): value = Self(number.text)
        default: throw DecodingError.mismatch(Self.self, json, at: path)
        }
        guard let value else { throw DecodingError.doesNotFit(Self.self, json, at: path) }
        self = value
    }
}

extension Double: JSONScalar {}
extension Float: JSONScalar {}
extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension Int128: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
extension UInt128: JSONScalar {}

extension DecodingError {
    /// The value is null or of another kind than the type asked for.
    static func mismatch(_ type: Any.Type, _ json: JSON, at path: [any CodingKey]) -> DecodingError {
        let kind =
            switch json {
            case .null: "null"
            case .bool: "a boolean"
            case .integer, .largeInteger: "an integer"
            case .real: "a real"
            case .string: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        let context = Context(codingPath: path, debugDescription: "expected \(type), found \(kind)")
        return json == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    fileprivate static func doesNotFit(
        _ type: Any.Type, _ json: JSON, at path: [any CodingKey]
    ) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: "\(json) is beyond the range of \(type)"))
    }
}
