/// A complete new version of a file under a temporary name, invisible until a commit renames it.
///
/// Created and removed only under the entry's lock, so that `recover` may remove every temporary file of an
/// entry whose lock it holds. The identifier is that of the commit, a new one each time: a name that was used before
/// may be in a record, or a link to another entry's file.
final class StagedFile {
    let id: CommitID
    let format: String
    /// Its name in the directory.
    let temporary: String
    /// What had the final name when this was begun.
    let replaced: FileStatus?
    private let directory: Directory
    private var path: String { directory.path(of: temporary) }
    private let descriptor: FileDescriptor
    private let sample: ContentSample?

    private init(
        _ entry: Entry, format: String, id: CommitID, _ replaced: FileStatus?, in directory: Directory,
        _ sample: ContentSample?, _ descriptor: consuming FileDescriptor
    ) {
        self.id = id
        self.format = format
        temporary = entry.files.temporary(format, id: id)
        self.replaced = replaced
        self.directory = directory
        self.sample = sample
        self.descriptor = descriptor
    }

    /// Writes a temporary file; nothing is left of it when that fails.
    static func write(
        _ entry: Entry, format: String, id: CommitID, isToBeSynced: Bool, in directory: Directory,
        _ body: (inout DataSink) throws -> Void
    ) throws -> StagedFile {
        let temporary = entry.files.temporary(format, id: id)
        let path = directory.path(of: temporary)
        // What only some may read is not shown to others while it is written.
        let replaced = try directory.status(entry.files.data(format))
        let permissions = replaced.map { $0.permissions & 0o777 | 0o600 } ?? 0o666
        guard let created = try directory.create(temporary, permissions: permissions) else {
            throw DirDBError.nameTaken(path)
        }
        do {
            var sink = DataSink(created, path: path, isToBeSynced: isToBeSynced)
            try body(&sink)
            return StagedFile(
                entry, format: format, id: id, replaced, in: directory, sink.sample, sink.finish())
        } catch {
            // The first error tells the cause; a leftover is what `recover` removes.
            try? directory.unlink(temporary)
            throw error
        }
    }

    /// Opens the staged version for reading.
    func open() throws(DirDBError) -> DataFile? {
        guard let reader = try directory.open(temporary) else { return nil }
        return try DataFile(reader, temporary, in: directory, format: format)
    }

    func identity() throws(DirDBError) -> ContentIdentity {
        if let sample { return ContentIdentity(sample) }
        return try ContentIdentity(descriptor, path: path)
    }

    /// Makes the new version visible.
    func rename(to file: String) throws(DirDBError) {
        try directory.rename(temporary, to: file)
    }

    func sync() throws(DirDBError) {
        try descriptor.sync(path: path)
    }

    /// Reports what the file system would tell only when the file is closed (NFS, quotas).
    func flush() throws(DirDBError) {
        try descriptor.flush(path: path)
    }

    /// Gives the new version the permissions of the file that it replaces.
    func takePermissions(of replaced: FileStatus) throws(DirDBError) {
        if try descriptor.status(path: path).permissions == replaced.permissions { return }
        do { try System.changeMode(descriptor.raw, to: replaced.permissions) } catch {
            throw .system(error, "set the permissions of", path)
        }
    }
}
