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

    private var raw: Int32 { shared.descriptor.raw }

    private init(_ raw: Int32, path: String) {
        shared = Shared(raw)
        self.path = path
    }

    /// Opens a directory by path; symbolic links on the way are followed.
    package init(path: String) throws(DirDBError) {
        do {
            self.init(try System.open(path, O_RDONLY | O_DIRECTORY), path: path)
        } catch {
            throw error.errno == ENOENT ? .missingDatabase(path) : .system(error, "open the directory", path)
        }
    }

    package func path(of file: String) -> String { path.appending(path: file) }

    /// Opens a directory in this one; nil when it is absent.
    package func openDirectory(_ name: String) throws(DirDBError) -> Directory? {
        do {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
            return Directory(try System.open(name, in: raw, flags), path: path(of: name))
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
        do { try System.makeDirectory(name, in: raw) } catch {
            if error.errno != EEXIST { throw .system(error, "create the directory", path(of: name)) }
        }
    }

    /// Removes an empty directory in this one; that it is gone already is no error.
    package func removeDirectory(_ name: String) throws(DirDBError) {
        do { try System.removeDirectory(name, in: raw) } catch {
            if error.errno != ENOENT { throw .system(error, "remove the directory", path(of: name)) }
        }
    }

    /// The kernel's number of the mount that the directory is on; nil where it does not tell.
    package var mountNumber: Int? {
        guard let bytes = ProcFile.read("/proc/self/fdinfo/\(raw)") else { return nil }
        // pos: 0, flags: 0300000, mnt_id: 27, each on a line with a tab.
        let fields = String(decoding: bytes, as: UTF8.self).split { $0 == "\n" || $0 == "\t" }
        guard let title = fields.firstIndex(of: "mnt_id:"), title + 1 < fields.count else { return nil }
        return Int(fields[title + 1])
    }

    // MARK: Files

    /// How to open an existing file.
    package enum Access {
        case read, lock
    }

    /// Opens an existing regular file; nil when there is none.
    package func open(_ name: String, _ access: Access = .read) throws(DirDBError) -> FileDescriptor? {
        // A fifo would block without O_NONBLOCK; on regular files the flag means nothing.
        let flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        do {
            let mode = access == .lock ? O_RDWR : O_RDONLY
            return FileDescriptor(try System.open(name, in: raw, flags | mode))
        } catch {
            if error.errno == ENOENT { return nil }
            throw .system(error, "open", path(of: name))
        }
    }

    /// Creates a file that must not exist yet, with these permissions but for the umask; nil when it does.
    package func create(
        _ name: String, permissions: UInt32 = 0o666
    ) throws(DirDBError) -> FileDescriptor? {
        do {
            let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
            return FileDescriptor(try System.open(name, in: raw, flags, mode: permissions))
        } catch {
            if error.errno == EEXIST { return nil }
            throw .system(error, "create", path(of: name))
        }
    }

    /// The status of a name, of a symbolic link itself; nil when it is absent.
    package func status(_ name: String) throws(DirDBError) -> FileStatus? {
        do { return try System.status(name, in: raw) } catch {
            if error.errno == ENOENT { return nil }
            throw .system(error, "examine", path(of: name))
        }
    }

    /// Whether the directory was removed, so that nothing can be in it any more.
    var isRemoved: Bool {
        // On NFS the server says that the handle is stale.
        guard let status = try? System.status(raw) else { return true }
        return status.linkCount == 0
    }

    /// The status of the directory itself.
    package func status() throws(DirDBError) -> FileStatus {
        try shared.descriptor.status(path: path)
    }

    /// Gives a file another name, here or in another directory, replacing what has it; one atomic step.
    package func rename(
        _ name: String, to target: String, in other: Directory? = nil
    ) throws(DirDBError) {
        let other = other ?? self
        do { try System.rename(name, in: raw, to: target, in: other.raw) } catch {
            throw .system(error, "rename \(path(of: name)) to", other.path(of: target))
        }
    }

    /// Removes a name; that it is gone already is no error.
    package func unlink(_ name: String) throws(DirDBError) {
        do { try System.unlink(name, in: raw) } catch {
            if error.errno != ENOENT { throw .system(error, "remove", path(of: name)) }
        }
    }

    /// Makes the names of this directory durable.
    package func sync() throws(DirDBError) {
        do { try System.sync(raw, isDirectory: true) } catch {
            throw .system(error, "make durable the names in", path)
        }
    }

    /// Makes all that was written to the directory's file system durable.
    func syncFileSystem() throws(DirDBError) {
        do { try System.syncFileSystem(raw) } catch {
            throw .system(error, "make durable the file system of", path)
        }
    }

    /// Makes the names durable where the file system may keep a later change of a name and lose an earlier one.
    package func syncUnlessOrdered() throws(DirDBError) {
        if !keepsNameOrder { try sync() }
    }

    /// Whether names survive a power loss in the order in which they were changed.
    package var keepsNameOrder: Bool {
        shared.keepsNameOrder.withLock { known in
            // linux/magic.h: ext2, ext3 and ext4; xfs; tmpfs. On btrfs they do not; of others it is not known.
            let answer =
                known ?? [0xEF53, 0x5846_5342, 0x0102_1994].contains(try? System.fileSystemType(raw))
            known = answer
            return answer
        }
    }

    // MARK: Links

    /// Makes a symbolic link that holds a text; false when the file system has none, or not of this length.
    /// - Throws: `.alreadyExists` when the name is taken.
    package func makeSymbolicLink(_ name: String, to text: String) throws(DirDBError) -> Bool {
        do {
            try System.makeSymbolicLink(name, in: raw, to: text)
            return true
        } catch {
            if [EPERM, EOPNOTSUPP, ENOSYS, ENAMETOOLONG].contains(error.errno) { return false }
            if error.errno == EEXIST { throw .nameTaken(path(of: name)) }
            throw .system(error, "create", path(of: name))
        }
    }

    /// The text of a symbolic link.
    func readSymbolicLink(_ name: String) throws(DirDBError) -> [UInt8] {
        do { return try System.readSymbolicLink(name, in: raw) } catch {
            throw .system(error, "read", path(of: name))
        }
    }

    /// Gives a file a second name, which is new, in another directory or this one; false where the file system cannot.
    package func link(_ name: String, to target: String, in other: Directory) throws(DirDBError) -> Bool {
        do {
            try System.link(name, in: raw, to: target, in: other.raw)
            return true
        } catch {
            if [EPERM, EMLINK, EXDEV, EOPNOTSUPP, ENOSYS].contains(error.errno) { return false }
            if error.errno == EEXIST { throw .nameTaken(other.path(of: target)) }
            throw .system(error, "link \(path(of: name)) to", other.path(of: target))
        }
    }

    // MARK: Listing

    /// A stream over the names of this directory, from its beginning.
    package func stream() throws(DirDBError) -> DirectoryStream {
        do {
            // A descriptor of its own: streams share their position with the descriptor they are made from.
            let own = FileDescriptor(try System.open(".", in: raw, O_RDONLY | O_DIRECTORY))
            return DirectoryStream(own, path: path)
        } catch {
            throw .system(error, "list", path)
        }
    }
}
