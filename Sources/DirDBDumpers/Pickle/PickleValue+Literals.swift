extension PickleValue: ExpressibleByNilLiteral {
    /// Creates ``none``.
    public init(nilLiteral: ()) {
        self = .none
    }
}

extension PickleValue: ExpressibleByBooleanLiteral {
    /// Creates a ``bool(_:)``.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}

extension PickleValue: ExpressibleByIntegerLiteral {
    /// Creates an ``int(_:)``.
    public init(integerLiteral value: Int64) {
        self = .int(value)
    }
}

extension PickleValue: ExpressibleByFloatLiteral {
    /// Creates a ``double(_:)``.
    public init(floatLiteral value: Double) {
        self = .double(value)
    }
}

extension PickleValue: ExpressibleByStringInterpolation {
    /// Creates a ``string(_:)``.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension PickleValue: ExpressibleByArrayLiteral {
    /// Creates a ``list(_:)``.
    public init(arrayLiteral elements: PickleValue...) {
        self = .list(elements)
    }
}

extension PickleValue: ExpressibleByDictionaryLiteral {
    /// Creates a ``dict(_:)``.
    public init(dictionaryLiteral elements: (PickleValue, PickleValue)...) {
        self = .dict(elements.map { Pair($0, $1) })
    }
}
