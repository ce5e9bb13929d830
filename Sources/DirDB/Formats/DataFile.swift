/// An open data file: one complete version of an entry's data, whatever happens to the entry meanwhile.
public struct DataFile: ~Copyable {
    let descriptor: FileDescriptor
    /// The file's path, for messages.
    public let path: String
    /// The extension that names the format; "" when the file has none.
    public let format: String
    /// The size in bytes.
    public let size: Int64
    /// When the content was last written.
    public let modified: FileTime
    let identity: FileIdentity

    /// - Throws: `.notRegular` for a fifo, device or directory.
    package init(_ descriptor: consuming FileDescriptor, path: String, format: String) throws(DirDBError) {
        let status = try descriptor.status(path: path)
        guard status.kind == .regular else { throw .notRegular(path) }
        self.descriptor = descriptor
        self.path = path
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
