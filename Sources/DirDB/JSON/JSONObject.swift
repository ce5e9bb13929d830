/// The keys and values of a JSON object in the order of insertion.
///
/// Equality ignores the order, as for Python's dict. Keys are the same when their UTF-8 bytes are: two
/// spellings of "é" are two keys, here as in other languages, although they are equal as Swift strings.
public struct JSONObject: Sendable {
    // Invariant: keys.count == values.count, and no two keys have the same bytes.

    /// The keys in the order of insertion.
    public private(set) var keys: [String]
    /// The values in the order of ``keys``.
    public internal(set) var values: [JSON]

    /// Creates an object without keys.
    public init() {
        keys = []
        values = []
    }

    /// Creates an object; the last of several values of a key wins and stands at the place of the first.
    ///
    /// - Parameter pairs: The keys and values in order.
    /// - Complexity: O(*n*).
    public init(_ pairs: some Sequence<(String, JSON)>) {
        self.init()
        var positions: [ExactKey: Int] = [:]
        for (key, value) in pairs {
            let position = positions[ExactKey(key), default: keys.count]
            if position < keys.count {
                values[position] = value
            } else {
                positions[ExactKey(key)] = position
                keys.append(key)
                values.append(value)
            }
        }
    }

    /// Creates an object from keys which are known to be unique.
    init(uniqueKeys keys: [String], values: [JSON]) {
        self.keys = keys
        self.values = values
    }

    /// The value of a key, nil if there is none; writing nil deletes the key, writing `JSON.null` stores
    /// null.
    ///
    /// - Complexity: O(*n*).
    public subscript(key: String) -> JSON? {
        get { position(of: key).map { values[$0] } }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            values[indexInsertingNull(forKey: key)] = newValue
        }
    }

    /// Deletes a key.
    ///
    /// - Parameter key: The key to delete.
    /// - Returns: The value which the key had, or nil if there was none.
    /// - Complexity: O(*n*).
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSON? {
        guard let position = position(of: key) else { return nil }
        keys.remove(at: position)
        return values.remove(at: position)
    }

    /// The position of a key, which is added with the value null if it is missing.
    mutating func indexInsertingNull(forKey key: String) -> Int {
        if let position = position(of: key) { return position }
        keys.append(key)
        values.append(.null)
        return keys.count - 1
    }

    private func position(of key: String) -> Int? {
        keys.firstIndex { ExactKey($0) == ExactKey(key) }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first pair, 0.
    public var startIndex: Int { 0 }

    /// The number of pairs.
    public var endIndex: Int { keys.count }

    /// The pair at a position, which must be in bounds.
    public subscript(position: Int) -> (key: String, value: JSON) {
        (keys[position], values[position])
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Creates an object; the last of several values of a key wins.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements)
    }
}

extension JSONObject: Hashable {
    /// Whether two objects have the same keys with equal values, in whatever order.
    ///
    /// - Complexity: O(*n*), fastest if the order is the same.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.count == right.count else { return false }
        if zip(left.keys, right.keys).allSatisfy({ ExactKey($0) == ExactKey($1) }) {
            return left.values == right.values
        }
        var positions: [ExactKey: Int] = [:]
        for (position, key) in right.keys.enumerated() { positions[ExactKey(key)] = position }
        return left.allSatisfy { key, value in
            positions[ExactKey(key)].map { right.values[$0] == value } ?? false
        }
    }

    /// Hashes the pairs without regard to their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for (key, value) in self {
            var pair = Hasher()
            pair.combine(key)
            pair.combine(value)
            sum &+= pair.finalize()
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}

/// A key compared by its bytes, since `String` compares up to canonical equivalence.
private struct ExactKey: Hashable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }
}
