public import DirDB
import DirDBDumpers

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
        let directory = try inMemory()
        // What cannot be removed stays until the next boot: there is nobody left to tell.
        defer { try? directory.remove() }
        return try body(try Database(directory.path, durability: .relaxed))
    }

    /// Runs an asynchronous `body` with a new database that is kept in memory and removed afterwards.
    ///
    /// - Parameter body: What to do with it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``DirDBError`` when there is no room or permission.
    nonisolated(nonsending) public static func temporary<Result>(
        _ body: nonisolated(nonsending) (Database) async throws -> Result
    ) async throws -> Result {
        let directory = try inMemory()
        defer { try? directory.remove() }
        return try await body(try Database(directory.path, durability: .relaxed))
    }

    private static func inMemory() throws(DirDBError) -> ScratchDirectory {
        let folder = "/dev/shm"
        if let mount = (try? Directory(path: folder))?.mount(), FileSystem(mount).location == .memory,
            let directory = try? ScratchDirectory(for: "database", in: folder)
        {
            return directory
        }
        return try ScratchDirectory(for: "database")
    }
}
