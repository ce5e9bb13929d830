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
        let bytes = readsMetadata ? try entry.openMetadata(in: directory)?.bytes : nil
        currentMetadata = try bytes.map(entry.parseMetadata) ?? [:]
        originalMetadata = bytes.map { [currentMetadata] in ($0, currentMetadata) }
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
