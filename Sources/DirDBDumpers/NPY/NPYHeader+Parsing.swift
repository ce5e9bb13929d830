import DirDB

extension NPYHeader {
    /// Reads the header of a file, of at most `limit` bytes, and checks it against the file's size; usually one
    /// small read.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - start: Where the array begins in it; places in the header are counted from there.
    ///   - limit: The longest header to read.
    /// - Returns: The header.
    /// - Throws: `.damagedData` when it is no npy file or data is missing; `.unsupportedFormat`.
    static func read(
        _ file: borrowing DataFile, at start: Int64 = 0, limit: Int
    ) throws(DirDBError) -> NPYHeader {
        var bytes = try file.readBytes(at: start, count: usualLength)
        let frame = try Frame(bytes, fileSize: file.size - start, limit: limit, path: file.path)
        if frame.header.upperBound > bytes.count {
            bytes = try file.readBytes(at: start, count: frame.header.upperBound)
            guard bytes.count == frame.header.upperBound else {
                throw .damagedData(file.path, "it became shorter while it was read")
            }
        }
        let header = try NPYHeader(bytes[frame.header], isUTF8: frame.isUTF8, path: file.path)
        let found = file.size - start - Int64(header.dataOffset)
        if let byteCount = header.byteCount, found < byteCount {
            throw .damagedData(file.path, "it has only \(found) of \(byteCount) bytes of data")
        }
        return header
    }

    /// Whether whole arrays follow each other up to the end of a file; after the first thousand the rest is believed.
    static func isRowOfArrays(
        _ file: borrowing DataFile, from start: Int64, limit: Int
    ) throws(DirDBError) -> Bool {
        var start = start
        for _ in 0..<1000 where start < file.size {
            do throws(DirDBError) {
                // Where pickled objects end is not known.
                guard let end = try read(file, at: start, limit: limit).end else { return true }
                start += end
            } catch {
                switch error.code {
                case .damagedData: return false
                // A newer version, or a longer header.
                case .unsupportedFormat: return true
                default: throw error
                }
            }
        }
        return true
    }

    // numpy writes 128 bytes before the data of most arrays.
    private static var usualLength: Int { 256 }

    /// The version of a file and where its header lies.
    struct Frame {
        let header: Range<Int>
        let isUTF8: Bool

        /// Examines the first bytes of a file, at least 12 where it has as many.
        ///
        /// - Throws: `.damagedData`; `.unsupportedFormat` for an unknown version or a header beyond the limit.
        init(_ bytes: [UInt8], fileSize: Int64, limit: Int, path: @autoclosure () -> String)
            throws(DirDBError)
        {
            guard bytes.starts(with: NPYHeader.magic) || NPYHeader.magic.starts(with: bytes) else {
                throw .damagedData(path(), "it does not start with \\x93NUMPY as npy files do")
            }
            guard bytes.count >= 10 else {
                throw .damagedData(path(), "it ends after \(bytes.count) bytes, before its header")
            }
            let (major, minor) = (bytes[6], bytes[7])
            guard (1...3).contains(major), minor == 0 else {
                throw .unsupportedFormat(
                    path(), "its npy version is \(major).\(minor), and only 1.0 to 3.0 are known",
                    remedy: "save it again with numpy")
            }
            let start = major == 1 ? 10 : 12
            guard bytes.count >= start else {
                throw .damagedData(path(), "it ends after \(bytes.count) bytes, before its header")
            }
            let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard Int64(start) + Int64(length) <= fileSize else {
                throw .damagedData(
                    path(), "its header of \(length) bytes is longer than the rest of the file")
            }
            guard length <= limit else {
                throw .unsupportedFormat(
                    path(), "its header has \(length) bytes and more than \(limit) are not read",
                    remedy: "if you trust the file, raise the dumper's headerLimit")
            }
            header = start..<start + length
            isUTF8 = major == 3
        }
    }

    /// Parses a header, given as a slice of the file's bytes from the first on.
    ///
    /// - Throws: `.damagedData` when it is no header, or its numbers make no sense.
    init(_ text: ArraySlice<UInt8>, isUTF8: Bool, path: @autoclosure () -> String) throws(DirDBError) {
        var usual = UsualHeader(text)
        if let (dtype, descr, isFortranOrder, shape) = usual.parse() {
            try self.init(
                dtype, descr, isUTF8: isUTF8, isFortranOrder, shape, dataOffset: text.endIndex, path: path())
            return
        }
        let literal: PythonLiteral
        var parser = PythonLiteralParser(text, .npyHeader(isUTF8: isUTF8))
        do throws(LiteralFailure) {
            literal = try parser.parse()
        } catch {
            let place = "\(error.cause) at byte \(error.offset)"
            throw .damagedData(path(), "its header is not a Python literal: \(place)")
        }
        // The same three keys, no more and no less, are what numpy demands.
        guard case .dictionary(let fields) = literal, Set(fields.map(\.key)).count == 3,
            let descr = fields.last(where: { $0.key == .string("descr") }),
            let order = fields.last(where: { $0.key == .string("fortran_order") })?.value,
            let lengths = fields.last(where: { $0.key == .string("shape") })?.value
        else {
            throw .damagedData(path(), "its header does not consist of descr, fortran_order and shape")
        }
        guard let dtype = DType(descr.value) else {
            throw .damagedData(path(), "its header names the unknown dtype \(descr.value.text)")
        }
        guard case .boolean(let isFortranOrder) = order else {
            throw .damagedData(path(), "fortran_order in its header is \(order.text)")
        }
        guard case .tuple(let items) = lengths, let shape = PythonLiteral.lengths(items) else {
            throw .damagedData(path(), "the shape in its header is \(lengths.text)")
        }
        try self.init(
            dtype, descr.place, isUTF8: isUTF8, isFortranOrder, shape,
            dataOffset: text.endIndex, path: path())
    }

    private init(
        _ dtype: DType, _ descr: Range<Int>, isUTF8: Bool, _ isFortranOrder: Bool, _ shape: [Int],
        dataOffset: Int, path: @autoclosure () -> String
    ) throws(DirDBError) {
        if shape.contains(where: { $0 < 0 }) {
            throw .damagedData(path(), "its shape \(shape.tupleText) has a negative length")
        }
        guard let count = shape.elementCount(itemSize: dtype.itemSize ?? 1) else {
            throw .damagedData(path(), "its shape \(shape.tupleText) is too large for any file")
        }
        self.dtype = dtype
        self.descr = descr
        self.isUTF8 = isUTF8
        self.isFortranOrder = isFortranOrder
        self.shape = shape
        self.count = count
        byteCount = dtype.itemSize.map { $0 * count }
        self.dataOffset = dataOffset
    }

    /// Checks that the elements are of the type asked for.
    /// - Throws: `.formatMismatch` when they are numbers of another type; `.unsupportedFormat` when no array of
    ///   this package can hold them.
    func require<Element: NumpyElement>(_ type: Element.Type, path: @autoclosure () -> String)
        throws(DirDBError)
    {
        if let asked = Element.dtype, dtype.hasElements(of: asked) { return }
        if let refusal { throw .unsupportedFormat(path(), refusal.cause, remedy: refusal.remedy) }
        throw .formatMismatch(
            path(), found: "\(dtype.name) elements",
            asked: "\(NDArray<Element>.self) (\(Element.dtype?.name ?? Element.numpyTypeString))")
    }

    /// Why no array can hold such elements, and the remedy; nil when one can.
    var refusal: (cause: String, remedy: String)? {
        switch dtype.kind {
        case .boolean, .signed, .unsigned: nil
        case .real where (dtype.itemSize ?? 0) <= 8, .complex where (dtype.itemSize ?? 0) <= 16: nil
        case .real, .complex:
            (
                "its elements are \(dtype.name), which only some machines have",
                "save them as float64 or complex128"
            )
        case .bytes, .text:
            ("its elements are strings (\(dtype.name))", "put strings into a table")
        case .time:
            ("its elements are times (\(dtype.name))", "save them as int64 or put them into a table")
        case .void, .structured:
            ("its elements are records (\(dtype.name))", "save each field as an array of its own, or a table")
        case .object:
            (
                "its elements are pickled Python objects (\(dtype.name)), which are never run",
                "save plain numbers"
            )
        }
    }
}
