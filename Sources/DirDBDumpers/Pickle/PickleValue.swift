public import ComplexModule
public import DirDB
public import RealModule

/// A Python value as pickles hold it: plain values, containers and numpy arrays.
///
///     try entry.put(["loss": 0.25, "tags": ["a", "b"], "x": .array(x)] as PickleValue)
///     let value: PickleValue = try entry.get()
///     let x = try value["x"]?.array(of: Double.self)
///
/// A numpy scalar is read as a plain number, and a `bytearray` as bytes: they are written as such.
public enum PickleValue: Sendable {
    /// `None`.
    case none
    /// A `bool`.
    case bool(Bool)
    /// An `int` that fits into 64 bits; any other is an error.
    case int(Int64)
    /// A `float`.
    case double(Double)
    /// A `complex`.
    indirect case complex(Complex<Double>)
    /// A `str`.
    case string(String)
    /// A `bytes`.
    case bytes([UInt8])
    /// A `list`.
    case list([PickleValue])
    /// A `tuple`.
    case tuple([PickleValue])
    /// A `dict`, in the order of its keys; of two pairs with one key, Python takes the last.
    case dict([Pair])
    /// A `set`, in any order.
    case set([PickleValue])
    /// A `frozenset`, in any order.
    case frozenSet([PickleValue])
    /// A `numpy.ndarray` of any type of numbers.
    indirect case array(any NumpyArray)

    /// A key of a dict and its value.
    public struct Pair: Hashable, Sendable {
        /// The key: anything but a list, a dict, a set or an array.
        public let key: PickleValue
        /// The value.
        public var value: PickleValue

        /// Creates a pair.
        public init(_ key: PickleValue, _ value: PickleValue) {
            self.key = key
            self.value = value
        }
    }
}

extension PickleValue: Storable {
    /// A Python value is stored as a pickle.
    public static var defaultDumper: PickleDumper { PickleDumper() }
}

// MARK: Access

extension PickleValue {
    /// The value of a dict's key that is a string; nil when there is none, or it is no dict.
    ///
    /// - Complexity: O(*n*) in the number of keys.
    public subscript(key: String) -> PickleValue? {
        guard case .dict(let pairs) = self else { return nil }
        return pairs.last { $0.key.asString == key }?.value
    }

    /// The element of a list or tuple; nil when there is none.
    public subscript(index: Int) -> PickleValue? {
        guard let elements = asElements, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The elements of a list, tuple, set or frozenset; nil for anything else.
    public var asElements: [PickleValue]? {
        switch self {
        case .list(let elements), .tuple(let elements), .set(let elements), .frozenSet(let elements): elements
        default: nil
        }
    }

    /// The text; nil when it is no string.
    public var asString: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer; nil when it is none.
    public var asInt: Int? {
        if case .int(let value) = self { Int(exactly: value) } else { nil }
    }

    /// The real number, converted if it is an integer; nil when it is neither.
    public var asDouble: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        default: nil
        }
    }

    /// The truth value; nil when it is none.
    public var asBool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The array.
    ///
    /// - Throws: `.formatMismatch` when it is no array, or its elements are of another type.
    /// - Complexity: O(1); O(*n*) when `Int` is asked for as `Int64`, or `UInt` as `UInt64`.
    public func array<Element: NumpyElement>(
        of type: Element.Type = Element.self
    ) throws(DirDBError) -> NDArray<Element> {
        guard case .array(let array) = self else {
            throw .formatMismatch("the value", found: kind, asked: "\(NDArray<Element>.self)")
        }
        guard let typed = array.asArray(of: type) else {
            throw .formatMismatch(
                "the value", found: "\(array.dtype) elements", asked: "\(NDArray<Element>.self)")
        }
        return typed
    }

    /// The name of the value's type in Python.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "bool"
        case .int: "int"
        case .double: "float"
        case .complex: "complex"
        case .string: "str"
        case .bytes: "bytes"
        case .list: "list"
        case .tuple: "tuple"
        case .dict: "dict"
        case .set: "set"
        case .frozenSet: "frozenset"
        case .array: "numpy.ndarray"
        }
    }

    /// Whether Python lets it be in a set or be a key.
    var isHashable: Bool {
        switch self {
        case .list, .dict, .set, .array: false
        case .tuple(let elements): elements.allSatisfy(\.isHashable)
        default: true
        }
    }
}
