public import DirDB

/// Writes an npz file array by array, so that not all of them need to be in memory; `put(arrays:…)` makes one.
public struct NPZWriter: ~Copyable {
    private var sink: DataSink
    private var archive: ZipWriter
    private let path: String

    private init(_ sink: consuming DataSink, _ compression: NPZCompression, _ limits: ZipLimits, path: String)
    {
        self.sink = sink
        self.path = path
        archive = ZipWriter(compression, limits, path: path)
    }

    /// Appends an array.
    ///
    /// - Parameters:
    ///   - array: The array.
    ///   - name: A name that no other array of the file has.
    /// - Throws: `.invalidArgument` for a name that is taken or that no zip file can hold; ``DirDBError`` when writing
    ///   fails.
    public mutating func append(_ array: some NumpyArray, named name: String) throws(DirDBError) {
        try archive.append(array, named: name, to: &sink)
    }

    /// Appends an array larger than memory, piece by piece.
    ///
    ///     try writer.append(named: "traces", shape: [100_000, 3], of: Float.self) { append in
    ///         while let chunk = next() { try append(chunk) }
    ///     }
    ///
    /// - Parameters:
    ///   - name: A name that no other array of the file has.
    ///   - shape: The lengths of the axes of the whole array.
    ///   - type: The type of the elements.
    ///   - body: Is given a function that appends the next elements in C order, whatever the shape of the piece.
    /// - Throws: `.invalidArgument` for a name that is taken, an impossible shape, or another number of elements than
    ///   the shape has; what `body` throws; ``DirDBError`` when writing fails.
    /// - Complexity: Memory is constant.
    public mutating func append<Element: NumpyElement>(
        named name: String, shape: [Int], of type: Element.Type = Element.self,
        _ body: (_ append: (NDArray<Element>) throws -> Void) throws -> Void
    ) throws {
        var member = try archive.begin(type, shape, name, to: &sink)
        var count = 0
        try body { piece in
            count += piece.count
            try piece.withElements { (elements) throws(DirDBError) in
                try member.write(UnsafeRawBufferPointer(elements), to: &sink)
            }
        }
        let expected = shape.reduce(1, *)
        guard count == expected else { throw DirDBError.memberSize(count, of: expected, name, path) }
        try archive.end(member, to: &sink)
    }

    /// Writes a file: the arrays that `body` appends, and the central directory.
    package static func write(
        _ compression: NPZCompression, limits: ZipLimits = ZipLimits(), to sink: inout DataSink, path: String,
        _ body: (inout NPZWriter) throws -> Void
    ) throws {
        var writer = NPZWriter(sink, compression, limits, path: path)
        let outcome = Result { try body(&writer) }
        let archive = writer.archive
        sink = writer.finish()
        try outcome.get()
        try archive.finish(&sink)
    }

    private consuming func finish() -> DataSink { sink }
}

extension Entry {
    /// Stores an npz file whose arrays are made one after the other.
    ///
    ///     try entry.put(arrays: .stored) { writer in
    ///         for (name, array) in next() { try writer.append(array, named: name) }
    ///     }
    ///
    /// - Parameters:
    ///   - compression: How the arrays are written.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    ///   - body: Appends the arrays; the lock is held meanwhile.
    /// - Throws: What `body` throws; ``DirDBError``. The entry then stays as it was.
    public func put(
        arrays compression: NPZCompression, meta: JSON? = nil, timeout: Duration? = nil,
        durability: Durability? = nil, _ body: (inout NPZWriter) throws -> Void
    ) throws {
        let path = path
        try put(format: "npz", meta: meta, timeout: timeout, durability: durability) { sink in
            try NPZWriter.write(compression, to: &sink, path: path, body)
        }
    }
}

extension LockedEntry {
    /// Stages an npz file whose arrays are made one after the other.
    ///
    /// - Parameters:
    ///   - compression: How the arrays are written.
    ///   - body: Appends the arrays.
    /// - Throws: `.readOnly` under a shared lock; what `body` throws; ``DirDBError``.
    public mutating func put(
        arrays compression: NPZCompression, _ body: (inout NPZWriter) throws -> Void
    ) throws {
        let path = entry.path
        try put(format: "npz") { sink in try NPZWriter.write(compression, to: &sink, path: path, body) }
    }
}
