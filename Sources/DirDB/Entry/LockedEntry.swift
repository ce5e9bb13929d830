/// An entry whose lock is held: a transaction on its data and metadata.
///
/// Data that is put, changes of ``meta`` and a deletion are staged; reads see them at once, everybody else
/// sees all of them together when the body of `withLock` has returned, or nothing of them when it throws.
public struct LockedEntry: ~Copyable {
    /// What is to become of the metadata file.
    enum MetadataChange {
        case none
        case write([UInt8])
        case remove
    }

    /// The entry as a proxy, whose own methods see what is published, not what is staged here.
    public let entry: Entry

    /// The metadata, read after the lock was taken and written back, if changed, when the body returns.
    ///
    /// An empty object stands for no metadata file.
    public var meta: JSON {
        get { currentMetadata }
        set {
            currentMetadata = newValue
            isMetadataSet = true
        }
        _modify {
            yield &currentMetadata
            isMetadataSet = true
        }
    }

    let directory: Directory
    let lock: EntryLock
    private var currentMetadata: JSON
    /// The metadata file as it was read.
    private var originalMetadata: (bytes: [UInt8], value: JSON)?
    private var isMetadataSet = false
    /// The bytes of the new metadata file, instead of ``meta``.
    package var rawMetadata: [UInt8]?
    // Two versions cannot be staged at once: the later replaces the former.
    var stagedData: StagedFile?
    var stagedMetadata: StagedFile?
    /// The commit of what is staged, once the body has returned.
    var prepared: Commit?
    /// Whether the directory is listed for a file of an unknown format, which the data would have to replace.
    ///
    /// Not under a name that nobody has locked before: it can have one only that was put there by hand.
    var listsFormats: Bool
    /// The formats whose files are to go; nil when nothing is deleted.
    var deletedFormats: [String]?
    private var deletesMetadata = false
    private let isShared: Bool
    let isDurable: Bool

    // Without `readsMetadata` the body must not look at the metadata; damaged metadata is then no obstacle.
    init(
        _ entry: Entry, _ directory: Directory, _ lock: consuming EntryLock, _ mode: LockMode,
        _ durability: Durability, readsMetadata: Bool
    ) throws(DirDBError) {
        if !lock.isHeld { throw .noLockFile(entry.path) }
        var original: (bytes: [UInt8], value: JSON)?
        if readsMetadata, let bytes = try MetadataFile.open(entry, in: directory)?.bytes {
            original = (bytes, try entry.parseMetadata(bytes))
        }
        originalMetadata = original
        currentMetadata = original?.value ?? [:]
        self.entry = entry
        self.directory = directory
        listsFormats = !lock.isNew
        self.lock = lock
        isShared = mode == .shared
        isDurable = durability == .full
    }

    /// What the commit has to do to the metadata file.
    /// - Throws: `.invalidArgument` when the metadata is no object, or holds what cannot be written.
    func metadataChange() throws(DirDBError) -> MetadataChange {
        if let rawMetadata { return .write(rawMetadata) }
        guard isMetadataSet else { return deletesMetadata ? .remove : .none }
        guard case .object(let object) = currentMetadata else {
            throw .unwritableMetadata(entry.path, "it must be an object", remedy: "put the value under a key")
        }
        if object.isEmpty { return .remove }
        let bytes: [UInt8]
        do { bytes = try currentMetadata.serializedBytes(isStrict: entry.database.strictJSON) } catch {
            throw .unwritableMetadata(entry.path, error.reason, remedy: error.remedy)
        }
        return isOriginal(bytes) ? .none : .write(bytes)
    }

    /// Whether new metadata is what was read, by its text: equality as values hides a change of order or of the sign of zero.
    private func isOriginal(_ bytes: [UInt8]) -> Bool {
        guard let originalMetadata else { return false }
        if bytes == originalMetadata.bytes { return true }
        // Other programs write the same with other spaces.
        return currentMetadata == originalMetadata.value
            && bytes == (try? originalMetadata.value.serializedBytes())
    }

    func requireExclusive() throws(DirDBError) {
        if entry.database.isReadOnly { throw .readOnly(entry.path) }
        if isShared { throw .sharedLock(entry.path) }
    }

    mutating func forgetMetadata() {
        currentMetadata = [:]
        originalMetadata = nil
        isMetadataSet = false
        rawMetadata = nil
        deletesMetadata = true
    }
}

// MARK: The commit of what is staged

extension LockedEntry {
    /// Runs `body` and publishes what it has staged; nothing of it when `body` throws.
    mutating func commit<Result>(after body: (inout LockedEntry) throws -> Result) throws -> Result {
        let result: Result
        do { result = try body(&self) } catch {
            rollBack()
            throw error
        }
        try commit()
        return result
    }

    /// Publishes what is staged.
    ///
    /// Without `syncingNames` its names are left to what the caller syncs later.
    /// - Throws: An error after which the entry is as it was; or, when it struck after the first visible change,
    ///   one that says so: the next process that takes the lock then completes the commit.
    mutating func commit(syncingNames: Bool = true) throws {
        do {
            // Most locks are released without a change.
            guard try prepare() else { return }
            for staged in [stagedData, stagedMetadata] { try staged?.finish(isDurable: isDurable) }
        } catch {
            rollBack()
            throw error
        }
        try prepared?.run(syncingNames: syncingNames)
    }

    /// Stages the metadata and makes the steps ready in ``prepared``.
    ///
    /// Syncing what is staged is left to the caller.
    /// - Returns: Whether there is something to publish.
    /// - Throws: As `commit()` does, before anything is visible.
    mutating func prepare() throws -> Bool {
        let change = try metadataChange()
        if stagedData == nil && stagedMetadata == nil && deletedFormats == nil, case .none = change {
            return false
        }
        let id = stagedData?.id ?? stagedMetadata?.id ?? CommitID()
        if stagedMetadata == nil, case .write(let bytes) = change {
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
            steps.append(.replace(file.format, new: try file.identity(replacing: old), old: old))
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
