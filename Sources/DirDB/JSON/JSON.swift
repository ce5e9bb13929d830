/// A JSON value, the content of an entry's metadata.
///
/// Integers and reals are different values: `1` and `1.0` are not equal, and each is written back as it was
/// read. Strings compare as Swift strings do, up to canonical equivalence; keys by their bytes. Members are
/// reached by name, `meta.stats.max`, or by subscript, `meta["key"]` and `meta[0]`; what is missing reads
/// as ``null``.
@dynamicMemberLookup
public enum JSON: Hashable, Sendable {
    /// The value `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent.
    case integer(Int64)
    /// A number without fraction and exponent that `Int64` cannot hold.
    case largeInteger(LargeInteger)
    /// A number with fraction or exponent; NaN and the infinities are possible, as in Python's json.
    case real(Double)
    /// A text.
    case string(String)
    /// A list of values.
    case array([JSON])
    /// Named values in the order of insertion.
    case object(JSONObject)
}

extension JSON {
    /// How deeply arrays and objects may be nested in a text that is read or written.
    ///
    /// Releasing, comparing and converting a value recurses once per level; a value without bound would
    /// overflow the stack of a worker thread.
    static let nestingLimit = 500
}

// `debugDescription` and not `description`: print(_:) is as content with it, and "description" stays free
// as the name of a metadata key.
extension JSON: CustomDebugStringConvertible {
    /// The value as JSON text, for printing; use ``serialized(isStrict:)`` for text that is stored.
    public var debugDescription: String {
        do {
            return try serialized()
        } catch {
            return "<\(error.message)>"
        }
    }
}

extension JSON: ExpressibleByNilLiteral {
    /// Creates ``null``.
    public init(nilLiteral: ()) {
        self = .null
    }
}

extension JSON: ExpressibleByBooleanLiteral {
    /// Creates a ``bool(_:)``.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}

extension JSON: ExpressibleByIntegerLiteral {
    /// Creates an ``integer(_:)``.
    public init(integerLiteral value: Int64) {
        self = .integer(value)
    }
}

extension JSON: ExpressibleByFloatLiteral {
    /// Creates a ``real(_:)``.
    public init(floatLiteral value: Double) {
        self = .real(value)
    }
}

extension JSON: ExpressibleByStringInterpolation {
    /// Creates a ``string(_:)``.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension JSON: ExpressibleByArrayLiteral {
    /// Creates an ``array(_:)``.
    public init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }
}

extension JSON: ExpressibleByDictionaryLiteral {
    /// Creates an ``object(_:)``; the last of several values of a key wins.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements))
    }
}

extension JSON {
    /// Creates an integer of any size.
    public init(_ value: some FixedWidthInteger) {
        self =
            Int64(exactly: value).map(JSON.integer) ?? LargeInteger(String(value)).map(JSON.largeInteger)
            ?? .null
    }
}

/// An integer beyond the range of `Int64`, kept to the last digit, such as the entropy of numpy's SeedSequence.
public struct LargeInteger: Hashable, Sendable {
    /// The decimal digits without leading zeros, after a minus where it is negative.
    public let text: String

    /// Creates the integer that a text spells as JSON does.
    ///
    /// It is nil for any other text, and for an integer that `Int64` holds.
    /// - Parameter text: Decimal digits without leading zeros, after a minus where it is negative.
    /// - Complexity: O(*n*) in the number of digits.
    public init?(_ text: String) {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        guard text.utf8.count - digits.count <= 1, digits.count >= 19, digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), Int64(text) == nil
        else { return nil }
        self.text = text
    }

    /// The nearest number, an infinity beyond 1.8e308.
    public var rounded: Double { Double(text) ?? .nan }
}
