import CLinux
import Glibc

/// An open file or directory, closed when it goes out of scope.
///
/// The paths that its calls are given are for errors.
package struct FileDescriptor: ~Copyable, Sendable {
    package let raw: Int32

    // Large enough to cost nothing, small enough that Ctrl-C is heard at once and the disk begins early.
    private static let pieceSize = 8 << 20

    package init(_ raw: Int32) {
        self.raw = raw
    }

    deinit {
        // A file whose writing mattered was synced or flushed before, which reports.
        try? System.close(raw)
    }

    /// Makes one call; `action` completes "cannot …".
    @inline(__always)
    private func call<Value: FixedWidthInteger>(
        _ name: SystemCall.Name, to action: String, _ path: () -> String, bytes: Int = 0,
        _ body: (Int) -> Value
    ) throws(DirDBError) -> Value {
        do { return try SystemCall.make(name, descriptor: raw, bytes: bytes, body) } catch {
            throw .system(error, action, path())
        }
    }

    package func status(path: @autoclosure () -> String) throws(DirDBError) -> FileStatus {
        var buffer = stat()
        _ = try call(.stat, to: "examine", path) { _ in fstat(raw, &buffer) }
        return FileStatus(buffer)
    }

    package func setPermissions(_ permissions: UInt32, path: @autoclosure () -> String) throws(DirDBError) {
        _ = try call(.chmod, to: "set the permissions of", path) { _ in fchmod(raw, permissions) }
    }

    /// Takes a flock(2); false when it would have to wait and `blocking` is not asked for.
    package func lock(
        exclusive: Bool, blocking: Bool, path: @autoclosure () -> String
    ) throws(DirDBError) -> Bool {
        let operation = (exclusive ? LOCK_EX : LOCK_SH) | (blocking ? 0 : LOCK_NB)
        do { _ = try SystemCall.make(.lock, descriptor: raw) { _ in flock(raw, operation) } } catch {
            if error.errno == EWOULDBLOCK { return false }
            throw .system(error, "lock", path())
        }
        return true
    }

    // MARK: Reading

    /// Fills the buffer from `offset` on; fewer bytes only at the end of the file.
    /// - Returns: The number of bytes read.
    package func read(
        at offset: Int64, into buffer: UnsafeMutableRawBufferPointer, path: @autoclosure () -> String
    ) throws(DirDBError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = try call(.read, to: "read", path, bytes: rest.count) {
                pread(raw, rest.baseAddress, $0, off_t(offset) + done)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// At most `count` bytes from `offset` on.
    package func readBytes(at offset: Int64, count: Int, path: @autoclosure () -> String) throws(DirDBError)
        -> [UInt8]
    {
        // Of a file with holes the size says nothing of what it takes to read it.
        guard System.canAllocate(count) else {
            throw .system(SystemError(call: .read, errno: ENOMEM), "read", path())
        }
        var failure: DirDBError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(DirDBError) {
                initialized = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer), path: path())
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The whole content, read to its end, whatever the size was before.
    package func readAll(path: @autoclosure () -> String) throws(DirDBError) -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let more = try readBytes(at: Int64(content.count), count: 1 << 16, path: path())
            if more.isEmpty { return content }
            content += more
        }
    }

    // MARK: Writing

    /// Appends all bytes, those of `head` first, in pieces between which a cancelled task stops.
    ///
    /// `end` is where the file ends and its position is; `isToBeSynced` says that `sync` will follow, so that the
    /// disk may as well begin.
    func append(
        _ bytes: UnsafeRawBufferPointer,
        after head: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), at end: Int64,
        isToBeSynced: Bool,
        path: @autoclosure () -> String
    ) throws(DirDBError) {
        let isLarge = bytes.count >= Self.pieceSize
        if isLarge { reserve(at: end, count: head.count + bytes.count) }
        var (first, rest) = (head[...], bytes[...])
        var position = end
        while !(first.isEmpty && rest.isEmpty) {
            if Task.isCancelled { throw .cancelled(path()) }
            // Pieces end at multiples of their size: the page cache then keeps them in large parts, which are
            // mapped ten times faster than single pages.
            let room = Self.pieceSize - Int(position % Int64(Self.pieceSize))
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(max(room - first.count, 0)))
            let count = try write(UnsafeRawBufferPointer(rebasing: first), piece, path)
            if isLarge && isToBeSynced { startWriting(at: position, count: count) }
            position += Int64(count)
            rest = rest.dropFirst(max(count - first.count, 0))
            first = first.dropFirst(count)
        }
    }

    /// Writes some of the bytes and of those that follow, at the file position.
    private func write(
        _ head: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer, _ path: () -> String
    ) throws(DirDBError) -> Int {
        try call(.write, to: "write", path, bytes: head.count + bytes.count) { limit in
            let first = min(limit, head.count)
            let parts: [2 of iovec] = [
                iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: first),
                iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: limit - first),
            ]
            return parts.span.withUnsafeBufferPointer { writev(raw, $0.baseAddress, 2) }
        }
    }

    // Both are advice for large data: where the file system does not take it, writing does all that is needed.

    /// Reserves the room of bytes that are about to be written.
    private func reserve(at offset: Int64, count: Int) {
        _ = try? SystemCall.make(.reserve) { _ in linux_fallocate(raw, offset, Int64(count)) }
    }

    /// Has the disk begin with what was written, without waiting for it.
    private func startWriting(at offset: Int64, count: Int) {
        _ = try? SystemCall.make(.startWriting) { _ in linux_start_writing(raw, offset, Int64(count)) }
    }

    /// Appends bytes of another file within the kernel, at most one piece; both files are at `offset`.
    /// - Returns: Their number; 0 at the end of the source, and where the two file systems cannot do that.
    func append(
        contentsOf source: borrowing FileDescriptor, at offset: Int64, isToBeSynced: Bool, path: String
    ) throws(DirDBError) -> Int {
        if Task.isCancelled { throw .cancelled(path) }
        let from = source.raw
        do {
            let count = try SystemCall.make(.write, bytes: Self.pieceSize) {
                linux_copy_range(from, offset, raw, Int64($0))
            }
            if isToBeSynced { startWriting(at: offset, count: count) }
            return count
        } catch {
            // EPERM is what some sandboxes answer to any system call that they do not know.
            if [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM].contains(error.errno) { return 0 }
            throw .system(error, "write", path)
        }
    }

    /// Overwrites bytes at `offset`.
    package func write(
        _ bytes: UnsafeRawBufferPointer, at offset: Int64, path: @autoclosure () -> String
    ) throws(DirDBError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            done += try call(.write, to: "write", path, bytes: rest.count) {
                pwrite(raw, rest.baseAddress, $0, off_t(offset) + done)
            }
        }
    }

    /// Sets when the content was last written and read; where the file system refuses, that is now.
    func setModified(_ time: FileTime) {
        let modified = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        _ = try? SystemCall.make(.chmod) { _ in futimens(raw, [modified, modified]) }
    }

    /// Makes the content durable.
    package func sync(path: @autoclosure () -> String) throws(DirDBError) {
        _ = try call(.sync, to: "make durable", path) { _ in fdatasync(raw) }
    }

    /// Reports what the file system holds back until the file is closed (NFS, quotas): at each close of a copy, too.
    package func flush(path: @autoclosure () -> String) throws(DirDBError) {
        do {
            try System.close(
                try SystemCall.make(.open, descriptor: raw) { _ in fcntl(raw, F_DUPFD_CLOEXEC, 0) })
        } catch {
            throw .system(error, "finish writing", path())
        }
    }
}
