import DirDB

/// The file in which a database has metadata of its own; hidden, so that it is no entry.
enum DatabaseMetadataFile {
    private static let name = ".dirdb.json"

    /// Copies the file, when there is one that differs, to a directory that exists.
    ///
    /// - Throws: ``DirDBError``; the target's file then is as it was.
    static func copy(from source: String, to target: String) throws(DirDBError) {
        guard let bytes = try read(source), let directory = try directory(target),
            try read(target) != bytes
        else { return }
        // A name as writes in progress have, so that `recover` removes what is left of a process that was killed.
        let temporary = ".dirdb.\(String(UInt64.random(in: 1 << 63...UInt64.max), radix: 16)).json.tmp"
        guard let file = try directory.create(temporary) else { return }
        do throws(DirDBError) {
            let path = directory.path(of: temporary)
            var outcome: Result<Void, DirDBError> = .success(())
            bytes.withUnsafeBytes { buffer in
                outcome = Result { () throws(DirDBError) in try file.write(buffer, at: 0, path: path) }
            }
            try outcome.get()
            try file.sync(path: path)
            try directory.rename(temporary, to: name)
            try directory.sync()
        } catch {
            try? directory.unlink(temporary)
            throw error
        }
    }

    private static func read(_ path: String) throws(DirDBError) -> [UInt8]? {
        guard let directory = try directory(path), let file = try directory.open(name) else { return nil }
        return try file.readAll(path: directory.path(of: name))
    }

    /// nil when there is none: a sub-database without entries has no copy.
    private static func directory(_ path: String) throws(DirDBError) -> Directory? {
        do throws(DirDBError) { return try Directory(path: path) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
