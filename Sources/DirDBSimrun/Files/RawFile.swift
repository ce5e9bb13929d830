package import DirDB
import DirDBDumpers

/// Access to the raw files: by a path below the root, whose last name is no symbolic link.
package enum RawFile {
    /// Opens a file for reading.
    /// - Throws: `.notFound`; ``DirDBError`` when it is no regular file or may not be read.
    package static func open(
        _ relativePath: String, of tree: SimrunTree
    ) throws(DirDBError) -> DataFile {
        var folder = RawFolder()
        return try folder.open(relativePath, of: tree)
    }

    static func status(_ relativePath: String, of tree: SimrunTree) throws(DirDBError) -> FileStatus {
        var folder = RawFolder()
        return try folder.status(relativePath, of: tree)
    }
}

/// The folder of the raw file that was looked at last, since the next one often is in the same.
///
/// To find a folder by its path and open it takes several times as long as to look at a file in it.
struct RawFolder {
    private var directory: Directory?

    /// Opens a file for reading.
    /// - Throws: `.notFound`; ``DirDBError`` when it is no regular file or may not be read.
    mutating func open(_ relativePath: String, of tree: SimrunTree) throws(DirDBError) -> DataFile {
        let path = tree.path(of: relativePath)
        let (folder, name) = try place(path)
        guard let descriptor = try folder.open(name) else { throw .vanished(path) }
        return try DataFile(descriptor, path: path, format: "")
    }

    /// - Throws: `.notFound`; ``DirDBError``.
    mutating func status(_ relativePath: String, of tree: SimrunTree) throws(DirDBError) -> FileStatus {
        let path = tree.path(of: relativePath)
        let (folder, name) = try place(path)
        guard let status = try folder.status(name) else { throw .vanished(path) }
        return status
    }

    private mutating func place(_ path: String) throws(DirDBError) -> (Directory, name: String) {
        let (folder, name) = path.splitAtLastSlash()
        return (try open(folder, of: path), name)
    }

    private mutating func open(_ path: String, of file: String) throws(DirDBError) -> Directory {
        // By bytes: folders of canonically equal names are two.
        if let directory, directory.path.hasSameBytes(as: path) { return directory }
        do throws(DirDBError) {
            let opened = try Directory(path: path)
            directory = opened
            return opened
        } catch {
            throw error.code == .notFound ? .vanished(file) : error
        }
    }
}
