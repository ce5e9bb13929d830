public import DirDB

/// Arrays of any element types with names, in order: the content of an npz file.
///
///     var arrays: NamedArrays = ["x": NDArray([1.5, 2]), "n": NDArray([1, 2, 3])]
///     arrays.set(mask, named: "mask")
///     try entry.put(arrays)
///
///     let arrays: NamedArrays = try entry.get()
///     let x: NDArray<Double> = try arrays["x"]
public struct NamedArrays: Sendable {
    /// The names in the order in which the arrays were added, which is that of the file.
    public private(set) var names: [String] = []
    private var arrays: [String: any NumpyArray] = [:]

    /// Creates a collection without arrays.
    public init() {}

    /// The number of arrays.
    public var count: Int { names.count }

    /// The array of a name, of whatever element type; nil when there is none.
    public func array(named name: String) -> (any NumpyArray)? { arrays[name] }

    /// Adds an array behind all others, or puts it in the place of the one that has the name.
    public mutating func set(_ array: any NumpyArray, named name: String) {
        if arrays.updateValue(array, forKey: name) == nil { names.append(name) }
    }

    /// Removes an array; nothing happens when there is none of the name.
    /// - Complexity: O(n) in the number of arrays.
    public mutating func remove(_ name: String) {
        if arrays.removeValue(forKey: name) != nil { names.removeAll { $0 == name } }
    }

    /// The array of a name, with elements of the type asked for.
    ///
    /// - Throws: `.notFound` when there is no such name; `.formatMismatch` when the elements are of another type.
    public subscript<Element: NumpyElement>(name: String) -> NDArray<Element> {
        get throws(DirDBError) {
            guard let array = arrays[name] else { throw .missingArray(name, of: names, "") }
            if let typed = array.asArray(of: Element.self) { return typed }
            throw .formatMismatch(
                "the array \(name)", found: "\(array.dtype) elements", asked: "\(NDArray<Element>.self)")
        }
    }
}

extension NamedArrays: ExpressibleByDictionaryLiteral {
    /// Creates a collection; of two arrays with one name the last one stays.
    public init(dictionaryLiteral elements: (String, any NumpyArray)...) {
        for (name, array) in elements { set(array, named: name) }
    }
}

extension NamedArrays: Storable {
    /// Arrays with names are stored as an npz file, not compressed.
    public static var defaultDumper: NPZDumper { NPZDumper() }
}
