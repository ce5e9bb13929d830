package import DirDB

extension DataFile {
    /// Reads those of some rows that an npy file has, whatever the type of its elements, and nothing else but its header.
    ///
    /// - Parameter rows: Indices of the first axis, of which those beyond the end are left out.
    /// - Returns: An array in memory with as many dimensions as that of the file.
    /// - Throws: `.invalidArgument` when the array has no dimensions; what ``NPYDumper/load(_:)`` throws.
    /// - Complexity: O(n) in the elements read.
    package func npyRows(_ rows: Range<Int>) throws -> any NumpyArray {
        let header = try NPYHeader.read(self, limit: 65536)
        guard let height = header.shape.first else {
            throw DirDBError.rowsOutOfRange(rows, of: header.shape, path)
        }
        func load<Element: NumpyElement>(_ type: Element.Type) throws -> any NumpyArray {
            try NPYDumper<Element>().loadRows(rows.clamped(to: 0..<height), from: self)
        }
        // Without such a type this one gives the reason.
        let type: any NumpyElement.Type = header.dtype.elementType ?? Double.self
        return try load(type)
    }
}
