// Every member declared here hides the metadata key of that name from `meta.name`, hence the few names and
// the prefix `as`. A hidden key is reached as `meta["name"]`.

extension JSON {
    /// The value of an object's key.
    ///
    /// Reading a missing key, or a key of something that is no object, gives ``null``. Writing creates the
    /// objects on the way; *whatever else is on the way is replaced by an object*. Writing ``null`` stores
    /// null; use ``remove(_:)`` to delete a key.
    ///
    /// - Complexity: O(*n*) in the number of keys.
    public subscript(key: String) -> JSON {
        get {
            guard case .object(let object) = self else { return .null }
            return object[key] ?? .null
        }
        // Changing in place keeps a loop of `meta.list.append(x)` linear: get and set would copy the list.
        _modify {
            var object = takeObject()
            defer { self = .object(object) }
            let index = object.indexInsertingNull(forKey: key)
            yield &object.values[index]
        }
    }

    /// The value of an object's key, as by the subscript with a string.
    ///
    /// A key with the name of a method or property of this type, such as "append", needs the subscript.
    ///
    /// - Complexity: O(*n*) in the number of keys.
    public subscript(dynamicMember key: String) -> JSON {
        get { self[key] }
        _modify { yield &self[key] }
    }

    /// The element of an array, or ``null`` if there is none at that index.
    public subscript(index: Int) -> JSON {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return .null }
        return elements[index]
    }

    /// Adds an element to an array.
    ///
    /// ``null`` becomes an array of one element, and any other value `x` becomes `[x, value]`.
    ///
    /// - Parameter value: The element to add.
    /// - Complexity: O(1) on average.
    public mutating func append(_ value: JSON) {
        var elements = takeElements()
        elements.append(value)
        self = .array(elements)
    }

    /// Deletes a key from an object; a value that is no object stays as it is.
    ///
    /// - Parameter key: The key to delete.
    /// - Returns: The value which the key had, or nil if there was none.
    /// - Complexity: O(*n*) in the number of keys.
    @discardableResult
    public mutating func remove(_ key: String) -> JSON? {
        guard case .object = self else { return nil }
        var object = takeObject()
        defer { self = .object(object) }
        return object.removeValue(forKey: key)
    }

    // Content is moved out of the value in a function of its own: when it returns, the storage is
    // referenced once and changes in place, in unoptimised builds too.

    private mutating func takeObject() -> JSONObject {
        guard case .object(let object) = self else { return JSONObject() }
        self = .null
        return object
    }

    private mutating func takeElements() -> [JSON] {
        if case .null = self { return [] }
        guard case .array(let elements) = self else { return [self] }
        self = .null
        return elements
    }
}

extension JSON {
    /// The truth value, or nil if this is none.
    public var asBool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The integer, or nil if this is not one in the range of `Int64`; a real is not one, even without fraction.
    public var asInt: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// The number, or nil if this is not one; an integer beyond 2^53 is rounded.
    public var asDouble: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .largeInteger(let value): value.rounded
        case .real(let value): value
        default: nil
        }
    }

    /// The text, or nil if this is none.
    public var asString: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The elements, or nil if this is no array.
    public var asArray: [JSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The keys and values, or nil if this is no object.
    public var asObject: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }
}
