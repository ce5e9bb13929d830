import Glibc

/// An open directory: every file of a database is reached through one, by name, never by path.
///
/// It is closed when its last copy goes. Symbolic links in the place of a file or a sub-directory are refused, so that nothing outside the
/// directory can be read, written or removed through a name in it.
package struct Directory: Sendable {
    private final class Shared: Sendable {
        let descriptor: FileDescriptor

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

    /// Gives a file another name, here or in another directory, replacing what bears it; one atomic step.
    package func rename(
        _ name: String, to target: String, in other: Directory
    ) throws(DirDBError) {
        do {
            try System.rename(name, in: raw, to: target, in: other.raw)
        } catch {
            throw .system(error, "rename \(path(of: name)) to", other.path(of: target))
        }
    }

    package func rename(_ name: String, to target: String) throws(DirDBError) {
        do {
            try System.rename(name, in: raw, to: target, in: raw)
        } catch {
            throw .system(error, "rename \(path(of: name)) to", path(of: target))
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
