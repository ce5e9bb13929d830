import ComplexModule
import DirDB

extension Unpickler {
    /// A value and what it would be without sharing.
    struct Made {
        var value: PickleValue
        /// The number of values in it, with a share for long texts and arrays.
        var weight = 1
        /// The number of containers around its innermost value.
        var height: Int32 = 0
        var isHashable = true
        /// Of a list or tuple: whether a set can be made of it.
        var hasHashableItems = false
    }

    /// The heaviest value that a file of this size may hold.
    ///
    /// Lists that share their items are common, but a list that holds twice a list that holds twice a list, and so
    /// on, has more values than there are atoms.
    private var weightLimit: Int { (1 << 20) + 64 * bytes.count }

    /// Arrays that share their bytes are copied, but only so many bytes in all.
    private var copyLimit: Int { 4096 + 16 * bytes.count }

    /// The value of the item that `run()` left.
    ///
    /// - Throws: `.unsupportedFormat` when something in it is no value of this package, contains itself, or is nested
    ///   or multiplied beyond the limits; `.damagedData` when an array's bytes do not fit its shape.
    mutating func value(of item: Item) throws(DirDBError) -> PickleValue {
        try make(item, depth: 0).value
    }

    private mutating func make(_ item: Item, depth: Int) throws(DirDBError) -> Made {
        switch item {
        case .unset, .none: return Made(value: .none)
        case .bool(let value): return Made(value: .bool(value))
        case .int(let value): return Made(value: .int(value))
        case .double(let value): return Made(value: .double(value))
        case .payload(let start): return try makePayload(start)
        case .shared(let number): return try make(shared: number)
        case .global(let global):
            throw .unsupportedFormat(
                path, "its value holds the Python class or function \(global) itself",
                remedy: "save plain values and numpy arrays")
        case .node(let index): return try make(node: index, depth: depth)
        }
    }

    private mutating func make(node index: Int, depth: Int) throws(DirDBError) -> Made {
        let progress = nodes[index].progress
        if progress >= 0 {
            let known = made[Int(progress)]
            try check(depth: depth + Int(known.height))
            return known
        }
        if progress == Node.busy {
            throw .unsupportedFormat(
                path, "a value in it contains itself", remedy: "save plain values and numpy arrays")
        }
        nodes[index].progress = Node.busy
        let result = try makeParts(index, depth: depth)
        nodes[index].progress = Node.open
        if nodes[index].isMemoized, let number = Int32(exactly: made.count) {
            nodes[index].progress = number
            made.append(result)
        }
        return result
    }

    private mutating func makeParts(_ index: Int, depth: Int) throws(DirDBError) -> Made {
        switch nodes[index].kind {
        case .list, .tuple, .set, .frozenSet: return try makeContainer(index, depth: depth)
        case .dict: return try makeDict(nodes[index].items, depth: depth)
        case .setOf, .frozenSetOf: return try makeSet(index, depth: depth)
        case .encoded, .complex, .array, .scalar: return try makeLeaf(nodes[index])
        case .dtype:
            throw .unsupportedFormat(
                path, "its value holds a numpy dtype without an array",
                remedy: "save the dtype's name as a string")
        }
    }

    // MARK: Containers

    private func check(depth: Int) throws(DirDBError) {
        guard depth <= Self.maximalDepth else {
            throw .unsupportedFormat(
                path, "its values are nested deeper than \(Self.maximalDepth)",
                remedy: "save a flatter structure")
        }
    }

    private mutating func makeContainer(_ index: Int, depth: Int) throws(DirDBError) -> Made {
        try check(depth: depth + 1)
        let kind = nodes[index].kind
        let items = nodes[index].items
        var values: [PickleValue] = []
        values.reserveCapacity(items.count)
        var whole = Made(value: .none, height: 1)
        for item in items {
            let part = try make(item, depth: depth + 1)
            try add(part, to: &whole)
            values.append(part.value)
        }
        whole.hasHashableItems = whole.isHashable
        switch kind {
        case .list: whole.value = .list(values)
        case .tuple: whole.value = .tuple(values)
        default: whole.value = kind == .set ? .set(values) : .frozenSet(values)
        }
        whole.isHashable = whole.isHashable && (kind == .tuple || kind == .frozenSet)
        guard whole.hasHashableItems || kind == .list || kind == .tuple else { throw unhashable() }
        return whole
    }

    /// A set, which has the same elements as the list that it is made of.
    private mutating func makeSet(_ index: Int, depth: Int) throws(DirDBError) -> Made {
        let isFrozen = nodes[index].kind == .frozenSetOf
        var whole = try make(nodes[index].items[0], depth: depth)
        guard whole.hasHashableItems else { throw unhashable() }
        switch whole.value {
        case .list(let elements), .tuple(let elements):
            whole.value = isFrozen ? .frozenSet(elements) : .set(elements)
        default: break
        }
        whole.isHashable = isFrozen
        return whole
    }

    private func unhashable() -> DirDBError {
        .damagedData(path, "a list, dict, set or array is in a set or is a key, which Python does not allow")
    }

    private mutating func makeDict(_ items: [Item], depth: Int) throws(DirDBError) -> Made {
        try check(depth: depth + 1)
        var pairs: [PickleValue.Pair] = []
        pairs.reserveCapacity(items.count / 2)
        var whole = Made(value: .none, height: 1)
        for index in stride(from: 0, to: items.count - 1, by: 2) {
            let key = try make(items[index], depth: depth + 1)
            guard key.isHashable else { throw unhashable() }
            let value = try make(items[index + 1], depth: depth + 1)
            try add(key, to: &whole)
            try add(value, to: &whole)
            pairs.append(PickleValue.Pair(key.value, value.value))
        }
        whole.value = .dict(pairs)
        whole.isHashable = false
        return whole
    }

    private func add(_ part: Made, to whole: inout Made) throws(DirDBError) {
        whole.weight += part.weight
        whole.height = max(whole.height, part.height + 1)
        whole.isHashable = whole.isHashable && part.isHashable
        // Each part's weight is below the limit, so the sum cannot overflow.
        guard whole.weight <= weightLimit else {
            throw .unsupportedFormat(
                path,
                "its values share their parts so often that without sharing there would be more than"
                    + " \(weightLimit)", remedy: "save each value once")
        }
    }

    // MARK: Leaves

    private mutating func make(shared index: Int) throws(DirDBError) -> Made {
        let number = shared[index].number
        if number >= 0 { return made[Int(number)] }
        let result = try makePayload(shared[index].start)
        if let number = Int32(exactly: made.count) {
            shared[index].number = number
            made.append(result)
        }
        return result
    }

    private func makePayload(_ start: Int) throws(DirDBError) -> Made {
        let (isText, range) = payload(at: start)
        let value: PickleValue = isText ? .string(try text(range)) : .bytes([UInt8](bytes[range]))
        return Made(value: value, weight: 1 + range.count / 16)
    }

    private mutating func makeLeaf(_ node: Node) throws(DirDBError) -> Made {
        switch node.kind {
        case .encoded:
            guard let range = node.items.first.flatMap({ payload(of: $0) })?.range else {
                return Made(value: .bytes([]))
            }
            try count(copied: range.count)
            return Made(value: .bytes(try latin1(range)), weight: 1 + range.count / 16)
        case .complex:
            guard case .double(let real) = node.items[0], case .double(let imaginary) = node.items[1] else {
                throw damaged("a complex number of no numbers")
            }
            return Made(value: .complex(Complex(real, imaginary)))
        case .scalar: return Made(value: try scalar(node))
        default:
            let array = try array(of: node)
            return Made(
                value: .array(try load(array)), weight: 1 + array.byteCount / 16, isHashable: false)
        }
    }

    /// Keeps account of what is copied from the file.
    mutating func count(copied count: Int) throws(DirDBError) {
        copiedBytes += count
        guard copiedBytes <= copyLimit else {
            throw .unsupportedFormat(
                path,
                "its arrays share their bytes so often that they would take more than \(copyLimit) bytes",
                remedy: "save each array once")
        }
    }
}
