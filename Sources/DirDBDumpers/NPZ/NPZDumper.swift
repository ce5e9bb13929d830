public import DirDB

/// Named arrays as npz files, the format of `numpy.savez` and `numpy.savez_compressed`: a zip file of npy files.
///
/// What numpy writes is read, and the reverse. Stored arrays are aligned to 64 bytes, by an extra field that other
/// readers skip, so that they can be mapped. The same arrays give the same bytes: no time is stored. Members that are
/// no npy files are listed with the dtype `bytes` and left out by ``load(_:)``.
///
/// The format: `numpy.lib.format`, and APPNOTE.TXT of PKWARE for zip with ZIP64.
public struct NPZDumper: Dumper {
    private let compression: NPZCompression
    private let access: ArrayAccess
    private let limits: ZipLimits

    /// Creates a dumper.
    ///
    /// - Parameters:
    ///   - compression: How arrays are written.
    ///   - access: Whether arrays that are stored and aligned are mapped, without a look at their checksum, or all are
    ///     read into memory and checked.
    public init(compression: NPZCompression = .stored, access: ArrayAccess = .mapped) {
        self.init(compression: compression, access: access, limits: ZipLimits())
    }

    package init(compression: NPZCompression, access: ArrayAccess, limits: ZipLimits) {
        self.compression = compression
        self.access = access
        self.limits = limits
    }

    /// `npz`.
    public var fileExtension: String { "npz" }

    /// Writes the arrays one after the other, each from where it lies.
    /// - Throws: `.invalidArgument` for a name that no zip file can hold; ``DirDBError`` when writing fails.
    public func dump(_ value: NamedArrays, to sink: inout DataSink) throws {
        var archive = ZipWriter(compression, limits, path: "")
        for name in value.names {
            if let array = value.array(named: name) { try archive.append(array, named: name, to: &sink) }
        }
        try archive.finish(&sink)
    }

    /// Reads all arrays; those that are stored and aligned are mapped.
    ///
    /// - Throws: `.unsupportedFormat` when some array is one of strings, records, times or objects, encrypted, compressed
    ///   by an unknown method, or one of two with the same name (``NPZFile`` reads the others); `.damagedData`.
    /// - Complexity: O(n) in the number of elements that are not mapped.
    public func load(_ file: borrowing DataFile) throws -> NamedArrays {
        var arrays = NamedArrays()
        if access == .mapped {
            let archive = try NPZFile(file)
            for name in archive.names { arrays.set(try archive.loadAny(name), named: name) }
            return arrays
        }
        for (name, member) in try ZipDirectory(file).arrays {
            let array = try Self.read(member, path: file.path) { (offset, buffer) throws(DirDBError) in
                try file.read(at: offset, into: buffer)
            }
            arrays.set(array, named: name)
        }
        return arrays
    }

    private static func read(
        _ member: ZipMember, path: String, _ source: ZipSource
    ) throws(DirDBError) -> any NumpyArray {
        let content = try NPYMember(member, path: path, source)
        func read<Element: NumpyElement>(
            _ content: consuming NPYMember, _ type: Element.Type
        ) throws(DirDBError) -> any NumpyArray {
            try content.read(type, source)
        }
        // Without such a type this one gives the reason.
        let type: any NumpyElement.Type = content.header.dtype.elementType ?? Double.self
        return try read(content, type)
    }

    /// Tells names, dtypes and shapes from the central directory and the headers of the arrays.
    ///
    /// Members that are encrypted, compressed by an unknown method, or bear a name that occurs twice are left out. The first
    /// member that is not loaded is the reason for which the file is unsupported.
    /// - Throws: `.damagedData`.
    /// - Complexity: O(n) in the number of members: one small read for each, one for many where they are small.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        let path = file.path
        let directory = try ZipDirectory(file)
        var window = ReadWindow()
        var fields: [Field] = []
        var problem: DirDBError?
        for member in directory.members where !member.isDirectory {
            guard let name = member.arrayName else {
                fields.append(Field(name: member.name, dtype: "bytes", shape: [member.size]))
                continue
            }
            let field = Result { () throws(DirDBError) in
                let header = try NPYMember(member, path: path) { (offset, buffer) throws(DirDBError) in
                    try window.read(at: offset, into: buffer, from: file)
                }.header
                if let refusal = header.refusal {
                    problem =
                        problem
                        ?? .unsupportedMember(member.name, path, refusal.cause, remedy: refusal.remedy)
                }
                return Field(name: name, dtype: header.dtype.name, shape: header.shape)
            }
            if case .failure(let error) = field, error.code == .unsupportedFormat {
                // Another member may be damaged, which is worse.
                problem = problem ?? error
            } else {
                fields.append(try field.get())
            }
        }
        if directory.trailingBytes > 0 { problem = .trailingBytes(directory.trailingBytes, path) }
        return FormatInfo(fields: fields, problem: problem)
    }
}

/// How the arrays of an npz file are written.
public enum NPZCompression: Hashable, Sendable {
    /// As they are, at the speed of npy, and so that they can be mapped: what `numpy.savez` does.
    case stored
    /// By deflate, with a level from 1, the fastest, to 9, the smallest; `numpy.savez_compressed` uses 6.
    case deflated(level: Int)

    /// By deflate, as `numpy.savez_compressed` does.
    public static var deflated: NPZCompression { .deflated(level: 6) }
}

/// Serves small reads that are near to each other from one larger read.
private struct ReadWindow {
    private var start: Int64 = 0
    private var bytes: [UInt8] = []
    private static let size = 16 << 10

    mutating func read(
        at offset: Int64, into buffer: UnsafeMutableRawBufferPointer, from file: borrowing DataFile
    ) throws(DirDBError) -> Int {
        if buffer.count >= Self.size { return try file.read(at: offset, into: buffer) }
        let isInside = offset >= start && offset + Int64(buffer.count) <= start + Int64(bytes.count)
        if !isInside {
            bytes = try file.readBytes(at: offset, count: Self.size)
            start = offset
        }
        let place = Int(offset - start)
        let count = min(buffer.count, bytes.count - place)
        bytes.withUnsafeBytes { source in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[place..<place + count]))
        }
        return count
    }
}
