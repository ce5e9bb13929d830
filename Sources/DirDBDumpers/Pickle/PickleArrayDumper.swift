public import DirDB

/// Arrays as pickles that hold one numpy array and nothing else.
///
/// By it `get` reads an array from a pickle too, and `put(array, as: PickleArrayDumper())` writes one. There is no
/// conversion: the type of the elements must be that of the file.
public struct PickleArrayDumper<Element: NumpyElement>: Dumper {
    /// Creates a dumper.
    public init() {}

    /// `pickle`.
    public var fileExtension: String { "pickle" }

    /// Writes an array; the elements go to the file from where they lie.
    /// - Throws: ``DirDBError`` when writing fails.
    public func dump(_ value: NDArray<Element>, to sink: inout DataSink) throws {
        var pickler = Pickler()
        try pickler.finish(value, to: &sink)
    }

    /// Reads an array into memory.
    ///
    /// - Throws: `.formatMismatch` when the value is no array, or its elements are of another type; else as
    ///   ``PickleDumper/load(_:)``.
    /// - Complexity: O(*n*) in the size of the file; the elements are copied once.
    public func load(_ file: borrowing DataFile) throws -> NDArray<Element> {
        let asked = "\(NDArray<Element>.self) (\(Element.dtype?.name ?? Element.numpyTypeString))"
        return try Unpickler.run(file, .mapped) { (unpickler, item) throws(DirDBError) in
            guard let node = unpickler.node(item, .array) else {
                throw .formatMismatch(unpickler.path, found: "a \(unpickler.kind(of: item))", asked: asked)
            }
            let array = try unpickler.array(of: unpickler.nodes[node])
            if let dtype = Element.dtype, array.dtype.hasElements(of: dtype) {
                return try unpickler.load(array)
            }
            if array.dtype.elementType == nil { throw array.dtype.refusal(unpickler.path) }
            throw .formatMismatch(unpickler.path, found: "\(array.dtype.name) elements", asked: asked)
        }
    }

    /// Tells the kind of the value, and an array's dtype and shape, as ``PickleDumper/inspect(_:)``.
    /// - Throws: `.damagedData` when it is no whole pickle.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        try Unpickler.inspect(file)
    }
}
