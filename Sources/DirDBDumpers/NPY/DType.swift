/// The element type of a file, as the `descr` of its header says.
///
/// Type strings are those of numpy's array interface: a byte order, a letter for the kind, a number of bytes
/// (of characters for `U`), a unit for times: `<f8`, `|S5`, `<M8[ns]`. What else numpy's `dtype` takes as the name of a
/// simple type, such as `float64` or `<d`, stands for one of them.
struct DType: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case boolean, signed, unsigned, real, complex
        case bytes, text, void, time, object, structured
    }

    let kind: Kind
    /// The bytes of one element; nil for pickled objects, whose size no header tells.
    let itemSize: Int?
    /// Whether the bytes of a number are in the order that is not this machine's.
    let isSwapped: Bool
    /// numpy's own name, as `str(array.dtype)` prints it: `float64`, `>f8`, `<U10`, `object`.
    let name: String

    /// The dtype of a file's `descr`; nil when numpy takes no such thing.
    init?(_ descr: PythonLiteral) {
        switch descr {
        case .string(let text): self.init(typeString: text)
        case .list(let fields): self.init(fields: fields, name: descr.text)
        default: return nil
        }
    }

    /// The dtype of a type string; nil when numpy writes no such thing.
    init?(typeString: String) {
        // Nearly all files hold numbers of these types, whose names need not be put together for each.
        let number = Self.numbers.first { $0.typeString == typeString }?.dtype
        guard let dtype = number ?? DType(parsing: typeString) ?? DType(unnamedFields: typeString) else {
            return nil
        }
        self = dtype
    }

    // The most frequent first.
    private static let numbers: [(typeString: String, dtype: DType)] = {
        let ordered = ["f8", "f4", "i8", "i4", "i2", "u8", "u4", "u2", "f2", "c8", "c16"]
        return (ordered.map { "\(nativeByteOrderMark)\($0)" } + ["|b1", "|i1", "|u1"])
            .compactMap { text in DType(parsing: text).map { (text, $0) } }
    }()

    private init?(parsing text: String) {
        var rest = text[...]
        var order: Character?
        if let first = rest.first, "<>=|".contains(first) { order = rest.removeFirst() }
        let unit = rest.firstIndex(of: "[").map { rest[$0...] } ?? ""
        let written = String(rest.dropLast(unit.count))
        let typeString = Self.typeString(named: written, hasOrder: order != nil) ?? written
        guard let code = typeString.first else { return nil }
        let number = Int(typeString.dropFirst())
        guard typeString.dropFirst().allSatisfy({ ("0"..."9").contains($0) }),
            number != nil || typeString.count == 1,
            unit.isEmpty || (code == "M" || code == "m") && Self.isUnit(unit),
            let (kind, size) = Self.layout(code, number)
        else { return nil }
        let isSwapped = order == Self.otherByteOrderMark && size != 1
        self.kind = kind
        itemSize = size
        self.isSwapped = isSwapped && kind != .bytes && kind != .void && kind != .object
        let digits = number.map { String($0) } ?? ""
        name =
            self.isSwapped
            ? "\(Self.otherByteOrderMark)\(code)\(digits)\(unit)"
            : Self.name(kind, code, size, digits, "\(unit)")
    }

    private static let otherByteOrderMark: Character = nativeByteOrderMark == "<" ? ">" : "<"

    /// Whether elements of the other type have the same bytes, but for their order.
    func hasElements(of other: DType) -> Bool {
        kind == other.kind && itemSize == other.itemSize
    }

    /// The records of `f8,i4`, whose fields numpy names f0, f1 and so on.
    private init?(unnamedFields text: String) {
        guard text.utf8.contains(UInt8(ascii: ",")) else { return nil }
        var parts = text.split(separator: ",", omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        var fields: [PythonLiteral] = []
        for (number, part) in parts.enumerated() {
            let type = String(part.drop { $0 == " " })
            fields.append(.tuple([.string("f\(number)"), .string(type)]))
        }
        if fields.isEmpty { return nil }
        self.init(fields: fields, name: PythonLiteral.list(fields).text)
    }

    private init?(fields: [PythonLiteral], name: String) {
        var size = 0
        var holdsObjects = false
        var names: Set<PythonLiteral> = []
        for field in fields {
            guard case .tuple(let parts) = field, parts.count == 2 || parts.count == 3,
                let label = parts.first,
                let (type, count) = Self.repeatedType(parts[1]),
                let repeats = Self.repeats(parts.dropFirst(2))
            else { return nil }
            // Padding has no name.
            guard names.insert(label).inserted || label == .string("") && type.kind == .void,
                label.isFieldName
            else { return nil }
            if type.kind == .object { holdsObjects = true }
            let (all, overflows) = count.multipliedReportingOverflow(by: repeats)
            let (bytes, overflowsToo) = (type.itemSize ?? 0).multipliedReportingOverflow(by: all)
            let (sum, overflowsAtLast) = size.addingReportingOverflow(bytes)
            if overflows || overflowsToo || overflowsAtLast { return nil }
            size = sum
        }
        kind = holdsObjects ? .object : .structured
        itemSize = holdsObjects ? nil : size
        isSwapped = false
        self.name = name
    }

    /// The type of a field, and how many of it there are where it is a sub-array: `('<f8', (2, 3))`.
    private static func repeatedType(_ descr: PythonLiteral) -> (DType, Int)? {
        guard case .tuple(let parts) = descr else { return DType(descr).map { ($0, 1) } }
        guard parts.count == 2, let type = DType(parts[0]), let count = repeats(parts.dropFirst()) else {
            return nil
        }
        return (type, count)
    }

    /// How often a field is repeated: the product of the lengths in the optional third part of its description.
    private static func repeats(_ parts: ArraySlice<PythonLiteral>) -> Int? {
        switch parts.first {
        case nil: return 1
        case .integer(let length): return length >= 0 ? length : nil
        case .tuple(let items): return PythonLiteral.lengths(items)?.elementCount(itemSize: 1)
        default: return nil
        }
    }

    private static func layout(_ code: Character, _ number: Int?) -> (Kind, size: Int?)? {
        switch (code, number) {
        case ("b", 1): (.boolean, 1)
        case ("i", 1), ("i", 2), ("i", 4), ("i", 8): (.signed, number)
        case ("u", 1), ("u", 2), ("u", 4), ("u", 8): (.unsigned, number)
        case ("f", 2), ("f", 4), ("f", 8), ("f", 12), ("f", 16): (.real, number)
        case ("c", 8), ("c", 16), ("c", 24), ("c", 32): (.complex, number)
        case ("M", 8), ("m", 8): (.time, number)
        case ("S", let count?), ("a", let count?): (.bytes, count)
        case ("V", let count?): (.void, count)
        case ("U", let count?) where count <= Int.max / 4: (.text, 4 * count)
        case ("O", nil), ("O", 4), ("O", 8): (.object, nil)
        default: nil
        }
    }

    private static func name(
        _ kind: Kind, _ code: Character, _ size: Int?, _ digits: String, _ unit: String
    ) -> String {
        // Numbers are small; a text may be said to be of any size, of which the bits are not asked for.
        let bits = 8 &* (size ?? 0)
        return switch kind {
        case .boolean: "bool"
        case .signed: "int\(bits)"
        case .unsigned: "uint\(bits)"
        case .real: "float\(bits)"
        case .complex: "complex\(bits)"
        case .time: (code == "M" ? "datetime64" : "timedelta64") + unit
        case .text: "\(nativeByteOrderMark)U\(digits)"
        case .bytes: "|S\(digits)"
        case .void: "|V\(digits)"
        case .object, .structured: "object"
        }
    }
}

// MARK: Elements in memory

extension NumpyElement {
    /// The dtype of this element, in this machine's byte order; nil for a type with a type string of its own.
    static var dtype: DType? { DType(typeString: numpyTypeString) }
}

extension DType {
    /// Turns the bytes of a file into valid elements: this machine's byte order, and for Bool 0 or 1.
    func normalize(_ bytes: UnsafeMutableRawBufferPointer) {
        if kind == .boolean {
            // Any other bit pattern in a Bool is undefined behaviour.
            for index in bytes.indices { bytes[index] = bytes[index] == 0 ? 0 : 1 }
        }
        guard isSwapped, let itemSize else { return }
        switch kind == .complex ? itemSize / 2 : itemSize {
        case 2: Self.swap(bytes, as: UInt16.self)
        case 4: Self.swap(bytes, as: UInt32.self)
        default: Self.swap(bytes, as: UInt64.self)
        }
    }

    private static func swap<Unit: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeMutableRawBufferPointer, as: Unit.Type
    ) {
        let step = MemoryLayout<Unit>.size
        for offset in stride(from: 0, to: bytes.count - bytes.count % step, by: step) {
            let unit = bytes.loadUnaligned(fromByteOffset: offset, as: Unit.self)
            bytes.storeBytes(of: unit.byteSwapped, toByteOffset: offset, as: Unit.self)
        }
    }
}
