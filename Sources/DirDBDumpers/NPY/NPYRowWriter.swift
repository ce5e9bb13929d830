public import DirDB

/// Writes an array larger than memory, some rows at a time; `put(rows:rowShape:…)` makes one.
///
/// The number of rows need not be known: the header is written first, with the room that numpy leaves in it, and
/// gets the number at the end. The file then equals what `numpy.save` writes of the whole array.
///
/// Each call writes to the file at once, with no buffer in between: append thousands of small rows at a time.
public struct NPYRowWriter<Element: NumpyElement>: ~Copyable {
    /// The lengths of all axes but the first; empty when each element is a row.
    public let rowShape: [Int]
    /// The number of rows appended so far.
    public private(set) var rowCount = 0

    private let rowSize: Int
    private let path: String
    private var sink: DataSink

    private init(_ sink: consuming DataSink, rowShape: [Int], rowSize: Int, path: String) {
        self.sink = sink
        self.rowShape = rowShape
        self.rowSize = rowSize
        self.path = path
    }

    /// Appends one row, an array of the row's shape, or some, an array with one axis more.
    /// - Throws: `.invalidArgument` for another shape; ``DirDBError`` when writing fails.
    public mutating func append(_ rows: NDArray<Element>) throws(DirDBError) {
        let isOneRow = rows.shape == rowShape
        guard isOneRow || !rows.shape.isEmpty && Array(rows.shape.dropFirst()) == rowShape else {
            throw .rowsDoNotFit("an array of shape \(rows.shape.tupleText)", rowShape, path)
        }
        try rows.withElements { (elements) throws(DirDBError) in
            try write(elements, rows: isOneRow ? 1 : rows.shape[0])
        }
    }

    /// Appends the elements of whole rows, in C order.
    /// - Throws: `.invalidArgument` when they are no whole number of rows; ``DirDBError`` when writing fails.
    public mutating func append(_ elements: UnsafeBufferPointer<Element>) throws(DirDBError) {
        let isWhole = rowSize == 0 ? elements.isEmpty : elements.count % rowSize == 0
        guard isWhole else { throw .rowsDoNotFit("\(elements.count) elements", rowShape, path) }
        try write(elements, rows: rowSize == 0 ? 0 : elements.count / rowSize)
    }

    /// Appends the elements of whole rows, in C order.
    /// - Throws: `.invalidArgument` when they are no whole number of rows; ``DirDBError`` when writing fails.
    public mutating func append(_ elements: [Element]) throws(DirDBError) {
        try elements.withUnsafeBufferPointer { (buffer) throws(DirDBError) in try append(buffer) }
    }

    /// Appends the elements of whole rows, in C order.
    /// - Throws: `.invalidArgument` when they are no whole number of rows; ``DirDBError`` when writing fails.
    public mutating func append(_ elements: Span<Element>) throws(DirDBError) {
        try elements.withUnsafeBufferPointer { (buffer) throws(DirDBError) in try append(buffer) }
    }

    private mutating func write(
        _ elements: UnsafeBufferPointer<Element>, rows: Int
    ) throws(DirDBError) {
        try sink.write(UnsafeRawBufferPointer(elements))
        rowCount += rows
    }
}

// MARK: One file

extension NPYRowWriter {
    /// Writes a file: the header, the rows that `body` appends, and at last their number.
    static func write(
        _ rowShape: [Int], to sink: inout DataSink, path: String,
        _ body: (inout NPYRowWriter) throws -> Void
    ) throws {
        guard let rowSize = rowShape.elementCount(itemSize: MemoryLayout<Element>.stride) else {
            throw DirDBError.impossibleShape(rowShape)
        }
        try sink.write(NPYHeader.bytes(of: Element.self, shape: [0] + rowShape))
        var writer = NPYRowWriter(sink, rowShape: rowShape, rowSize: rowSize, path: path)
        let outcome = Result { try body(&writer) }
        let rowCount = writer.rowCount
        sink = writer.finish()
        try outcome.get()
        try sink.overwrite(NPYHeader.bytes(of: Element.self, shape: [rowCount] + rowShape), at: 0)
    }

    private consuming func finish() -> DataSink { sink }
}

extension Entry {
    /// Stores an array larger than memory as an npy file, some rows at a time.
    ///
    ///     try entry.put(rows: Float.self, rowShape: [3]) { writer in
    ///         while let chunk = next() { try writer.append(chunk) }
    ///     }
    ///
    /// - Parameters:
    ///   - type: The type of the elements.
    ///   - rowShape: The lengths of all axes but the first; empty when each element is a row.
    ///   - meta: The new metadata, an object; nil keeps what is there, an empty object removes it.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    ///   - body: Appends the rows; the lock is held meanwhile.
    /// - Throws: `.invalidArgument` for an impossible shape; what `body` throws; ``DirDBError``. The entry then
    ///   stays as it was.
    /// - Complexity: Memory is constant.
    public func put<Element: NumpyElement>(
        rows type: Element.Type, rowShape: [Int] = [], meta: JSON? = nil, timeout: Duration? = nil,
        durability: Durability? = nil, _ body: (inout NPYRowWriter<Element>) throws -> Void
    ) throws {
        let path = path
        try put(format: "npy", meta: meta, timeout: timeout, durability: durability) { sink in
            try NPYRowWriter.write(rowShape, to: &sink, path: path, body)
        }
    }
}

extension LockedEntry {
    /// Stages an array larger than memory as an npy file, some rows at a time.
    ///
    /// - Parameters:
    ///   - type: The type of the elements.
    ///   - rowShape: The lengths of all axes but the first; empty when each element is a row.
    ///   - body: Appends the rows.
    /// - Throws: `.invalidArgument` for an impossible shape; `.readOnly` under a shared lock; what `body` throws.
    /// - Complexity: Memory is constant.
    public mutating func put<Element: NumpyElement>(
        rows type: Element.Type, rowShape: [Int] = [],
        _ body: (inout NPYRowWriter<Element>) throws -> Void
    ) throws {
        let path = entry.path
        try put(format: "npy") { sink in
            try NPYRowWriter.write(rowShape, to: &sink, path: path, body)
        }
    }
}
