public import DirDB

/// How an array is read from its file.
public enum ArrayAccess: Sendable {
    /// The file is mapped; pages are read as they are touched. Not for files that some program changes in place:
    /// the elements would change too, and after a shortening access to them is fatal (SIGBUS).
    case mapped
    /// The elements are read into memory of their own.
    case owned
}

/// Arrays as npy files, the format of `numpy.save`.
///
/// What is written equals the bytes that numpy writes for a C-ordered array. Read are the versions 1.0 to 3.0, C
/// and Fortran order, and both byte orders. There is no conversion: the type of the elements must be that of the
/// file. A mapped load copies nothing unless it has to: when the elements are not aligned in the file, in the
/// other byte order, in Fortran order, or of type Bool (a foreign byte might be no valid Bool).
///
/// The format: NEP 1 and the documentation of `numpy.lib.format`.
public struct NPYDumper<Element: NumpyElement>: Dumper {
    private let access: ArrayAccess
    private let headerLimit: Int

    /// Creates a dumper.
    ///
    /// - Parameters:
    ///   - access: Whether files are mapped, or read into memory.
    ///   - headerLimit: The longest header to read, in bytes; a longer one, which only records with very many
    ///     fields have, is an error.
    public init(access: ArrayAccess = .mapped, headerLimit: Int = 65536) {
        self.access = access
        self.headerLimit = headerLimit
    }

    /// `npy`.
    public var fileExtension: String { "npy" }

    /// Writes header and elements, the latter straight from where they lie.
    /// - Throws: ``DirDBError`` when writing fails.
    public func dump(_ value: NDArray<Element>, to sink: inout DataSink) throws {
        let header = NPYHeader.bytes(of: Element.self, shape: value.shape)
        try value.withElements { (elements) throws(DirDBError) in
            try sink.write(header, followedBy: UnsafeRawBufferPointer(elements))
        }
    }

    /// Maps or reads an array.
    ///
    /// - Throws: `.formatMismatch` when the elements are of another type; `.unsupportedFormat` for strings, records,
    ///   times and objects; `.damagedData` when the header makes no sense or data is missing.
    /// - Complexity: O(1) when mapped as it is, else O(n) in the number of elements.
    public func load(_ file: borrowing DataFile) throws -> NDArray<Element> {
        let header = try readHeader(file)
        guard header.count > 0 else { return NDArray(shape: header.shape, storage: .owned([], start: 0)) }
        let isAligned = header.dataOffset % MemoryLayout<Element>.alignment == 0
        if access == .mapped && isAligned && header.isCOrder && !header.dtype.needsNormalizing {
            return NDArray(
                shape: header.shape, storage: .mapped(try file.map(), byteOffset: header.dataOffset))
        }
        let elements =
            header.isCOrder
            ? try readElements(file, header, 0..<header.count)
            : try readReordered(file, header, rows: 0..<header.shape[0])
        return NDArray(shape: header.shape, storage: .owned(elements, start: 0))
    }

    /// Tells dtype and shape from the header, whatever the type of the elements.
    ///
    /// The dtype is named as numpy prints it: `float64`, `>f8` for the other byte order, `<U10`, `object`, and for
    /// records the list of their fields. A file of several arrays is described by the first, and unsupported.
    /// - Throws: `.damagedData` when the header makes no sense or data is missing; `.unsupportedFormat` when the
    ///   file is of an unknown version.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        let header = try NPYHeader.read(file, limit: headerLimit)
        var info = header.info
        let path = file.path
        info.problem = header.refusal.map { .unsupportedFormat(path, $0.cause, remedy: $0.remedy) }
        guard let end = header.end, end < file.size else { return info }
        if try NPYHeader.isRowOfArrays(file, from: end, limit: headerLimit) {
            info.problem = .unsupportedFormat(
                path,
                "other arrays follow the first at byte \(end), as several numpy.save into one file leave them",
                remedy: "read them in Python by one numpy.load after the other, and save each to its own file"
            )
        } else {
            info.problem = .trailingBytes(file.size - end, path)
        }
        return info
    }

    func readHeader(_ file: borrowing DataFile) throws(DirDBError) -> NPYHeader {
        let header = try NPYHeader.read(file, limit: headerLimit)
        try header.require(Element.self, path: file.path)
        return header
    }
}

// MARK: Reading into memory

extension NPYDumper {
    /// Reads elements, by their positions in the file, which the header was checked to have.
    func readElements(
        _ file: borrowing DataFile, _ header: NPYHeader, _ range: Range<Int>
    ) throws(DirDBError) -> [Element] {
        let dtype = header.dtype
        return try Array(filling: range.count) { (bytes) throws(DirDBError) in
            try Self.fill(bytes, file, header, range.lowerBound)
            dtype.normalize(bytes)
        }
    }

    /// Reads rows of a Fortran-ordered array, each column of them by a read of its own, and puts them in C order.
    func readReordered(
        _ file: borrowing DataFile, _ header: NPYHeader, rows: Range<Int>
    ) throws(DirDBError) -> [Element] {
        let size = MemoryLayout<Element>.stride
        let (dtype, height) = (header.dtype, header.shape[0])
        let shape = [rows.count] + header.shape.dropFirst()
        let count = shape.reduce(1, *)
        if count == 0 { return [] }
        let source = try UnsafeMutableRawBufferPointer.scratch(count * size)
        defer { source.deallocate() }
        if rows.count == height {
            try Self.fill(source, file, header, 0)
        } else {
            for column in 0..<count / rows.count {
                let start = column * rows.count * size
                let part = UnsafeMutableRawBufferPointer(rebasing: source[start..<start + rows.count * size])
                try Self.fill(part, file, header, column * height + rows.lowerBound)
            }
        }
        let filled = UnsafeRawBufferPointer(source)
        return try Array(filling: count) { (bytes) throws(DirDBError) in
            FortranOrder.copyToC(filled, bytes, shape: shape, itemSize: size)
            dtype.normalize(bytes)
        }
    }

    /// Fills a buffer from the element at a position in the file on.
    private static func fill(
        _ bytes: UnsafeMutableRawBufferPointer, _ file: borrowing DataFile, _ header: NPYHeader,
        _ position: Int
    ) throws(DirDBError) {
        let offset = header.dataOffset + position * MemoryLayout<Element>.stride
        guard try file.fill(bytes, from: Int64(offset)) else {
            throw .damagedData(file.path, "it became shorter while it was read")
        }
    }
}

extension DType {
    /// Whether the bytes of a file are not valid elements as they are.
    var needsNormalizing: Bool { isSwapped || kind == .boolean }
}
