import Glibc

/// An open file or directory: the descriptor and the path to name in errors.
///
/// Closed when it goes out of scope.
package struct FileDescriptor: ~Copyable {
    package let raw: Int32

    package init(_ raw: Int32) {
        self.raw = raw
    }

    deinit {
        // A file whose writing mattered was synced or flushed before, which reports.
        try? System.close(raw)
    }

    /// Reports what the file system holds back until the file is closed (NFS, quotas): at each close of a copy, too.
    package func flush(path: @autoclosure () -> String) throws(DirDBError) {
        do { try System.close(try System.duplicate(raw)) } catch {
            throw .system(error, "finish writing", path())
        }
    }

    /// Gives the descriptor away.
    consuming func release() -> Int32 {
        let descriptor = raw
        discard self
        return descriptor
    }

    package func status(path: @autoclosure () -> String) throws(DirDBError) -> FileStatus {
        do { return try System.status(raw) } catch { throw .system(error, "examine", path()) }
    }

    /// Fills the buffer from `offset` on; fewer bytes only at the end of the file.
    /// - Returns: The number of bytes read.
    package func read(
        at offset: Int64, into buffer: UnsafeMutableRawBufferPointer, path: @autoclosure () -> String
    ) throws(DirDBError) -> Int {
        var done = 0
        while done < buffer.count {
            do {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                let count = try System.read(raw, at: offset + Int64(done), into: rest)
                if count == 0 { break }
                done += count
            } catch {
                throw .system(error, "read", path())
            }
        }
        return done
    }

    /// The whole content, read to its end, whatever the size was before.
    package func readAll(path: @autoclosure () -> String) throws(DirDBError) -> [UInt8] {
        // One read fetches most metadata files; only a larger file needs to be asked for its size.
        var content = try readBytes(at: 0, count: 4096, path: path())
        guard content.count == 4096 else { return content }
        let size = try status(path: path()).size
        content += try readBytes(at: 4096, count: Int(max(size - 4096, 0)), path: path())
        while true {
            let more = try readBytes(at: Int64(content.count), count: 65536, path: path())
            if more.isEmpty { return content }
            content += more
        }
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

    /// Appends all bytes, those of `head` first, in pieces between which a cancelled task stops.
    ///
    /// `end` is where the file ends and its position is; `isToBeSynced` tells that `sync` will follow, so that the
    /// disk may as well begin.
    package func append(
        _ bytes: UnsafeRawBufferPointer,
        after head: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), at end: Int64,
        isToBeSynced: Bool,
        path: @autoclosure () -> String
    ) throws(DirDBError) {
        // Both are advice for large data: where the file system does not take it, writing does all that is needed.
        let isLarge = bytes.count >= Self.pieceSize
        if isLarge { try? System.reserve(raw, at: end, count: head.count + bytes.count) }
        var (first, rest) = (head[...], bytes[...])
        var position = end
        while !(first.isEmpty && rest.isEmpty) {
            if Task.isCancelled { throw .cancelled(path()) }
            do {
                // Pieces end at multiples of their size: the page cache then keeps them in large parts, which are
                // mapped ten times faster than single pages.
                let room = Self.pieceSize - Int(position % Int64(Self.pieceSize))
                let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(max(room - first.count, 0)))
                let count = try System.write(raw, UnsafeRawBufferPointer(rebasing: first), piece)
                if isLarge && isToBeSynced { try? System.startWriting(raw, at: position, count: count) }
                position += Int64(count)
                rest = rest.dropFirst(max(count - first.count, 0))
                first = first.dropFirst(count)
            } catch {
                throw .system(error, "write", path())
            }
        }
    }

    /// Appends bytes of another file within the kernel, at most one piece.
    /// - Returns: Their number; 0 at the end of the source, and where the two file systems cannot do that.
    package func append(
        contentsOf source: borrowing FileDescriptor, at offset: Int64, isToBeSynced: Bool, path: String
    ) throws(DirDBError) -> Int {
        if Task.isCancelled { throw .cancelled(path) }
        do {
            let count = try System.copy(source.raw, at: offset, to: raw, count: Self.pieceSize)
            // The position of both is the same: copies are of whole files.
            if isToBeSynced { try? System.startWriting(raw, at: offset, count: count) }
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
            do {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                done += try System.write(raw, at: offset + Int64(done), rest)
            } catch {
                throw .system(error, "write", path())
            }
        }
    }

    package func sync(path: @autoclosure () -> String) throws(DirDBError) {
        do { try System.sync(raw, isDirectory: false) } catch { throw .system(error, "make durable", path()) }
    }

    // Large enough to cost nothing, small enough that Ctrl-C is heard at once and the disk begins early.
    private static let pieceSize = 8 << 20
}
