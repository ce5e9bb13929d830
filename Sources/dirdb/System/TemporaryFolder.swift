import DirDB
import DirDBDumpers
import Glibc

/// A new folder for temporary files, which goes with all that is in it.
enum TemporaryFolder {
    /// Makes a folder in that for temporary files, calls `body` with its path, and removes it.
    /// - Throws: What `body` throws; an error when the folder cannot be made.
    static func with<Result>(for purpose: String, _ body: (String) throws -> Result) throws -> Result {
        let directory = try ScratchDirectory(for: purpose)
        defer {
            do throws(DirDBError) { try directory.remove() } catch {
                Diagnostics.warning("\(directory.path) stays behind: \(error.message)")
            }
        }
        return try body(directory.path)
    }

    /// Makes a file in such a folder, which only this user may read.
    static func file(_ path: String) throws(DirDBError) -> DataSink {
        let (folder, name) = path.splitAtLastSlash()
        guard let file = try Directory(path: folder).create(name, permissions: 0o600) else {
            throw .system(SystemError(call: .open, errno: EEXIST), "make the file", path)
        }
        return DataSink(file, path: path, isToBeSynced: false)
    }
}
