import ComplexModule
import DirDB

extension Unpickler {
    /// An array as the file describes it, checked: no number in it can overflow.
    struct ArrayParts {
        let dtype: DType
        let shape: [Int]
        let isFortranOrder: Bool
        let data: Item
        let count: Int

        /// The size in memory; that of pickled objects, which are never loaded, is unknown.
        var byteCount: Int { count * (dtype.itemSize ?? 0) }
    }

    // numpy 2 allows so many; the lengths of more would cost more than they take in the file.
    private static let maximalDimensions = 64

    /// The parts of an array, whether or not its elements can be loaded.
    mutating func array(of node: Node) throws(DirDBError) -> ArrayParts {
        guard node.items.count == 4, let lengths = tuple(node.items[0]),
            case .bool(let isFortran) = node.items[2]
        else {
            throw .damagedData(path, "an array in it has no content")
        }
        let dtype = try dtype(of: node.items[1])
        var shape: [Int] = []
        for item in lengths {
            guard case .int(let length) = item, length >= 0, shape.count < Self.maximalDimensions else {
                throw .damagedData(path, "an array in it has an impossible shape")
            }
            shape.append(Int(length))
        }
        guard let count = shape.elementCount(itemSize: dtype.itemSize ?? 1) else {
            throw .damagedData(path, "its shape \(shape.tupleText) is too large for any file")
        }
        return ArrayParts(
            dtype: dtype, shape: shape, isFortranOrder: isFortran, data: node.items[3], count: count)
    }

    private mutating func dtype(of item: Item) throws(DirDBError) -> DType {
        guard let index = node(item, .dtype) else {
            throw .damagedData(path, "an array in it has no dtype")
        }
        if let known = dtypes[index] { return known }
        let items = nodes[index].items
        var name = try text(of: items[0]) ?? ""
        if items.count == 3, let order = try text(of: items[1]), order != "=" {
            // What follows the name in the file has the last word.
            if let first = name.first, "<>=|".contains(first) { name.removeFirst() }
            name = order + name
        }
        guard let dtype = DType(typeString: name) else {
            throw .unsupportedFormat(
                path, "it has the unknown dtype \(name.printable(limit: 20))", remedy: "save numbers")
        }
        if items.count == 3, case .bool(false) = items[2], dtype.kind != .void {
            throw .unsupportedFormat(
                path, "its dtype \(dtype.name) has fields", remedy: "save each field as an array of its own")
        }
        dtypes[index] = dtype
        return dtype
    }

    // MARK: Elements

    /// The bytes of an array, where they lie in the file or decoded from text.
    private mutating func withData<Result>(
        _ item: Item, _ body: (UnsafeRawBufferPointer) throws(DirDBError) -> Result
    ) throws(DirDBError) -> Result {
        if let (isText, range) = payload(of: item), !isText {
            try count(copied: range.count)
            return try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
        guard let index = node(item, .encoded) else {
            throw .damagedData(path, "the data of an array is no bytes")
        }
        guard let range = nodes[index].items.first.flatMap({ payload(of: $0) })?.range else {
            return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        try count(copied: range.count)
        let decoded = try latin1(range)
        return try decoded.withUnsafeBufferPointer { (bytes) throws(DirDBError) in
            try body(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Loads the elements, whatever their type.
    mutating func load(_ array: ArrayParts) throws(DirDBError) -> any NumpyArray {
        guard let type = array.dtype.elementType else { throw array.dtype.refusal(path) }
        return try load(array, type)
    }

    private mutating func load<Element: NumpyElement>(
        _ array: ArrayParts, _ type: Element.Type
    ) throws(DirDBError) -> any NumpyArray {
        let loaded: NDArray<Element> = try load(array)
        return loaded
    }

    /// Loads the elements, whose type was checked, in C order and this machine's byte order.
    mutating func load<Element: NumpyElement>(_ array: ArrayParts) throws(DirDBError) -> NDArray<Element> {
        let path = path
        return try withData(array.data) { (source) throws(DirDBError) in
            guard source.count == array.byteCount else {
                throw .damagedData(
                    path,
                    "an array of shape \(array.shape.tupleText) and \(array.dtype.name) has \(source.count) of"
                        + " \(array.byteCount) bytes")
            }
            let elements = try [Element](filling: array.count) { (target) throws(DirDBError) in
                if array.isFortranOrder && array.count > 0 && array.shape.count(where: { $0 > 1 }) > 1 {
                    FortranOrder.copyToC(
                        source, target, shape: array.shape, itemSize: MemoryLayout<Element>.stride)
                } else {
                    target.copyMemory(from: source)
                }
                array.dtype.normalize(target)
            }
            return NDArray(shape: array.shape, storage: .owned(elements, start: 0))
        }
    }

    // MARK: Scalars

    /// A numpy scalar as a plain number.
    mutating func scalar(_ node: Node) throws(DirDBError) -> PickleValue {
        let dtype = try dtype(of: node.items[0])
        guard dtype.elementType != nil, let size = dtype.itemSize else { throw dtype.refusal(path) }
        let path = path
        return try withData(node.items[1]) { (source) throws(DirDBError) in
            guard source.count == size else {
                throw .damagedData(
                    path, "a numpy scalar of \(dtype.name) has \(source.count) of \(size) bytes")
            }
            var words: (UInt64, UInt64) = (0, 0)
            return try withUnsafeMutablePointer(to: &words) { (words) throws(DirDBError) in
                let bytes = UnsafeMutableRawBufferPointer(start: words, count: size)
                bytes.copyMemory(from: source)
                dtype.normalize(bytes)
                return try Self.number(UnsafeRawBufferPointer(bytes), dtype, path)
            }
        }
    }

    private static func number(
        _ bytes: UnsafeRawBufferPointer, _ dtype: DType, _ path: String
    ) throws(DirDBError) -> PickleValue {
        switch (dtype.kind, bytes.count) {
        case (.boolean, _): return .bool(bytes[0] != 0)
        case (.signed, 1): return .int(Int64(bytes.load(as: Int8.self)))
        case (.signed, 2): return .int(Int64(bytes.load(as: Int16.self)))
        case (.signed, 4): return .int(Int64(bytes.load(as: Int32.self)))
        case (.signed, _): return .int(bytes.load(as: Int64.self))
        case (.unsigned, 1): return .int(Int64(bytes[0]))
        case (.unsigned, 2): return .int(Int64(bytes.load(as: UInt16.self)))
        case (.unsigned, 4): return .int(Int64(bytes.load(as: UInt32.self)))
        case (.unsigned, _):
            let value = bytes.load(as: UInt64.self)
            guard let value = Int64(exactly: value) else {
                throw .unsupportedFormat(
                    path, "its integer \(value) does not fit into 64 bits with a sign",
                    remedy: "save it in an array of uint64")
            }
            return .int(value)
        case (.real, 2): return .double(bytes.load(as: Float16.self).doubleValue)
        case (.real, 4): return .double(Double(bytes.load(as: Float.self)))
        case (.real, _): return .double(bytes.load(as: Double.self))
        case (.complex, 8):
            let (real, imaginary) = (
                bytes.load(as: Float.self), bytes.load(fromByteOffset: 4, as: Float.self)
            )
            return .complex(Complex(Double(real), Double(imaginary)))
        default:
            return .complex(
                Complex(bytes.load(as: Double.self), bytes.load(fromByteOffset: 8, as: Double.self)))
        }
    }
}

extension DType {
    /// Why elements of a type that no array can hold are refused.
    func refusal(_ path: String) -> DirDBError {
        .unsupportedFormat(
            path, "it has an array of \(name)",
            remedy: kind == .structured || kind == .void
                ? "save each field as an array of its own" : "save numbers, and strings as a list")
    }
}
