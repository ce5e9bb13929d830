extension Database {
    /// In which order entries are listed.
    public enum Order: Sendable {
        /// As the file system gives them: lazily, in constant memory.
        case unsorted
        /// By the bytes of the paths.
        case name
        /// By the time of the last change of the data, oldest first.
        case time
        /// By the size of the data, smallest first.
        case size
    }

    /// The entries that have data, one for each data file.
    ///
    /// Without an order they come lazily and in constant memory. An entry that is made or removed meanwhile may
    /// or may not be among them. Metadata is not looked at: an entry with damaged metadata is listed like any
    /// other, and its ``Entry/meta`` throws.
    ///
    /// - Parameters:
    ///   - recursive: Whether those of all sub-databases are listed too.
    ///   - order: The order; any but `.unsorted` reads all names first.
    ///   - withoutData: Whether entries that have metadata only are listed as well.
    /// - Returns: A sequence; sub-databases that cannot be read are left out and told by
    ///   ``EntrySequence/failures``.
    /// - Throws: `.notFound`; ``DirDBError`` when the database itself cannot be read.
    /// - Complexity: One call per some hundred names; O(n) memory with an order or `withoutData`.
    public func entries(
        recursive: Bool = false, order: Order = .unsorted, withoutData: Bool = false
    ) throws(DirDBError) -> EntrySequence {
        let first = try openDirectory().stream()
        var failures: [DirDBError] = []
        let others = recursive ? try readableDescendants { failures.append($1) } : []
        let entries = EntrySequence(self, first, others, failures, listsMetadata: withoutData)
        guard order != .unsorted || withoutData else { return entries }
        var all = Array(entries)
        if withoutData { all = Self.withoutDuplicates(all) }
        return EntrySequence(try Self.sorted(all, order), entries.failures)
    }

    /// Drops the entries found by their metadata that were also found by their data.
    private static func withoutDuplicates(_ entries: [Entry]) -> [Entry] {
        let withData = Set(entries.filter { $0.hint.format != nil })
        return entries.filter { $0.hint.format != nil || !withData.contains($0) }
    }

    private static func sorted(_ entries: [Entry], _ order: Order) throws(DirDBError) -> [Entry] {
        switch order {
        case .unsorted: return entries
        case .name:
            return entries.map { (key: $0.path, entry: $0) }
                .sorted { $0.key.precedesInBytes($1.key) }.map(\.entry)
        case .time, .size:
            var statuses: [(status: FileStatus, path: String, entry: Entry)] = []
            for entry in entries {
                // One that vanished meanwhile is left out.
                guard let status = try entry.listedStatus() else { continue }
                statuses.append((status, entry.path, entry))
            }
            return statuses.sorted { left, right in
                let isBefore =
                    order == .time
                    ? (
                        left.status.modified < right.status.modified,
                        left.status.modified == right.status.modified
                    )
                    : (left.status.size < right.status.size, left.status.size == right.status.size)
                return isBefore.0 || (isBefore.1 && left.path.precedesInBytes(right.path))
            }.map(\.entry)
        }
    }
}

extension Entry {
    /// The status of the file by which a listing found the entry; nil when it is gone.
    fileprivate func listedStatus() throws(DirDBError) -> FileStatus? {
        guard let directory = try database.openDirectoryIfPresent() else { return nil }
        return try directory.status(hint.format.map(files.data) ?? files.metadata)
    }
}

/// Entries of a database, one after the other.
///
/// A single pass: each `for` loop over the same value goes on where the last one ended.
public final class EntrySequence: Sequence, IteratorProtocol {
    private var current: (database: Database, stream: DirectoryStream)?
    private var others: ArraySlice<Database>
    private var sorted: ArraySlice<Entry>
    private let listsMetadata: Bool
    /// Why directories, or what was left of them, could not be read; empty when the listing is complete.
    public private(set) var failures: [DirDBError]

    init(
        _ database: Database, _ stream: DirectoryStream, _ others: [Database], _ failures: [DirDBError],
        listsMetadata: Bool
    ) {
        current = (database, stream)
        self.others = others[...]
        self.failures = failures
        self.listsMetadata = listsMetadata
        sorted = []
    }

    init(_ sorted: [Entry], _ failures: [DirDBError]) {
        self.sorted = sorted[...]
        self.failures = failures
        others = []
        listsMetadata = false
    }

    /// The next entry, nil at the end.
    public func next() -> Entry? {
        if let entry = sorted.popFirst() { return entry }
        while let (database, stream) = current {
            do throws(DirDBError) {
                while let (file, kind) = try stream.next() {
                    if let file, let entry = try entry(database, file, kind) { return entry }
                }
            } catch {
                failures.append(error)
            }
            current = openNext()
        }
        return nil
    }

    private func entry(
        _ database: Database, _ file: String, _ kind: FileKind
    ) throws(DirDBError) -> Entry? {
        guard kind == .regular || kind == .unknown else { return nil }
        let entry: Entry
        switch FileRole(file) {
        case .data(let name, let format): entry = Entry(database, name, .likely(format))
        case .metadata(let name) where listsMetadata: entry = Entry(database, name)
        default: return nil
        }
        return kind == .unknown ? try entry.listedStatus()?.kind == .regular ? entry : nil : entry
    }

    private func openNext() -> (database: Database, stream: DirectoryStream)? {
        while let next = others.popFirst() {
            do throws(DirDBError) {
                // A sub-database that vanished meanwhile is not an error.
                guard let directory = try next.openDirectoryIfPresent() else { continue }
                return (next, try directory.stream())
            } catch {
                failures.append(error)
            }
        }
        return nil
    }
}
