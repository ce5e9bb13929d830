import CLinux
import Glibc
import Synchronization

/// An open directory: every file of a database is reached through one, by name, never by path.
///
/// It is closed when its last copy goes. Symbolic links in the place of a file or a sub-directory are refused, so that nothing outside the
/// directory can be read, written or removed through a name in it.
package struct Directory: Sendable {
    private final class Shared: Sendable {
        let descriptor: FileDescriptor
        /// Asked once; nil before that.
        let keepsNameOrder = Mutex<Bool?>(nil)

        init(_ raw: Int32) {
            descriptor = FileDescriptor(raw)
        }
    }

    private let shared: Shared
    package let path: String

    package var raw: Int32 { shared.descriptor.raw }

    private init(_ raw: Int32, path: String) {
        shared = Shared(raw)
        self.path = path
    }

    /// Opens a directory by path; symbolic links on the way are followed.
    package init(path: String) throws(DirDBError) {
        do { self.init(try System.open(path, O_RDONLY | O_DIRECTORY), path: path) } catch {
            throw error.errno == ENOENT ? .missingDatabase(path) : .system(error, "open the directory", path)
        }
    }

    package func path(of file: String) -> String { path.appending(path: file) }

    /// Makes a call on a name in this directory; nil when it fails with the error `tolerated`.
    ///
    /// `action` completes "cannot …".
    @inline(__always)
    private func call<Value: FixedWidthInteger>(
        _ call: SystemCall.Name, _ name: String, to action: String, nilFor tolerated: Int32 = 0,
        _ body: () -> Value
    ) throws(DirDBError) -> Value? {
        do { return try SystemCall.make(call, name) { _ in body() } } catch {
            if error.errno == tolerated { return nil }
            throw .system(error, action, path(of: name))
        }
    }

    // MARK: Directories

    /// Opens a directory in this one; nil when it is absent.
    package func openDirectory(_ name: String) throws(DirDBError) -> Directory? {
        do {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            let opened = try SystemCall.make(.open, name) { _ in openat(raw, name, flags) }
            return Directory(opened, path: path(of: name))
        } catch {
            if error.errno == ENOENT { return nil }
            // The kernel says "not a directory" of a link too.
            let isLink = try status(name)?.kind == .symbolicLink
            let cause = isLink && error.errno == ENOTDIR ? SystemError(call: .open, errno: ELOOP) : error
            throw .system(cause, "open the sub-database", path(of: name))
        }
    }

    /// Opens a directory at some depth below this one, or this one; nil when one on the way is absent.
    package func openDirectory(at names: some Sequence<String>) throws(DirDBError) -> Directory? {
        var directory = self
        for name in names {
            guard let next = try directory.openDirectory(name) else { return nil }
            directory = next
        }
        return directory
    }

    /// Makes a directory; that somebody else made it first is no error.
    package func makeDirectory(_ name: String) throws(DirDBError) {
        _ = try call(.mkdir, name, to: "create the directory", nilFor: EEXIST) { mkdirat(raw, name, 0o777) }
    }

    /// Removes an empty directory in this one; that it is gone already is no error.
    package func removeDirectory(_ name: String) throws(DirDBError) {
        _ = try call(.unlink, name, to: "remove the directory", nilFor: ENOENT) {
            unlinkat(raw, name, AT_REMOVEDIR)
        }
    }

    // MARK: Files

    /// How to open an existing file.
    package enum Access {
        case read, lock
    }

    /// Opens an existing regular file; nil when there is none.
    package func open(_ name: String, _ access: Access = .read) throws(DirDBError) -> FileDescriptor? {
        // A fifo would block without O_NONBLOCK; on regular files the flag means nothing.
        let flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (access == .lock ? O_RDWR : O_RDONLY)
        return try call(.open, name, to: "open", nilFor: ENOENT) { openat(raw, name, flags) }
            .map { FileDescriptor($0) }
    }

    /// Creates a file that must not exist yet, with these permissions but for the umask; nil when it does.
    package func create(
        _ name: String, permissions: UInt32 = 0o666
    ) throws(DirDBError) -> FileDescriptor? {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        do throws(DirDBError) {
            return try call(.open, name, to: "create", nilFor: EEXIST) {
                openat(raw, name, flags, permissions)
            }.map { FileDescriptor($0) }
        } catch {
            // Nothing else can be missing but the directory, removed since it was opened.
            throw error.code == .notFound ? .removedDatabase(path) : error
        }
    }

    /// The status of a name, of a symbolic link itself; nil when it is absent.
    package func status(_ name: String) throws(DirDBError) -> FileStatus? {
        var buffer = stat()
        return try call(.stat, name, to: "examine", nilFor: ENOENT) {
            fstatat(raw, name, &buffer, AT_SYMLINK_NOFOLLOW)
        }.map { _ in FileStatus(buffer) }
    }

    /// Gives a file another name, here or in another directory, replacing what has it; one atomic step.
    package func rename(
        _ name: String, to target: String, in other: Directory? = nil
    ) throws(DirDBError) {
        let other = other ?? self
        do { _ = try SystemCall.make(.rename, name) { _ in renameat(raw, name, other.raw, target) } } catch {
            throw .system(error, "rename \(path(of: name)) to", other.path(of: target))
        }
    }

    /// Removes a name; that it is gone already is no error.
    package func unlink(_ name: String) throws(DirDBError) {
        _ = try call(.unlink, name, to: "remove", nilFor: ENOENT) { unlinkat(raw, name, 0) }
    }

    // MARK: Links

    /// Makes a symbolic link that holds a text; false when the file system has none, or not of this length.
    /// - Throws: `.alreadyExists` when the name is taken.
    package func makeSymbolicLink(_ name: String, to text: String) throws(DirDBError) -> Bool {
        do { _ = try SystemCall.make(.symlink, name) { _ in symlinkat(text, raw, name) } } catch {
            if [EPERM, EOPNOTSUPP, ENOSYS, ENAMETOOLONG].contains(error.errno) { return false }
            throw error.errno == EEXIST
                ? .nameTaken(path(of: name)) : .system(error, "create", path(of: name))
        }
        return true
    }

    /// The text of a symbolic link.
    func readSymbolicLink(_ name: String) throws(DirDBError) -> [UInt8] {
        // Longer than any that the kernel makes.
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let capacity = buffer.count
        let count = try call(.readlink, name, to: "read") { readlinkat(raw, name, &buffer, capacity) }
        return buffer.prefix(count ?? 0).map { UInt8(bitPattern: $0) }
    }

    /// Gives a file a second name, which is new, in another directory or this one; false where the file system cannot.
    package func link(_ name: String, to target: String, in other: Directory) throws(DirDBError) -> Bool {
        do { _ = try SystemCall.make(.link, target) { _ in linkat(raw, name, other.raw, target, 0) } } catch {
            if [EPERM, EMLINK, EXDEV, EOPNOTSUPP, ENOSYS].contains(error.errno) { return false }
            throw error.errno == EEXIST
                ? .nameTaken(other.path(of: target))
                : .system(error, "link \(path(of: name)) to", other.path(of: target))
        }
        return true
    }

    // MARK: The directory itself

    package func status() throws(DirDBError) -> FileStatus {
        try shared.descriptor.status(path: path)
    }

    /// Whether the directory was removed, so that nothing can be in it any more.
    var isRemoved: Bool {
        get throws(DirDBError) {
            do { return try status().linkCount == 0 } catch {
                // On NFS the server says that the handle is stale.
                if error.code == .notFound { return true }
                throw error
            }
        }
    }

    /// A stream over the names of this directory, from its beginning.
    package func stream() throws(DirDBError) -> DirectoryStream {
        // A separate descriptor: streams share their position with the descriptor they are made from.
        guard
            let own = try call(
                .open, ".", to: "list", { openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
        else { throw .missingDatabase(path) }
        return DirectoryStream(FileDescriptor(own), path: path)
    }

    /// Makes the names of this directory durable.
    package func sync() throws(DirDBError) {
        do { _ = try SystemCall.make(.sync, descriptor: raw) { _ in fsync(raw) } } catch {
            throw .system(error, "make durable the names in", path)
        }
    }

    /// Makes all that was written to the directory's file system durable.
    func syncFileSystem() throws(DirDBError) {
        do { _ = try SystemCall.make(.syncFileSystem) { _ in linux_syncfs(raw) } } catch {
            throw .system(error, "make durable the file system of", path)
        }
    }

    /// Makes the names durable where the file system may keep a later change of a name and lose an earlier one.
    func syncUnlessOrdered() throws(DirDBError) {
        if !keepsNameOrder { try sync() }
    }

    /// Whether names survive a power loss in the order in which they were changed.
    package var keepsNameOrder: Bool {
        shared.keepsNameOrder.withLock { known in
            if let known { return known }
            let type = try? SystemCall.make(.statfs, descriptor: raw) { _ in linux_file_system_type(raw) }
            // linux/magic.h: ext2, ext3 and ext4; xfs; tmpfs. On btrfs they do not; of others it is not known.
            let answer = [0xEF53, 0x5846_5342, 0x0102_1994].contains(type)
            known = answer
            return answer
        }
    }
}

/// The names of one directory, one after the other in the file system's order; constant memory.
///
/// File systems that keep no order (tmpfs, btrfs) leave out, or list twice, files that are replaced between
/// two calls of the kernel. One call shows one state of the directory, so it is asked for as much as most of them have.
package final class DirectoryStream {
    private static let bufferSize = 1 << 20

    private let descriptor: FileDescriptor
    private let path: String
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 8)
    private var (position, filled) = (0, 0)
    /// The name that came last, with U+FFFD for what is not UTF-8 in it.
    package private(set) var shownName = ""

    init(_ descriptor: consuming FileDescriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        buffer.deallocate()
    }

    /// The next name but `.` and `..`, nil at the end; a nil name where it is not UTF-8.
    package func next() throws(DirDBError) -> (name: String?, kind: FileKind)? {
        while true {
            if position == filled {
                do {
                    filled = try SystemCall.make(.list, descriptor: descriptor.raw, bytes: buffer.count) {
                        linux_list(descriptor.raw, buffer.baseAddress, $0)
                    }
                } catch {
                    throw .system(error, "list", path)
                }
                position = 0
                if filled == 0 { return nil }
            }
            // d_ino, d_off, d_reclen, d_type and d_name, which a zero byte ends; getdents64(2).
            let record = UnsafeRawBufferPointer(rebasing: buffer[position...])
            position += Int(record.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            guard let name = record.baseAddress?.advanced(by: 19).assumingMemoryBound(to: CChar.self) else {
                continue
            }
            let valid = String(validatingCString: name)
            if valid == "." || valid == ".." { continue }
            shownName = valid ?? String(cString: name)
            return (valid, FileKind(directoryType: record[18]))
        }
    }
}
