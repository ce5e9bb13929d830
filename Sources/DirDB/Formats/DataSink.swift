/// Where a dumper writes: the new data file, not yet visible to anybody.
///
/// Each call is one write to the file with no buffer in between, so hand over large pieces. The file becomes
/// the entry's data when the surrounding `put` or `withLock` commits, and vanishes when that throws.
public struct DataSink: ~Copyable {
    private let descriptor: FileDescriptor
    private let path: String
    private let isToBeSynced: Bool
    /// The number of bytes written so far.
    public private(set) var count: Int64 = 0
    /// What was written, for the identity of the file; nil when part of it was copied within the kernel.
    private(set) var sample: ContentSample? = ContentSample()

    package init(_ descriptor: consuming FileDescriptor, path: String, isToBeSynced: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.isToBeSynced = isToBeSynced
    }

    /// Appends bytes.
    /// - Throws: ``DirDBError`` when the disk is full or fails, `.cancelled` when the task was cancelled.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(DirDBError) {
        try write(UnsafeRawBufferPointer(start: nil, count: 0), bytes)
    }

    private mutating func write(
        _ head: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer
    ) throws(DirDBError) {
        try descriptor.append(bytes, after: head, at: count, isToBeSynced: isToBeSynced, path: path)
        count += Int64(head.count + bytes.count)
        sample?.append(head)
        sample?.append(bytes)
    }

    /// Appends a header and what follows it, in one write.
    /// - Throws: ``DirDBError`` when the disk is full or fails, `.cancelled` when the task was cancelled.
    public mutating func write(
        _ header: [UInt8], followedBy bytes: UnsafeRawBufferPointer
    ) throws(DirDBError) {
        try header.withUnsafeBufferPointer { (header) throws(DirDBError) in
            try write(UnsafeRawBufferPointer(header), bytes)
        }
    }

    /// Appends bytes.
    /// - Throws: ``DirDBError`` when the disk is full or fails, `.cancelled` when the task was cancelled.
    public mutating func write(_ bytes: [UInt8]) throws(DirDBError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(DirDBError) in
            try write(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Overwrites bytes that were written before, such as a header whose numbers are known only at the end.
    /// - Throws: `.invalidArgument` when the range was not written yet; ``DirDBError`` when the disk fails.
    public mutating func overwrite(_ bytes: [UInt8], at offset: Int64) throws(DirDBError) {
        guard offset >= 0, offset <= count, Int64(bytes.count) <= count - offset else {
            throw DirDBError(
                .invalidArgument, path: path,
                subject: "cannot overwrite \(bytes.count) bytes at \(offset) of \(path)",
                "only \(count) were written", remedy: "write them first")
        }
        try bytes.withUnsafeBufferPointer { (bytes) throws(DirDBError) in
            try descriptor.write(UnsafeRawBufferPointer(bytes), at: offset, path: path)
        }
        sample?.overwrite(bytes, at: offset)
    }

    /// Reads back what was written, at most `count` bytes from `offset` on.
    package func readBytes(at offset: Int64, count: Int) throws(DirDBError) -> [UInt8] {
        try descriptor.readBytes(at: offset, count: count, path: path)
    }

    /// Sets when the content was last written, once it was; where the file system refuses, that is now.
    package func setModified(_ time: FileTime) {
        descriptor.setModified(time)
    }

    /// The finished file, for syncing, identifying and reading.
    consuming func finish() -> FileDescriptor {
        descriptor
    }
}

extension DataSink {
    /// Appends what can be read from a descriptor, up to its end.
    /// - Throws: ``DirDBError`` when reading or writing fails, `.cancelled` when the task was cancelled.
    public mutating func write(contentsOf descriptor: Int32) throws(DirDBError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            if Task.isCancelled { throw .cancelled(path) }
            let count: Int
            do { count = try System.read(descriptor, into: buffer) } catch {
                throw .system(error, "read what is to be stored in", path)
            }
            if count == 0 { return }
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Appends the content of an open data file to this, which is empty.
    ///
    /// Within the kernel where that is possible, and without any copy where the file system shares blocks.
    package mutating func write(contentsOf file: borrowing DataFile) throws(DirDBError) {
        while count < file.size {
            let copied = try descriptor.append(
                contentsOf: file.descriptor, at: count, isToBeSynced: isToBeSynced, path: path)
            if copied == 0 { break }
            count += Int64(copied)
            sample = nil
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let got = try file.read(at: count, into: buffer)
            if got == 0 { return }
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
        }
    }
}
