public import DirDB

extension NPYDumper {
    /// Reads some rows, indices of the first axis, and nothing else of the file but its header.
    ///
    /// - Parameters:
    ///   - rows: The rows to read.
    ///   - file: An open npy file, as ``Entry/withData(_:)`` gives it.
    /// - Returns: An array in memory with as many dimensions as that of the file.
    /// - Throws: `.invalidArgument` when there are no such rows; what ``load(_:)`` throws.
    /// - Complexity: O(n) in the elements read: one read of the file, for Fortran order one per column.
    public func loadRows(_ rows: Range<Int>, from file: borrowing DataFile) throws -> NDArray<Element> {
        let header = try readHeader(file)
        guard let height = header.shape.first, rows.lowerBound >= 0, rows.upperBound <= height else {
            throw DirDBError.rowsOutOfRange(rows, of: header.shape, file.path)
        }
        let elements: [Element]
        if header.isCOrder {
            let rowSize = header.shape.dropFirst().reduce(1, *)
            elements = try readElements(
                file, header, rows.lowerBound * rowSize..<rows.upperBound * rowSize)
        } else {
            elements = try readReordered(file, header, rows: rows)
        }
        return NDArray(
            shape: [rows.count] + header.shape.dropFirst(), storage: .owned(elements, start: 0))
    }
}

extension Entry {
    /// Reads some rows of an npy file, indices of the first axis, and nothing else of it but its header.
    ///
    /// - Parameters:
    ///   - range: The rows to read.
    ///   - type: The type of the elements.
    /// - Returns: An array in memory with as many dimensions as that of the file.
    /// - Throws: `.invalidArgument` when there are no such rows; what ``get(_:)`` throws.
    public func rows<Element: NumpyElement>(
        _ range: Range<Int>, of type: Element.Type = Element.self
    ) throws -> NDArray<Element> {
        try get(as: NPYRowLoader(rows: range))
    }
}

extension LockedEntry {
    /// Reads some rows of an npy file, the staged one if there is some, and nothing else of it but its header.
    ///
    /// - Parameters:
    ///   - range: The rows to read.
    ///   - type: The type of the elements.
    /// - Returns: An array in memory with as many dimensions as that of the file.
    /// - Throws: `.invalidArgument` when there are no such rows; what ``get(_:)`` throws.
    public func rows<Element: NumpyElement>(
        _ range: Range<Int>, of type: Element.Type = Element.self
    ) throws -> NDArray<Element> {
        try get(as: NPYRowLoader(rows: range))
    }
}

/// Reads rows in the place of the whole, so that `get` looks for the file and checks its format as it always does.
private struct NPYRowLoader<Element: NumpyElement>: Dumper {
    let rows: Range<Int>
    private let whole = NPYDumper<Element>()

    init(rows: Range<Int>) {
        self.rows = rows
    }

    var fileExtension: String { whole.fileExtension }

    func dump(_ value: NDArray<Element>, to sink: inout DataSink) throws {
        try whole.dump(value, to: &sink)
    }

    func load(_ file: borrowing DataFile) throws -> NDArray<Element> {
        try whole.loadRows(rows, from: file)
    }

    func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        try whole.inspect(file)
    }
}
