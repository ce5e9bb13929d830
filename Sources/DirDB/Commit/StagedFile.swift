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
    /// nil for a link to another entry's file, which is as durable as that.
    private let descriptor: FileDescriptor?
    private let sample: ContentSample?

    private init(
        _ entry: Entry, format: String, id: CommitID, _ replaced: FileStatus?, in directory: Directory,
        _ sample: ContentSample? = nil, _ descriptor: consuming FileDescriptor? = nil
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

    /// Gives a file of another entry a temporary name of this one, or copies it where the file system has no links.
    static func link(
        _ source: Entry, in sourceDirectory: Directory, as entry: Entry, format: String, id: CommitID,
        isToBeSynced: Bool, in directory: Directory
    ) throws -> StagedFile {
        let name = source.files.data(format)
        guard let status = try sourceDirectory.status(name) else {
            throw DirDBError.missingEntry(sourceDirectory.path(of: name))
        }
        guard status.kind == .regular else {
            throw DirDBError.notRegular(sourceDirectory.path(of: name))
        }
        let replaced = try directory.status(entry.files.data(format))
        if try sourceDirectory.link(name, to: entry.files.temporary(format, id: id), in: directory) {
            return StagedFile(entry, format: format, id: id, replaced, in: directory)
        }
        let staged = try write(entry, format: format, id: id, isToBeSynced: isToBeSynced, in: directory) {
            sink in
            guard let descriptor = try sourceDirectory.open(name) else {
                throw DirDBError.missingEntry(sourceDirectory.path(of: name))
            }
            try sink.write(contentsOf: DataFile(descriptor, name, in: sourceDirectory, format: format))
            sink.setModified(status.modified)
        }
        try staged.takePermissions(of: status)
        return staged
    }

    var isLink: Bool {
        switch descriptor {
        case .some: false
        case .none: true
        }
    }

    /// Opens the staged version for reading.
    func open() throws(DirDBError) -> DataFile? {
        guard let reader = try directory.open(temporary) else { return nil }
        return try DataFile(reader, temporary, in: directory, format: format)
    }

    /// The identity to record of a file that is to replace another; nil when it is not to be checked.
    func identity(replacing old: ContentIdentity?) throws(DirDBError) -> ContentIdentity? {
        if let sample { return ContentIdentity(sample) }
        switch descriptor {
        case .some(let descriptor): return try ContentIdentity(descriptor, path: path)
        case .none:
            // Who writes a linked file in place has written both. But if it looks like what it replaces, then only a check
            // can show that it has taken its place.
            guard let old, try ContentIdentity.current(temporary, in: directory) == old else { return nil }
            return old
        }
    }

    /// Makes the content durable, or reports what the file system would only when the file is closed (NFS, quotas).
    func finish(isDurable: Bool) throws(DirDBError) {
        switch descriptor {
        case .some(let descriptor):
            if isDurable { try descriptor.sync(path: path) } else { try descriptor.flush(path: path) }
        case .none: break
        }
    }

    /// Gives the new version the permissions of the file that it replaces.
    func takePermissions(of replaced: FileStatus) throws(DirDBError) {
        switch descriptor {
        case .some(let descriptor):
            if try descriptor.status(path: path).permissions == replaced.permissions { return }
            try descriptor.setPermissions(replaced.permissions, path: path)
        // They are those of the other entry's file too.
        case .none: break
        }
    }
}
