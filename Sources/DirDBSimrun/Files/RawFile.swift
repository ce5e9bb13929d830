package import DirDB

/// Access to the raw files: by a path below the root, whose last name is no symbolic link.
package enum RawFile {
    /// Opens a file for reading.
    /// - Throws: `.notFound`; ``DirDBError`` when it is no regular file or may not be read.
    package static func open(
        _ relativePath: String, of tree: SimrunTree
    ) throws(DirDBError) -> DataFile {
        let path = tree.path(of: relativePath)
        let folder = try openFolder(of: path)
        guard let descriptor = try folder.open(name(of: path)) else { throw .vanished(path) }
        return try DataFile(descriptor, path: path, format: "")
    }

    static func status(_ relativePath: String, of tree: SimrunTree) throws(DirDBError) -> FileStatus {
        let path = tree.path(of: relativePath)
        guard let status = try openFolder(of: path).status(name(of: path)) else { throw .vanished(path) }
        return status
    }

    private static func name(of path: String) -> String {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        return slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    private static func openFolder(of path: String) throws(DirDBError) -> Directory {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { $0 == path.utf8.startIndex ? "/" : String(path[..<$0]) } ?? "."
        do throws(DirDBError) { return try Directory(path: folder) } catch {
            throw error.code == .notFound ? .vanished(path) : error
        }
    }
}
