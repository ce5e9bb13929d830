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
        // mmap refuses empty files.
        do { address = count == 0 ? 0 : try System.map(descriptor.raw, count: count) } catch {
            throw .system(error, "map", path())
        }
        self.count = count
    }

    deinit {
        if address != 0 { System.unmap(address, count: count) }
    }

    /// Reads bytes into the page cache and maps their pages at once, which costs a fraction of as many page faults.
    package func populate(_ range: Range<Int>) {
        System.populate(address, range)
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
