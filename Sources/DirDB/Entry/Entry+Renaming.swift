// A rename changes two entries at once, under both locks.
//
// One file and nothing to replace in another format: one rename(2). Otherwise a record is written for the
// target first and the source second; it is live only while both exist, so the second is the commit point. After
// the changes are durable the target's record goes first: the source's alone says that the rename is finished.

extension Entry {
    /// Gives the entry another name, also in another sub-database of the same database.
    ///
    /// - Parameters:
    ///   - target: The new place.
    ///   - replacing: Whether an existing target is replaced, data and metadata; otherwise it is an error.
    ///   - timeout: How long to wait for the locks; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise.
    /// - Throws: `.notFound`; `.alreadyExists`; `.ambiguousFormat` when several data files have the source's
    ///   name; `.invalidArgument` when the target is in another database, or on another file system;
    ///   ``DirDBError``, after which both are as they were, unless the sentence says otherwise.
    public func rename(
        to target: Entry, replacing: Bool = false, timeout: Duration? = nil, durability: Durability? = nil
    ) throws(DirDBError) {
        if self == target { throw .sameEntry(path) }
        if database.isReadOnly { throw .readOnly(path) }
        guard database.root.hasSameBytes(as: target.database.root) else { throw .otherDatabase(target.path) }
        let durability = durability ?? database.durability
        let directory = try database.openDirectory()
        try requireTrace(in: directory)
        let targetDirectory = try target.database.openDirectoryCreating(durability)
        let locks = try LockWait.run(self, or: target, timeout) { (blocking) throws(DirDBError) in
            try acquireLocks(
                in: directory, .exclusive, target: target, in: targetDirectory, blocking: blocking)
        }
        try requirePresence(in: directory)
        let rename = try Rename(self, directory, target, targetDirectory, isDurable: durability == .full)
        if rename.replaces && !replacing { throw .targetExists(target.path) }
        try rename.commit(directory, targetDirectory)
        _ = consume locks
    }
}

/// One rename, its locks held.
private struct Rename {
    private let source: Entry
    private let target: Entry
    /// The formats of the files that move, metadata among them.
    private let moved: [String]
    /// The formats of the target's files that nothing replaces.
    private let obsolete: [String]
    /// Whether there is something of the target.
    let replaces: Bool
    private let isDurable: Bool

    init(
        _ source: Entry, _ directory: Directory, _ target: Entry,
        _ targetDirectory: Directory, isDurable: Bool
    ) throws(DirDBError) {
        self.source = source
        self.target = target
        self.isDurable = isDurable
        let moved = try source.allFormats(in: directory)
        self.moved = moved
        let replaced = try target.allFormats(in: targetDirectory)
        replaces = !replaced.isEmpty
        obsolete = replaced.filter { format in !moved.contains { $0.hasSameBytes(as: format) } }
    }

    func commit(
        _ directory: Directory, _ targetDirectory: Directory
    ) throws(DirDBError) {
        let isRecorded = moved.count + obsolete.count > 1
        var changes = 0
        do {
            if isRecorded { try writeRecords(directory, targetDirectory) }
            for format in moved {
                let (file, targetFile) = (source.files.data(format), target.files.data(format))
                if replaces, try isOneFile(file, directory, targetFile, targetDirectory) {
                    // rename(2) does nothing between two links of one file.
                    try directory.unlink(file)
                } else {
                    try directory.rename(file, to: targetFile, in: targetDirectory)
                }
                changes += 1
            }
            for format in obsolete { try targetDirectory.unlink(target.files.data(format)) }
            if isDurable {
                try targetDirectory.sync()
                if source.database != target.database { try directory.sync() }
            }
        } catch {
            if changes > 0 { throw error.afterCommitPoint(isRecorded: isRecorded) }
            if isRecorded { removeRecords(directory, targetDirectory) }
            throw error
        }
        if isRecorded { removeRecords(directory, targetDirectory) }
    }

    private func isOneFile(
        _ file: String, _ directory: Directory, _ targetFile: String, _ targetDirectory: Directory
    ) throws(DirDBError) -> Bool {
        try targetDirectory.status(targetFile)?.identity == directory.status(file)?.identity
    }

    private func writeRecords(
        _ directory: Directory, _ targetDirectory: Directory
    ) throws(DirDBError) {
        let shared = zip(source.database.components, target.database.components)
            .prefix { $0.hasSameBytes(as: $1) }.count
        var move = IntentRecord.Move(
            side: .target,
            source: .init(directory: Array(source.database.components.dropFirst(shared)), name: source.name),
            target: .init(directory: Array(target.database.components.dropFirst(shared)), name: target.name),
            moved: try contents(moved, of: source, directory),
            obsolete: try contents(obsolete, of: target, targetDirectory))
        let id = CommitID()
        try write(IntentRecord(id: id, content: .move(move)), target, targetDirectory)
        move.side = .source
        try write(IntentRecord(id: id, content: .move(move)), source, directory)
    }

    private func write(
        _ record: IntentRecord, _ entry: Entry, _ directory: Directory
    ) throws(DirDBError) {
        guard let file = try IntentFile.create(entry, in: directory) else {
            throw .nameTaken(directory.path(of: entry.files.intent))
        }
        try file.write(record, isDurable: isDurable)
    }

    private func contents(
        _ formats: [String], of entry: Entry, _ directory: Directory
    ) throws(DirDBError) -> [IntentRecord.Move.File] {
        var files: [IntentRecord.Move.File] = []
        for format in formats {
            guard let content = try ContentIdentity.current(entry.files.data(format), in: directory) else {
                continue
            }
            files.append(IntentRecord.Move.File(format: format, content: content))
        }
        return files
    }

    private func removeRecords(_ directory: Directory, _ targetDirectory: Directory) {
        // What stays is settled by the next locker, provided that the target's goes first.
        guard (try? targetDirectory.unlink(target.files.intent)) != nil else { return }
        try? directory.unlink(source.files.intent)
    }
}

extension Entry {
    /// The extensions of all files of the entry that a rename moves.
    fileprivate func allFormats(in directory: Directory) throws(DirDBError) -> [String] {
        let hasMetadata = try directory.status(files.metadata) != nil
        return try dataFormats(in: directory) + (hasMetadata ? [FileNames.metadataExtension] : [])
    }
}
