import DirDB

/// A type which is one JSON value and needs no container in between.
///
/// The encoder and the decoder ask for it first, so that each container has one generic method instead of the fourteen
/// of the standard library's protocols.
protocol JSONScalar {
    var json: JSON { get }

    /// Creates a value; nil from JSON of another kind.
    init?(json: JSON) throws(CodingFailure)
}

extension JSON: JSONScalar {
    var json: JSON { self }

    init(json: JSON) { self = json }
}

extension Bool: JSONScalar {
    var json: JSON { .bool(self) }

    init?(json: JSON) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }
}

extension String: JSONScalar {
    var json: JSON { .string(self) }

    init?(json: JSON) {
        guard case .string(let value) = json else { return nil }
        self = value
    }
}

extension JSONScalar where Self: BinaryFloatingPoint {
    var json: JSON { .real(Double(self)) }

    init?(json: JSON) throws(CodingFailure) {
        guard let number = json.asDouble else { return nil }
        self = Self(number)
        guard isFinite || !number.isFinite else { throw .beyond(Self.self, json) }
    }
}

extension JSONScalar where Self: FixedWidthInteger {
    var json: JSON { JSON(self) }

    init?(json: JSON) throws(CodingFailure) {
        let value: Self?
        switch json {
        case .integer(let number): value = Self(exactly: number)
        case .largeInteger(let number): value = Self(number.text)
        default: return nil
        }
        guard let value else { throw .beyond(Self.self, json) }
        self = value
    }
}

extension CodingFailure {
    fileprivate static func beyond(_ type: Any.Type, _ json: JSON) -> CodingFailure {
        CodingFailure(cause: "\(json) is beyond the range of \(type)")
    }
}

// What both formats have as one value.
extension Double: JSONScalar, MessagePackNumber {}
extension Float: JSONScalar, MessagePackNumber {}
extension Int: JSONScalar, MessagePackNumber {}
extension Int8: JSONScalar, MessagePackNumber {}
extension Int16: JSONScalar, MessagePackNumber {}
extension Int32: JSONScalar, MessagePackNumber {}
extension Int64: JSONScalar, MessagePackNumber {}
extension Int128: JSONScalar, MessagePackNumber {}
extension UInt: JSONScalar, MessagePackNumber {}
extension UInt8: JSONScalar, MessagePackNumber {}
extension UInt16: JSONScalar, MessagePackNumber {}
extension UInt32: JSONScalar, MessagePackNumber {}
extension UInt64: JSONScalar, MessagePackNumber {}
extension UInt128: JSONScalar, MessagePackNumber {}
