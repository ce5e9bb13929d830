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
            throw .refusedPickle(
                path, "it has the unknown dtype \(name.printable(limit: 20))", "save numbers")
        }
        if items.count == 3, case .bool(false) = items[2], dtype.kind != .void {
            throw .refusedPickle(
                path, "its dtype \(dtype.name) has fields", "save each field as an array of its own")
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
        guard let type = dtype.elementType else { throw dtype.refusal(path) }
        let parts = ArrayParts(dtype: dtype, shape: [], isFortranOrder: false, data: node.items[1], count: 1)
        return try plain(try load(parts, type))
    }

    private func plain(_ array: any NumpyArray) throws(DirDBError) -> PickleValue {
        switch array {
        case let array as NDArray<Bool>: return .bool(array[])
        case let array as NDArray<Int8>: return .int(Int64(array[]))
        case let array as NDArray<Int16>: return .int(Int64(array[]))
        case let array as NDArray<Int32>: return .int(Int64(array[]))
        case let array as NDArray<Int>: return .int(Int64(array[]))
        case let array as NDArray<UInt8>: return .int(Int64(array[]))
        case let array as NDArray<UInt16>: return .int(Int64(array[]))
        case let array as NDArray<UInt32>: return .int(Int64(array[]))
        case let array as NDArray<UInt>:
            guard let value = Int64(exactly: array[]) else {
                throw .refusedPickle(
                    path, "its integer \(array[]) does not fit into 64 bits with a sign",
                    "save it in an array of uint64")
            }
            return .int(value)
        case let array as NDArray<Float16>: return .double(array[].doubleValue)
        case let array as NDArray<Float>: return .double(Double(array[]))
        case let array as NDArray<Double>: return .double(array[])
        case let array as NDArray<Complex<Float>>:
            let (x, y) = array[].rawStorage
            return .complex(Complex(Double(x), Double(y)))
        case let array as NDArray<Complex<Double>>: return .complex(array[])
        default: throw .damagedData(path, "a numpy scalar in it is no number")
        }
    }
}

extension DType {
    /// Why elements of a type that no array can hold are refused.
    func refusal(_ path: String) -> DirDBError {
        .refusedPickle(
            path, "it has an array of \(name)",
            kind == .structured || kind == .void
                ? "save each field as an array of its own" : "save numbers, and strings as a list")
    }
}
