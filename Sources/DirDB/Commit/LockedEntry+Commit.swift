// What the body staged, as the steps of a commit.

extension LockedEntry {
    /// Publishes what is staged.
    /// - Throws: An error after which the entry is as it was; or, when it struck after the first visible change,
    ///   one that says so: the next process that takes the lock then completes the commit.
    mutating func commit() throws {
        do {
            // Most locks are released without a change.
            guard try prepare() else { return }
            for staged in [stagedData, stagedMetadata] {
                if isDurable { try staged?.sync() } else { try staged?.flush() }
            }
        } catch {
            rollBack()
            throw error
        }
        try prepared?.run()
    }

    /// Stages the metadata and makes the steps ready in ``prepared``.
    ///
    /// Syncing what is staged is left to the caller.
    /// - Returns: Whether there is something to publish.
    /// - Throws: As `commit()` does, before anything is visible.
    mutating func prepare() throws -> Bool {
        let change = try metadataChange()
        if stagedData == nil && deletedFormats == nil, case .none = change { return false }
        let id = stagedData?.id ?? CommitID()
        if case .write(let bytes) = change {
            try requireExclusive()
            stagedMetadata = try StagedFile.write(
                entry, format: FileNames.metadataExtension, id: id, isToBeSynced: isDurable, in: directory
            ) { sink in try sink.write(bytes) }
        }
        let steps = try plan(change)
        if steps.isEmpty { return false }
        prepared = Commit(entry, in: directory, id, steps, isDurable: isDurable)
        return true
    }

    /// Removes what was staged; what cannot be removed now is removed by `recover`.
    mutating func rollBack() {
        if let prepared {
            prepared.undo()
            return
        }
        for staged in [stagedData, stagedMetadata] {
            if let staged { try? directory.unlink(staged.temporary) }
        }
    }

    private func plan(_ change: MetadataChange) throws(DirDBError) -> [Step] {
        var present = deletedFormats ?? []
        if let stagedData {
            present = try entry.dataFormats(in: directory, listing: listsFormats)
            let replaced = present.first { $0.hasSameBytes(as: stagedData.format) } ?? present.first
            if let replaced, let status = try directory.status(entry.files.data(replaced)) {
                try takePermissions(stagedData, of: status, replaced)
            }
        }
        var removed = present.filter { format in
            stagedData.map { !$0.format.hasSameBytes(as: format) } ?? true
        }
        if let stagedMetadata, let replaced = stagedMetadata.replaced {
            present.append(stagedMetadata.format)
            try takePermissions(stagedMetadata, of: replaced, stagedMetadata.format)
        }
        if case .remove = change, try directory.status(entry.files.metadata) != nil {
            try requireExclusive()
            removed.append(FileNames.metadataExtension)
        }

        let staged = [stagedData, stagedMetadata].compactMap(\.self)
        // A step alone needs no record, and so nothing to compare with.
        guard staged.count + removed.count > 1 else {
            return staged.map { .replace($0.format) } + removed.map { .remove($0) }
        }
        var steps: [Step] = []
        for file in staged {
            let isThere = present.contains { $0.hasSameBytes(as: file.format) }
            let old = isThere ? try entry.identity(of: file.format, in: directory) : nil
            steps.append(.replace(file.format, new: try file.identity(), old: old))
        }
        for format in removed {
            // One that is gone by now need not go.
            guard let old = try entry.identity(of: format, in: directory) else { continue }
            steps.append(.remove(format, old: old))
        }
        return steps
    }

    /// - Throws: `.notRegular` when a link or a special file is to be replaced: what it is for is not known here.
    private func takePermissions(
        _ staged: StagedFile, of status: FileStatus, _ format: String
    ) throws(DirDBError) {
        guard status.kind == .regular else {
            throw .notRegular(directory.path(of: entry.files.data(format)))
        }
        try staged.takePermissions(of: status)
    }
}

extension Entry {
    /// The identity of the file that has this extension now; nil when there is none.
    func identity(of format: String, in directory: Directory) throws(DirDBError) -> ContentIdentity? {
        try ContentIdentity.current(files.data(format), in: directory)
    }
}
