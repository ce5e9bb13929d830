// The files of a partitioned table are not written as entries, whose staged files are in their directory: Polars takes
// every file there for data that is not empty. The lock of the entry NAME, beside the table's directory, guards all of it.
//
//     .NAME.<id>.parquet.tmp written, synced       a temporary file of the entry NAME, which `recover` removes
//     renamed to NAME/key=value/part-0.parquet     a reader sees a whole file, the old one or the new one
//     NAME/key=value synced                        the file is durable

package import DirDB

extension Directory {
    /// Opens a directory at some depth below this one; missing ones are made.
    package func makingDirectory(at names: [String], isDurable: Bool) throws(DirDBError) -> Directory {
        var directory = self
        for name in names {
            if let existing = try directory.openDirectory(name) {
                directory = existing
                continue
            }
            try directory.makeDirectory(name)
            if isDurable { try directory.sync() }
            guard let made = try directory.openDirectory(name) else {
                throw .missingDatabase(directory.path(of: name))
            }
            directory = made
        }
        return directory
    }

    /// Puts a file of a table into a directory below this one, in one step, while the caller holds the table's lock.
    ///
    /// - Parameters:
    ///   - file: The name of the file, with its extension; an existing one keeps its permissions.
    ///   - place: The directory of the file.
    ///   - table: The name of the table.
    ///   - isDurable: Whether the file survives a power cut.
    ///   - body: Writes the content.
    /// - Throws: `.notRegular` when a link or a special file bears the name; what `body` throws; ``DirDBError``. The file is
    ///   then as it was, unless only the sync of its directory failed.
    package func putPartition(
        _ file: String, in place: Directory, of table: String, isDurable: Bool,
        _ body: (inout DataSink) throws -> Void
    ) throws {
        let replaced = try place.status(file)
        if let replaced, replaced.kind != .regular { throw DirDBError.notRegular(place.path(of: file)) }
        let temporary =
            ".\(table).\(UInt64.random(in: 0...UInt64.max).hexadecimal).\(file.splitExtension().suffix).tmp"
        // What only some may read is not shown to others while it is written.
        let permissions = replaced.map { $0.permissions & 0o777 | 0o600 } ?? 0o666
        guard let created = try create(temporary, permissions: permissions) else {
            throw DirDBError.partitionTaken(path(of: temporary))
        }
        do {
            var sink = DataSink(created, path: path(of: temporary), isToBeSynced: isDurable)
            try body(&sink)
            _ = consume sink
            try finish(temporary, replaced, isDurable: isDurable)
            try rename(temporary, to: file, in: place)
        } catch {
            try? unlink(temporary)
            throw error
        }
        if isDurable { try place.sync() }
    }

    private func finish(
        _ temporary: String, _ replaced: FileStatus?, isDurable: Bool
    ) throws(DirDBError) {
        let path = path(of: temporary)
        guard let written = try open(temporary) else { throw .partitionTaken(path) }
        if let replaced, try written.status(path: path).permissions != replaced.permissions {
            try written.setPermissions(replaced.permissions, path: path)
        }
        if isDurable { try written.sync(path: path) } else { try written.flush(path: path) }
    }
}

extension DirDBError {
    fileprivate static func partitionTaken(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, subject: "cannot write \(path)",
            "another program makes or removes it at the same time",
            remedy: "stop that program, then do it again")
    }
}
