// The one file of the library that calls libc. Each wrapper is one call: it passes the observer, repeats
// on EINTR, and reads errno at once.

import CLinux
import Glibc

package enum System {
    /// Makes one call; `body` gets the number of bytes it may move and returns the call's result.
    @inline(__always)
    private static func invoke(
        _ name: SystemCall.Name, _ file: String? = nil, descriptor: Int32? = nil, bytes: Int = 0,
        _ body: (Int) -> Int
    ) throws(SystemError) -> Int {
        while true {
            var limit = bytes
            if let observer = SystemCall.observer {
                let call = SystemCall(name: name, file: file, descriptor: descriptor, byteCount: bytes)
                switch observer(call) {
                case .proceed: break
                case .skip: return 0
                case .fail(EINTR) where name != .close: continue
                case .fail(let code): throw SystemError(call: name, errno: code)
                case .shorten(let count): limit = min(bytes, count)
                }
            }
            let result = body(limit)
            if result >= 0 { return result }
            let code = errno
            // Linux has closed the descriptor even when close reports EINTR.
            if code == EINTR && name != .close { continue }
            throw SystemError(call: name, errno: code)
        }
    }

    // MARK: Descriptors

    package static func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
        Int32(try invoke(.open, path) { _ in Int(Glibc.open(path, flags | O_CLOEXEC)) })
    }

    package static func open(
        _ file: String, in directory: Int32, _ flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) -> Int32 {
        Int32(try invoke(.open, file) { _ in Int(openat(directory, file, flags | O_CLOEXEC, mode)) })
    }

    static func duplicate(_ descriptor: Int32) throws(SystemError) -> Int32 {
        Int32(try invoke(.open, descriptor: descriptor) { _ in Int(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) })
    }

    package static func close(_ descriptor: Int32) throws(SystemError) {
        _ = try invoke(.close) { _ in Int(Glibc.close(descriptor)) }
    }

    /// Reads at most `buffer.count` bytes at the file position; 0 at the end.
    package static func read(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try invoke(.read, bytes: buffer.count) { Glibc.read(descriptor, buffer.baseAddress, $0) }
    }

    package static func read(
        _ descriptor: Int32, at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try invoke(.read, bytes: buffer.count) { pread(descriptor, buffer.baseAddress, $0, off_t(offset)) }
    }

    static func write(
        _ descriptor: Int32, _ buffer: UnsafeRawBufferPointer
    ) throws(SystemError) -> Int {
        try invoke(.write, bytes: buffer.count) { Glibc.write(descriptor, buffer.baseAddress, $0) }
    }

    /// Writes all the bytes at the file position, or into a pipe or terminal.
    package static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            rest = rest.dropFirst(try write(descriptor, UnsafeRawBufferPointer(rebasing: rest)))
        }
    }

    /// Writes bytes and others behind them at the file position.
    static func write(
        _ descriptor: Int32, _ head: UnsafeRawBufferPointer, _ buffer: UnsafeRawBufferPointer
    ) throws(SystemError) -> Int {
        try invoke(.write, bytes: head.count + buffer.count) { limit in
            let first = min(limit, head.count)
            let parts: [2 of iovec] = [
                iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: first),
                iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: buffer.baseAddress), iov_len: limit - first),
            ]
            return parts.span.withUnsafeBufferPointer { writev(descriptor, $0.baseAddress, 2) }
        }
    }

    static func write(
        _ descriptor: Int32, at offset: Int64, _ buffer: UnsafeRawBufferPointer
    ) throws(SystemError) -> Int {
        try invoke(.write, bytes: buffer.count) { pwrite(descriptor, buffer.baseAddress, $0, off_t(offset)) }
    }

    /// Appends bytes of one file to another within the kernel; 0 at the end, or where the file system gives none so.
    static func copy(
        _ source: Int32, at offset: Int64, to target: Int32, count: Int
    ) throws(SystemError) -> Int {
        try invoke(.write, bytes: count) { linux_copy_range(source, offset, target, Int64($0)) }
    }

    /// Makes a file's content durable, or a directory's names.
    static func sync(_ descriptor: Int32, isDirectory: Bool) throws(SystemError) {
        _ = try invoke(.sync, descriptor: descriptor) { _ in
            Int(isDirectory ? fsync(descriptor) : fdatasync(descriptor))
        }
    }

    /// Reserves the room of bytes that are about to be written.
    static func reserve(_ descriptor: Int32, at offset: Int64, count: Int) throws(SystemError) {
        _ = try invoke(.reserve) { _ in Int(linux_fallocate(descriptor, offset, Int64(count))) }
    }

    /// Has the disk begin with what was written to a range of a file, without waiting for it.
    static func startWriting(_ descriptor: Int32, at offset: Int64, count: Int) throws(SystemError) {
        _ = try invoke(.startWriting) { _ in Int(linux_start_writing(descriptor, offset, Int64(count))) }
    }

    /// Makes all that was written to a file system durable, by any descriptor on it.
    static func syncFileSystem(_ descriptor: Int32) throws(SystemError) {
        _ = try invoke(.syncFileSystem) { _ in Int(linux_syncfs(descriptor)) }
    }

    package static func changeMode(_ descriptor: Int32, to mode: UInt32) throws(SystemError) {
        _ = try invoke(.chmod) { _ in Int(fchmod(descriptor, mode)) }
    }

    /// Sets when the content was last written and read.
    static func changeModified(_ descriptor: Int32, to time: FileTime) throws(SystemError) {
        let modified = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        _ = try invoke(.chmod) { _ in Int(futimens(descriptor, [modified, modified])) }
    }

    package static func status(_ descriptor: Int32) throws(SystemError) -> FileStatus {
        var buffer = Glibc.stat()
        _ = try invoke(.stat) { _ in Int(fstat(descriptor, &buffer)) }
        return FileStatus(buffer)
    }

    /// The number of the type of the file system that a descriptor is on.
    static func fileSystemType(_ descriptor: Int32) throws(SystemError) -> Int {
        try invoke(.statfs, descriptor: descriptor) { _ in Int(linux_file_system_type(descriptor)) }
    }

    // MARK: Names

    /// The status of a name, of the link itself where it is one.
    package static func status(_ file: String, in directory: Int32) throws(SystemError) -> FileStatus {
        var buffer = Glibc.stat()
        _ = try invoke(.stat, file) { _ in Int(fstatat(directory, file, &buffer, AT_SYMLINK_NOFOLLOW)) }
        return FileStatus(buffer)
    }

    package static func rename(
        _ file: String, in directory: Int32, to target: String, in targetDirectory: Int32
    ) throws(SystemError) {
        _ = try invoke(.rename, file) { _ in Int(renameat(directory, file, targetDirectory, target)) }
    }

    /// Makes a symbolic link that holds a text.
    package static func makeSymbolicLink(
        _ file: String, in directory: Int32, to text: String
    ) throws(SystemError) {
        _ = try invoke(.symlink, file) { _ in Int(symlinkat(text, directory, file)) }
    }

    /// The text of a symbolic link.
    package static func readSymbolicLink(_ file: String, in directory: Int32) throws(SystemError) -> [UInt8] {
        // Longer than any that the kernel makes.
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let capacity = buffer.count
        let count = try invoke(.readlink, file) { _ in readlinkat(directory, file, &buffer, capacity) }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }

    /// Gives a file a second name; a symbolic link is not followed.
    package static func link(
        _ file: String, in directory: Int32, to target: String, in targetDirectory: Int32
    ) throws(SystemError) {
        _ = try invoke(.link, target) { _ in Int(linkat(directory, file, targetDirectory, target, 0)) }
    }

    package static func unlink(_ file: String, in directory: Int32) throws(SystemError) {
        _ = try invoke(.unlink, file) { _ in Int(unlinkat(directory, file, 0)) }
    }

    /// Removes an empty directory.
    static func removeDirectory(_ file: String, in directory: Int32) throws(SystemError) {
        _ = try invoke(.unlink, file) { _ in Int(unlinkat(directory, file, AT_REMOVEDIR)) }
    }

    static func makeDirectory(_ file: String, in directory: Int32) throws(SystemError) {
        _ = try invoke(.mkdir, file) { _ in Int(mkdirat(directory, file, 0o777)) }
    }

    /// Makes a new directory that only this user may enter; six characters complete its path.
    package static func makeTemporaryDirectory(_ start: String) throws(SystemError) -> String {
        var made = start
        _ = try invoke(.mkdir, start) { _ in
            var template = Array("\(start)XXXXXX".utf8CString)
            return template.withUnsafeMutableBufferPointer { buffer in
                guard let path = buffer.baseAddress.flatMap({ mkdtemp($0) }) else { return -1 }
                made = String(cString: path)
                return 0
            }
        }
        return made
    }

    /// The absolute path without symbolic links; nil when `path` does not exist.
    package static func realPath(_ path: String) throws(SystemError) -> String? {
        do {
            var resolved: String?
            _ = try invoke(.stat, path) { _ in
                guard let buffer = Glibc.realpath(path, nil) else { return -1 }
                defer { free(buffer) }
                resolved = String(validatingCString: buffer)
                return 0
            }
            return resolved
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }

    // MARK: Locks

    /// Takes a flock(2); false when it would have to wait and `blocking` is not asked for.
    package static func lock(
        _ descriptor: Int32, exclusive: Bool, blocking: Bool
    ) throws(SystemError) -> Bool {
        do {
            let operation = (exclusive ? LOCK_EX : LOCK_SH) | (blocking ? 0 : LOCK_NB)
            _ = try invoke(.lock) { _ in Int(flock(descriptor, operation)) }
            return true
        } catch {
            if error.errno == EWOULDBLOCK { return false }
            throw error
        }
    }

    // MARK: Mappings

    /// Maps the first `count` bytes of a file for reading; `count` is positive.
    static func map(_ descriptor: Int32, count: Int) throws(SystemError) -> UInt {
        var address: UInt = 0
        _ = try invoke(.map) { _ in
            let pointer = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0)
            guard let pointer, pointer != MAP_FAILED else { return -1 }
            address = UInt(bitPattern: pointer)
            return 0
        }
        return address
    }

    /// Maps the pages of bytes of a mapping now; advice, which an old kernel does not know.
    static func populate(_ address: UInt, _ range: Range<Int>) {
        let page = UInt(getpagesize())
        let start = (address + UInt(range.lowerBound)) & ~(page - 1)
        let end = address + UInt(range.upperBound)
        madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_POPULATE_READ)
    }

    static func unmap(_ address: UInt, count: Int) {
        munmap(UnsafeMutableRawPointer(bitPattern: address), count)
    }

    /// Asks for huge pages under memory that was not touched yet, where the system can: 512 times fewer page faults.
    package static func adviseHugePages(_ memory: UnsafeMutableRawBufferPointer) {
        let page = 1 << 21
        guard let start = memory.baseAddress.map({ UInt(bitPattern: $0) }) else { return }
        let aligned = (start + UInt(page - 1)) & ~UInt(page - 1)
        let count = Int(start) + memory.count - Int(aligned)
        if count >= page { madvise(UnsafeMutableRawPointer(bitPattern: aligned), count, MADV_HUGEPAGE) }
    }

    /// Whether so much memory can be had; an array that cannot ends the process.
    package static func canAllocate(_ byteCount: Int) -> Bool {
        // What is small is not worth a system call.
        guard byteCount >= 1 << 24 else { return byteCount >= 0 }
        guard let memory = malloc(byteCount) else { return false }
        free(memory)
        return true
    }

    // MARK: Listing

    /// Reads records of names (`linux_dirent64`) of a directory.
    /// - Returns: The number of bytes that they take; 0 at the end.
    static func list(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        try invoke(.list, descriptor: descriptor, bytes: buffer.count) {
            linux_list(descriptor, buffer.baseAddress, $0)
        }
    }

    // MARK: Process

    /// A variable of the environment; nil when it is not set, empty or no UTF-8.
    package static func environment(_ name: String) -> String? {
        guard let value = getenv(name).flatMap({ String(validatingCString: $0) }) else { return nil }
        return value.isEmpty ? nil : value
    }

    // MARK: Time

    /// Seconds and nanoseconds since the epoch.
    package static func now() -> FileTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return FileTime(time)
    }

    package static func sleep(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }

    /// The system's own words for an error number.
    package static func message(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
