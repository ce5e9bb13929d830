/// An open data file: one complete version of an entry's data, whatever happens to the entry meanwhile.
public struct DataFile: ~Copyable {
    let descriptor: FileDescriptor
    // Joined when somebody asks: a message rarely needs it.
    private let directory: Directory?
    private let name: String
    /// The file's path, for messages.
    public var path: String { directory?.path(of: name) ?? name }
    /// The extension that names the format; "" when the file has none.
    public let format: String
    /// The size in bytes.
    public let size: Int64
    /// When the content was last written.
    public let modified: FileTime
    let identity: FileIdentity

    /// - Throws: `.notRegular` for a fifo, device or directory.
    package init(_ descriptor: consuming FileDescriptor, path: String, format: String) throws(DirDBError) {
        try self.init(descriptor, path, in: nil, format: format)
    }

    init(
        _ descriptor: consuming FileDescriptor, _ name: String, in directory: Directory?, format: String
    ) throws(DirDBError) {
        let status = try descriptor.status(path: directory?.path(of: name) ?? name)
        guard status.kind == .regular else { throw .notRegular(directory?.path(of: name) ?? name) }
        self.descriptor = descriptor
        self.directory = directory
        self.name = name
        self.format = format
        size = status.size
        modified = status.modified
        identity = status.identity
    }

    /// Reads bytes from `offset` on into `buffer`.
    /// - Returns: The number of bytes read; fewer than asked for only at the end of the file.
    /// - Throws: ``DirDBError`` when the system call fails.
    public func read(
        at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DirDBError) -> Int {
        try descriptor.read(at: offset, into: buffer, path: path)
    }

    /// Reads at most `count` bytes from `offset` on; never allocates more than the file holds.
    /// - Throws: ``DirDBError`` when the system call fails.
    public func readBytes(at offset: Int64 = 0, count: Int = .max) throws(DirDBError) -> [UInt8] {
        let available = max(0, size - max(0, offset))
        return try descriptor.readBytes(
            at: max(0, offset), count: Int(min(Int64(max(0, count)), available)), path: path)
    }

    /// Maps the whole file; no byte is read before it is touched.
    /// - Throws: ``DirDBError`` when the system call fails.
    public func map() throws(DirDBError) -> MappedFile {
        guard let count = Int(exactly: size) else {
            throw .damagedData(path, "its size is no number of bytes")
        }
        return try MappedFile(descriptor, count: count, path: path)
    }
}
