public import DirDB
import DirDBDumpers
import Glibc

extension Database {
    /// Runs `body` with a new database that is kept in memory and removed afterwards, such as for a test.
    ///
    ///     try Database.temporary { db in
    ///         try db["a"].put([1, 2, 3])
    ///         #expect(try db["a"].exists)
    ///     }
    ///
    /// It is a directory on the tmpfs at /dev/shm, or where there is none in the folder for temporary files, which
    /// TMPDIR names; other processes can use it too. It knows the formats of ``DirDBDumpers`` and does not sync. Only
    /// this user may enter it. It is removed also when `body` throws; a process that is killed leaves it, in memory
    /// until the next boot.
    ///
    /// - Parameter body: What to do with it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``DirDBError`` when there is no room or permission.
    public static func temporary<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let directory = try TemporaryDirectory()
        let database = try Database(directory.path, durability: .relaxed)
        return try withExtendedLifetime(directory) { try body(database) }
    }

    /// Runs an asynchronous `body` with a new database that is kept in memory and removed afterwards.
    ///
    /// - Parameter body: What to do with it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``DirDBError`` when there is no room or permission.
    nonisolated(nonsending) public static func temporary<Result>(
        _ body: nonisolated(nonsending) (Database) async throws -> Result
    ) async throws -> Result {
        let directory = try TemporaryDirectory()
        let database = try Database(directory.path, durability: .relaxed)
        let result = try await body(database)
        return withExtendedLifetime(directory) { result }
    }
}

/// A new directory that is removed, with all that is in it, when it goes out of scope.
private struct TemporaryDirectory: ~Copyable {
    let path: String

    init() throws(DirDBError) {
        if Self.isInMemory("/dev/shm"), let path = Host.makeDirectory("/dev/shm/dirdb-") {
            self.path = path
            return
        }
        let parent = Host.temporaryFolder
        guard let path = Host.makeDirectory("\(parent)/dirdb-") else {
            let code = errno
            throw DirDBError(
                .permissionDenied, path: parent, errno: code,
                "cannot make a folder in \(parent): \(System.message(code)); let TMPDIR name a folder that may be written"
            )
        }
        self.path = path
    }

    private static func isInMemory(_ path: String) -> Bool {
        guard let mount = (try? Directory(path: path))?.mount() else { return false }
        return FileSystem(mount).location == .memory
    }

    deinit {
        // What cannot be removed stays until the next boot: there is nobody left to tell.
        var found = [path]
        var index = 0
        // Not recursive: the depth is whoever's that used it. Nobody else may enter, so no path is swapped for a link.
        while index < found.count {
            let parent = found[index]
            index += 1
            guard let directory = try? Directory(path: parent), let stream = try? directory.stream() else {
                continue
            }
            while let item = try? stream.next() {
                guard let name = item.name else { continue }
                let isDirectory = (try? directory.status(name))?.kind == .directory
                if isDirectory { found.append("\(parent)/\(name)") } else { try? directory.unlink(name) }
            }
        }
        for directory in found.reversed() { rmdir(directory) }
    }
}
