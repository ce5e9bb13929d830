import DirDB

// What the stack holds after `run()` is enough to tell kinds, lengths and shapes: no value is made for it.

extension Unpickler {
    /// The name of the type that the item has in Python.
    func kind(of item: Item) -> String {
        switch item {
        case .unset, .none: "None"
        case .bool: "bool"
        case .int: "int"
        case .double: "float"
        case .payload(let start): payload(at: start).isText ? "str" : "bytes"
        case .shared(let number): kind(of: .payload(shared[number].start))
        case .global: "object"
        case .node(let index): kind(of: nodes[index])
        }
    }

    private func kind(of node: Node) -> String {
        switch node.kind {
        case .list: "list"
        case .tuple: "tuple"
        case .dict: "dict"
        case .set, .setOf: "set"
        case .frozenSet, .frozenSetOf: "frozenset"
        case .encoded: "bytes"
        case .complex: "complex"
        case .dtype: "numpy.dtype"
        case .array: "numpy.ndarray"
        case .scalar: "numpy scalar"
        }
    }

    /// The items in a container, those of a dict with keys and values in turn; nil for anything else.
    private func parts(of item: Item) -> [Item]? {
        guard case .node(let index) = item else { return nil }
        let node = nodes[index]
        switch node.kind {
        case .list, .tuple, .dict, .set, .frozenSet: return node.items
        case .setOf, .frozenSetOf:
            guard let list = self.node(node.items[0], .list) ?? self.node(node.items[0], .tuple) else {
                return []
            }
            return nodes[list].items
        default: return nil
        }
    }

    // MARK: FormatInfo

    private static let inspectedOpcodes = 100_000
    private static let namedFields = 100

    /// - Complexity: O(1) in the size of arrays, texts and bytes; the number of opcodes that are read is limited.
    static func inspect(_ file: borrowing DataFile) throws(DirDBError) -> FormatInfo {
        try withBytes(of: file, .mapped) { (unpickler) throws(DirDBError) in
            do throws(DirDBError) {
                // Where the limit ends the look, the last byte tells whether the file was cut short.
                let isCut = unpickler.bytes.last != PickleOpcode.stop.rawValue
                guard let item = try unpickler.run(limit: isCut ? .max : inspectedOpcodes) else {
                    return unpickler.firstKind
                }
                var info = try unpickler.info(of: item)
                info.problem = unpickler.remainder ?? info.problem
                return info
            } catch {
                if error.code != .unsupportedFormat { throw error }
                // What was not read may hold anything, but a pickle that was cut off does not end so.
                guard unpickler.bytes.last == PickleOpcode.stop.rawValue else {
                    throw .damagedData(
                        unpickler.path, "it ends after \(unpickler.bytes.count) bytes, before its end")
                }
                var info = unpickler.firstKind
                info.problem = error
                return info
            }
        }
    }

    /// What follows the pickle that was read: others, as Python writes them by several `pickle.dump` into one file, or what
    /// is none; nil for nothing.
    var remainder: DirDBError? {
        let rest = bytes[position...]
        if rest.isEmpty { return nil }
        guard rest.last == PickleOpcode.stop.rawValue else { return .trailingBytes(Int64(rest.count), path) }
        return .unsupportedFormat(
            path, "other pickles follow the first at byte \(position)",
            remedy: "read them in Python by one pickle.load after the other")
    }

    /// What can be told of a pickle that was not read to its end: it begins with its outermost container.
    private var firstKind: FormatInfo {
        guard let first = stack.first, marks.first != 0 else {
            return FormatInfo(dtype: refusedName?.printable(limit: 100) ?? "object")
        }
        return FormatInfo(dtype: kind(of: first))
    }

    private mutating func info(of item: Item) throws(DirDBError) -> FormatInfo {
        if let node = node(item, .array) {
            let array = try array(of: nodes[node])
            return FormatInfo(
                dtype: array.dtype.name, shape: array.shape, rows: array.shape.first,
                columns: array.shape.count > 1 ? array.shape[1] : nil,
                problem: array.dtype.elementType == nil ? array.dtype.refusal(path) : nil)
        }
        var info = FormatInfo(dtype: kind(of: item))
        guard let parts = parts(of: item) else { return info }
        let isDict = node(item, .dict) != nil
        info.rows = isDict ? parts.count / 2 : parts.count
        if isDict && parts.count <= 2 * Self.namedFields { info.fields = try fields(parts) ?? [] }
        return info
    }

    /// The entries of a dict; nil unless all keys are strings.
    private mutating func fields(_ parts: [Item]) throws(DirDBError) -> [Field]? {
        var fields: [Field] = []
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let name = try? text(of: parts[index]) else { return nil }
            fields.append(try field(name.printable(limit: 100), parts[index + 1]))
        }
        return fields
    }

    private mutating func field(_ name: String, _ item: Item) throws(DirDBError) -> Field {
        guard let node = node(item, .array) else { return Field(name: name, dtype: kind(of: item)) }
        do throws(DirDBError) {
            let array = try array(of: nodes[node])
            return Field(name: name, dtype: array.dtype.name, shape: array.shape)
        } catch {
            if error.code != .unsupportedFormat { throw error }
            return Field(name: name, dtype: kind(of: item))
        }
    }

    // MARK: Outline

    /// Values that contain themselves, or one another many times, have no end, or one far away.
    private static let largestOutline = 100_000

    mutating func outline(of item: Item, _ limits: OutlineLimits) throws(DirDBError) -> StructureOutline {
        var room = Self.largestOutline
        return try outline(
            of: item, depth: min(limits.depth, Self.maximalDepth), count: limits.count, &room)
    }

    private mutating func outline(
        of item: Item, depth: Int, count: Int, _ room: inout Int
    ) throws(DirDBError) -> StructureOutline {
        guard let parts = parts(of: item) else { return StructureOutline(try summary(of: item)) }
        let isDict = node(item, .dict) != nil
        let length = isDict ? parts.count / 2 : parts.count
        var shown: [StructureOutline.Part] = []
        if depth > 0 {
            for index in 0..<min(length, max(count, 0)) where room > 0 {
                room -= 1
                let part = isDict ? parts[2 * index + 1] : parts[index]
                let label = isDict ? try summary(of: parts[2 * index]) : nil
                shown.append(
                    .init(label: label, content: try outline(of: part, depth: depth - 1, count: count, &room))
                )
            }
        }
        return StructureOutline(
            "\(kind(of: item)) of \(length)", parts: shown, omittedCount: length - shown.count)
    }

    private mutating func summary(of item: Item) throws(DirDBError) -> String {
        switch item {
        case .bool(let value): return value ? "True" : "False"
        case .int(let value): return "\(value)"
        case .double(let value): return "\(value)"
        default: break
        }
        if let (isText, range) = payload(of: item) {
            if !isText { return "bytes of \(range.count)" }
            return try shortText(range)
        }
        if let node = node(item, .array) {
            let array = try array(of: nodes[node])
            return "\(array.dtype.name) \(array.shape.tupleText)"
        }
        return kind(of: item)
    }

    /// The first characters of a text, of which no more is read.
    private func shortText(_ range: Range<Int>) throws(DirDBError) -> String {
        let limit = 60
        if range.count <= limit { return "'\(try text(range).printable(limit: limit))'" }
        let start = String(decoding: bytes[range.prefix(limit)], as: UTF8.self).printable(limit: limit)
        return "'\(start)...' (str of \(range.count) bytes)"
    }
}
