// The commit: what the body staged becomes visible as one.
//
//     staged files written and synced                    nothing is visible
//     more than one step: intent record written, synced  the commit point
//     each step: a rename over the old file, or unlink   visible file by file; readers wait for the record to go
//     directory synced                                   success may be reported
//     record removed                                     not synced: settling it again does no harm
//
// A reader without the lock sees each file whole, old or new. A crash before the commit point leaves the old
// pair, one after it the new pair as soon as somebody takes the lock. Relaxed durability takes the same steps
// without the syncs.

extension LockedEntry {
    /// One visible change: a staged file takes its final name, or a file goes.
    enum Step {
        case replaceData(format: String)
        case replaceMetadata
        /// The intent file of a first version becomes the metadata.
        case adoptIntent
        case remove(format: String)
    }

    /// Publishes what is staged.
    /// - Throws: An error after which the entry is as it was; or, when it struck after the first visible change,
    ///   one that says so: the next process that takes the lock then completes the commit.
    mutating func commit() throws {
        do {
            // Most locks are released without a change.
            guard try prepare(isDurable: isDurable) else { return }
            if isDurable {
                try stagedData?.sync()
                try stagedMetadata?.sync()
            } else {
                try stagedData?.flush()
                try stagedMetadata?.flush()
            }
            if needsRecord { try writeRecordUnlessFull(isDurable: isDurable) }
        } catch {
            rollBack()
            throw error
        }
        try publish()
        if isDurable { try syncNames() }
        clearRecord()
    }

    /// Writes what is left to be written before the commit point, but a record.
    ///
    /// - Parameter isDurable: Whether the metadata is synced when it is that of a first version; all else that is
    ///   staged is left to the caller.
    /// - Returns: Whether there is something to publish.
    /// - Throws: As `commit()` does, before the commit point.
    mutating func prepare(isDurable: Bool) throws -> Bool {
        let change = try metadataChange()
        if stagedData == nil && deletedFormats == nil, case .none = change { return false }
        if case .write(let bytes) = change {
            if try stageFirstVersion(bytes, isDurable: isDurable) {
                steps = [.replaceData(format: stagedData?.format ?? ""), .adoptIntent]
                return true
            }
            try stageMetadata(bytes, stagedData?.id ?? CommitID())
        }
        steps = try plan(change)
        return !steps.isEmpty
    }

    /// Whether the steps are several and none of them has the metadata as its record.
    var needsRecord: Bool {
        if case .adoptIntent? = steps.last { return false }
        return steps.count > 1
    }

    /// Makes the steps visible, the first of which is the commit point.
    /// - Throws: As `commit()` does.
    mutating func publish() throws {
        let isRecorded = hasRecord
        do {
            if let first = steps.first { try take(first) }
        } catch {
            rollBack()
            throw error
        }
        // From here on nothing is taken back.
        hasRecord = false
        do {
            for step in steps.dropFirst() { try take(step) }
        } catch {
            throw error.afterCommitPoint(isRecorded: isRecorded)
        }
    }

    /// Makes the names durable that `publish()` has changed.
    func syncNames() throws {
        do { try directory.sync() } catch { throw error.afterCommitPoint(isRecorded: steps.count > 1) }
    }

    /// Removes the record, when the names are as durable as they are to be.
    func clearRecord() {
        // A record that stays is settled by the next locker, who finds nothing left to do.
        if needsRecord { try? directory.unlink(entry.files.intent) }
    }

    /// Removes what was staged; what cannot be removed now is removed by `recover`.
    mutating func rollBack() {
        if hasRecord { try? directory.unlink(entry.files.intent) }
        if let data = stagedData.take() { try? directory.unlink(data.temporary) }
        if let metadata = stagedMetadata.take() { try? directory.unlink(metadata.temporary) }
    }

    private mutating func stageMetadata(_ bytes: [UInt8], _ id: CommitID) throws {
        try requireExclusive()
        stagedMetadata = try StagedFile.write(
            entry, format: FileNames.metadataExtension, id: id, isToBeSynced: isDurable, in: directory
        ) { sink in try sink.write(bytes) }
    }

    /// The visible changes in their order: new files first, so that nothing is ever missing.
    private func plan(_ change: MetadataChange) throws(DirDBError) -> [Step] {
        var steps: [Step] = []
        var obsolete = deletedFormats ?? []
        if let stagedData {
            let formats = try entry.dataFormats(in: directory, listing: listsFormats)
            let format = stagedData.format
            let replaced = formats.first { $0.hasSameBytes(as: format) } ?? formats.first
            if let replaced { try takePermissions(stagedData, entry.files.data(replaced)) }
            obsolete = formats.filter { !$0.hasSameBytes(as: format) }
            steps.append(.replaceData(format: format))
        }
        if let stagedMetadata {
            try takePermissions(stagedMetadata, entry.files.metadata)
            steps.append(.replaceMetadata)
        }
        steps += obsolete.map { .remove(format: $0) }
        if case .remove = change, try directory.status(entry.files.metadata) != nil {
            try requireExclusive()
            steps.append(.remove(format: FileNames.metadataExtension))
        }
        return steps
    }

    /// - Throws: `.notRegular` when a link or a special file is to be replaced: what it is for is not known here.
    private func takePermissions(_ staged: StagedFile, _ replaced: String) throws(DirDBError) {
        guard let status = try directory.status(replaced) else { return }
        guard status.kind == .regular else { throw .notRegular(directory.path(of: replaced)) }
        try staged.takePermissions(of: status)
    }

    /// Writes the record of several steps; for a deletion only where there is room for it.
    ///
    /// What is to make room on a full disk must not need some. A crash amid such a deletion may leave the metadata alone.
    private mutating func writeRecordUnlessFull(isDurable: Bool) throws(DirDBError) {
        do throws(DirDBError) { try writeRecord(isDurable: isDurable) } catch {
            let isDeletion = steps.allSatisfy { if case .remove = $0 { true } else { false } }
            guard isDeletion && error.code == .noSpace else { throw error }
            try? directory.unlink(entry.files.intent)
            hasRecord = false
        }
    }

    /// Writes the record of several steps.
    mutating func writeRecord(isDurable: Bool) throws(DirDBError) {
        var changes: [IntentRecord.Change] = []
        for step in steps {
            switch step {
            case .replaceData(let format):
                guard let new = try stagedData?.identity() else { continue }
                changes.append(.replace(format: format, new: new, old: try identity(of: format)))
            case .replaceMetadata:
                let format = FileNames.metadataExtension
                guard let new = try stagedMetadata?.identity() else { continue }
                changes.append(.replace(format: format, new: new, old: try identity(of: format)))
            case .remove(let format):
                guard let old = try identity(of: format) else { continue }
                changes.append(.delete(format: format, old: old))
            case .adoptIntent: continue
            }
        }
        let id = stagedData?.id ?? stagedMetadata?.id ?? CommitID()
        let record = IntentRecord(id: id, content: .changes(changes))
        guard let file = try IntentFile.create(entry, in: directory) else {
            throw .nameTaken(directory.path(of: entry.files.intent))
        }
        hasRecord = true
        try file.write(record, isDurable: isDurable)
    }

    private func identity(of format: String) throws(DirDBError) -> ContentIdentity? {
        try ContentIdentity.current(entry.files.data(format), in: directory)
    }

    private func take(_ step: Step) throws(DirDBError) {
        switch step {
        case .replaceData(let format):
            try stagedData?.rename(to: entry.files.data(format))
        case .replaceMetadata:
            try stagedMetadata?.rename(to: entry.files.metadata)
        case .adoptIntent:
            try directory.rename(entry.files.intent, to: entry.files.metadata)
        case .remove(let format):
            try directory.unlink(entry.files.data(format))
        }
    }
}
