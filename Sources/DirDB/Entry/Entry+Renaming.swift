// A rename is two commits under both locks: the source's files become a new version of the target, as links or, where
// there are no links, as copies; then the source is removed. A crash in between leaves both names, each a whole pair, and
// the same rename again finishes.

extension Entry {
    /// Gives the entry another name, also in another sub-database of the same database.
    ///
    /// A process that dies in the middle of it may leave the entry under both names; the same rename again, with or
    /// without `replacing`, removes the old one.
    ///
    /// - Parameters:
    ///   - target: The new place.
    ///   - replacing: Whether an existing target is replaced, data and metadata; otherwise it is an error.
    ///   - timeout: How long to wait for the locks; nil for ever, `.zero` to try once.
    ///   - durability: What the change survives; that of the database unless said otherwise. What was stored relaxed
    ///     is not made durable by it.
    /// - Throws: `.notFound`; `.alreadyExists`; `.ambiguousFormat` when several data files have the source's
    ///   name; `.invalidArgument` when the target is in another database; ``DirDBError``, after which both are as they
    ///   were, unless the sentence says otherwise.
    /// - Complexity: O(1) where the file system has hard links; otherwise O(n) in the size of the data.
    public func rename(
        to target: Entry, replacing: Bool = false, timeout: Duration? = nil, durability: Durability? = nil
    ) throws {
        if self == target { throw DirDBError.sameEntry(path) }
        if database.isReadOnly { throw DirDBError.readOnly(path) }
        guard database.root.hasSameBytes(as: target.database.root) else {
            throw DirDBError.otherDatabase(target.path)
        }
        let durability = durability ?? database.durability
        let directory = try database.openDirectory()
        try requireTrace(in: directory)
        let targetDirectory = try target.database.openDirectoryCreating(durability)
        let locks = try lock(in: directory, .exclusive, with: target, in: targetDirectory, timeout)
        try requirePresence(in: directory)
        let isDurable = durability == .full
        let sources = try presentFiles(in: directory)
        let targets = try target.presentFiles(in: targetDirectory)
        // What the target has already is left from the same rename, cut short.
        let missing = sources.filter { file in !targets.contains { $0 == file } }
        let obsolete = targets.map(\.format).filter { format in
            !sources.contains { $0.format.hasSameBytes(as: format) }
        }
        let isResumed = missing.isEmpty && obsolete.isEmpty
        if !targets.isEmpty && !replacing && !isResumed { throw DirDBError.targetExists(target.path) }

        try publish(
            missing, from: directory, as: target, in: targetDirectory, replacing: targets,
            removing: obsolete, isDurable: isDurable)
        do throws(DirDBError) {
            try remove(sources.map(\.format), in: directory, isDurable: isDurable)
        } catch {
            throw error.afterNewName(target.path)
        }
        _ = consume locks
    }

    /// A file of an entry: its extension and which file it is.
    private struct PresentFile: Equatable {
        let format: String
        let status: FileStatus

        static func == (left: PresentFile, right: PresentFile) -> Bool {
            left.format.hasSameBytes(as: right.format) && left.status.identity == right.status.identity
        }
    }

    /// The data files, and after them the metadata.
    private func presentFiles(in directory: Directory) throws(DirDBError) -> [PresentFile] {
        var present: [PresentFile] = []
        for format in try dataFormats(in: directory) + [FileNames.metadataExtension] {
            guard let status = try directory.status(files.data(format)) else { continue }
            present.append(PresentFile(format: format, status: status))
        }
        return present
    }

    /// Commits files of this entry as those of the target.
    private func publish(
        _ sources: [PresentFile], from directory: Directory, as target: Entry,
        in targetDirectory: Directory, replacing targets: [PresentFile], removing obsolete: [String],
        isDurable: Bool
    ) throws {
        let id = CommitID()
        let isRecorded = sources.count + obsolete.count > 1
        var isCopied = false
        var steps: [Step] = []
        do {
            for source in sources {
                let format = source.format
                let isReplaced = targets.contains { $0.format.hasSameBytes(as: format) }
                let old =
                    isRecorded && isReplaced ? try target.identity(of: format, in: targetDirectory) : nil
                guard source.status.kind == .regular else {
                    throw DirDBError.notRegular(directory.path(of: files.data(format)))
                }
                steps.append(.replace(format))
                if try directory.link(
                    files.data(format), to: target.files.temporary(format, id: id), in: targetDirectory)
                {
                    // A link is not checked: who writes the source in place has written both. Unless it looks like what
                    // it replaces: then only a check can tell that it has taken its place.
                    let new = old == nil ? nil : try identity(of: format, in: directory)
                    steps[steps.count - 1] = .replace(format, new: new == old ? new : nil, old: old)
                } else {
                    isCopied = true
                    let new = try copy(source, id, from: directory, target, targetDirectory, isDurable)
                    steps[steps.count - 1] = .replace(format, new: new, old: old)
                }
            }
            for format in obsolete {
                let old = isRecorded ? try target.identity(of: format, in: targetDirectory) : nil
                steps.append(.remove(format, old: old))
            }
        } catch {
            Commit(target, in: targetDirectory, id, steps, isDurable: isDurable).undo()
            throw error
        }
        // Where names keep their order, the new ones are durable as soon as the removal is.
        var commit = Commit(target, in: targetDirectory, id, steps, isDurable: isDurable)
        try commit.run(syncingNames: isCopied || !targetDirectory.keepsNameOrder)
    }

    /// Stages a copy of a file of this entry for the target.
    private func copy(
        _ source: PresentFile, _ id: CommitID, from directory: Directory, _ target: Entry,
        _ targetDirectory: Directory, _ isDurable: Bool
    ) throws -> ContentIdentity {
        let name = files.data(source.format)
        guard let descriptor = try directory.open(name) else {
            throw DirDBError.missingEntry(directory.path(of: name))
        }
        let file = try DataFile(descriptor, name, in: directory, format: source.format)
        let staged = try StagedFile.write(
            target, format: source.format, id: id, isToBeSynced: isDurable, in: targetDirectory
        ) { sink in
            try sink.write(contentsOf: file)
            sink.setModified(source.status.modified)
        }
        try staged.takePermissions(of: source.status)
        if isDurable { try staged.sync() } else { try staged.flush() }
        return try staged.identity()
    }

    /// Commits the removal of files.
    private func remove(
        _ formats: [String], in directory: Directory, isDurable: Bool
    ) throws(DirDBError) {
        var steps: [Step] = []
        for format in formats {
            let old = formats.count > 1 ? try identity(of: format, in: directory) : nil
            if formats.count > 1 && old == nil { continue }
            steps.append(.remove(format, old: old))
        }
        var commit = Commit(self, in: directory, CommitID(), steps, isDurable: isDurable)
        try commit.run()
    }
}
