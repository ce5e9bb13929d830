import Glibc

/// An open data file: one complete version of an entry's data, whatever happens to the entry meanwhile.
public struct DataFile: ~Copyable, Sendable {
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

/// The content of a file, mapped read-only into memory; unmapped when the last reference goes.
///
/// The mapping stays valid and unchanged when the entry is replaced, renamed or deleted, because this package
/// never changes a published file in place. A program that does (Python's own `open(path, "wb")`) can change
/// mapped bytes, and by shortening the file make access to them fatal (SIGBUS): use owned reads for files that
/// such a program still writes.
public final class MappedFile: Sendable {
    private let address: UInt
    /// The number of mapped bytes.
    public let count: Int

    /// Maps `count` bytes, which the file has.
    package init(_ descriptor: borrowing FileDescriptor, count: Int, path: @autoclosure () -> String)
        throws(DirDBError)
    {
        self.count = count
        // mmap refuses empty files.
        if count == 0 {
            address = 0
            return
        }
        let raw = descriptor.raw
        do {
            var pointer: UnsafeMutableRawPointer?
            _ = try SystemCall.make(.map) { _ in
                pointer = mmap(nil, count, PROT_READ, MAP_SHARED, raw, 0)
                return pointer == MAP_FAILED ? -1 : 0
            }
            address = UInt(bitPattern: pointer)
        } catch {
            throw .system(error, "map", path())
        }
    }

    deinit {
        if address != 0 { munmap(UnsafeMutableRawPointer(bitPattern: address), count) }
    }

    /// Reads bytes into the page cache and maps their pages at once, which costs a fraction of as many page faults.
    package func populate(_ range: Range<Int>) {
        let start = (address + UInt(range.lowerBound)) & ~(UInt(getpagesize()) - 1)
        let end = address + UInt(range.upperBound)
        // Advice, which an old kernel does not know.
        madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_POPULATE_READ)
    }

    /// Gives scoped access to the bytes, which must not outlive the call.
    /// - Throws: What `body` throws.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count))
    }

    /// Gives scoped access to the bytes as a span, whose escape the compiler rejects.
    /// - Throws: What `body` throws.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBytes { (bytes) throws(Failure) in try body(bytes.bytes) }
    }
}
