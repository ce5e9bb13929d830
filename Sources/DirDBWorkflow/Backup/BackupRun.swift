import DirDB
import DirDBDumpers

/// One backup, step by step.
struct BackupRun {
    private let source: Database
    /// nil in a dry run when there is no database yet.
    private let target: Database?
    private let options: BackupOptions
    /// The entries of the source that were found, at their places in the target.
    private var found: Set<Entry> = []
    /// The source and its sub-databases.
    private var databases: [Database] = []
    /// The entries of the source of which there are several data files.
    private var ambiguous: Set<Entry> = []

    init(_ source: Database, _ target: Database?, _ options: BackupOptions) {
        self.source = source
        self.target = target
        self.options = options
    }

    /// Does all of it.
    mutating func run(_ progress: ((BackupProgress) -> Void)?) throws -> ChangeReport {
        var report = ChangeReport()
        try copyEntries(&report, progress)
        try removeOthers(&report)
        try copyDatabaseMetadata(&report)
        return report
    }

    private mutating func copyEntries(
        _ report: inout ChangeReport, _ tell: ((BackupProgress) -> Void)?
    ) throws {
        let listing = try DatabaseListing(source)
        databases = listing.databases
        ambiguous = listing.ambiguous
        // By a listing: of a name that is absent, each single look would be a listing of its own.
        let present = Set(try target.map { try DatabaseListing($0).entries } ?? [])
        var progress = BackupProgress()
        if tell != nil {
            progress.totalBytes = listing.entries.reduce(0) { $0.addingSaturating($1.dataSize) }
        }
        for entry in listing.entries {
            if Task.isCancelled { throw DirDBError.cancelled(source.path) }
            progress.key = entry.key
            tell?(progress)
            if tell != nil { progress.doneBytes = progress.doneBytes.addingSaturating(entry.dataSize) }
            let copy = try target?.entry(at: entry.components)
            if let copy { found.insert(copy) }
            let existing = copy.flatMap { present.contains($0) ? $0 : nil }
            try report.attempt { report in
                try settled(entry) { entry in try back(up: entry, to: copy, existing: existing, &report) }
            }
        }
        report.failures += listing.failures
    }

    private func back(
        up entry: Entry, to copy: Entry?, existing: Entry?, _ report: inout ChangeReport, attempts: Int = 10
    ) throws {
        do {
            if options.isSkeleton {
                return try outline(entry, to: copy, existing: existing, &report)
            }
            let likeness = try existing.map { try entry.likeness(to: $0, byContent: false) } ?? .absent
            switch likeness {
            case .same:
                if options.verifies, let existing { try verify(entry, existing) }
                report.note(.unchanged, entry, bytes: entry.dataSize)
            case .wouldLoseData:
                report.note(.kept, entry, bytes: 0)
            case .absent, .different, .otherMetadata:
                let change: ChangeReport.Change = likeness == .absent ? .copied : .replaced
                if likeness == .otherMetadata && !options.verifies {
                    let isDone =
                        try options.isDryRun
                        || copy.map { try entry.transferMetadata(to: $0, timeout: options.timeout) } ?? false
                    if isDone { return report.note(change, entry, bytes: 0) }
                }
                let bytes =
                    try options.isDryRun
                    ? entry.dataSize : copyData(entry, to: copy)
                report.note(change, entry, bytes: bytes)
            }
        } catch let error as DirDBError where error.code == .notFound {
            // One that was removed in the meantime need not be copied; one that is back, as after two renames, is.
            guard try entry.isPresent else { return }
            if attempts == 0 { throw error }
            try back(up: entry, to: copy, existing: existing, &report, attempts: attempts - 1)
        }
    }

    private func copyData(_ entry: Entry, to copy: Entry?) throws -> Int64 {
        guard let copy else { return 0 }
        return try entry.transfer(
            to: copy, replacing: true, timeout: options.timeout, verifies: options.verifies,
            isListed: !ambiguous.contains(entry))
    }

    /// - Throws: `.damagedData` when the bytes differ.
    private func verify(_ entry: Entry, _ copy: Entry) throws {
        // Under the lock, for the sake of programs that write in place.
        let likeness =
            try entry.holdingLock(.shared, timeout: options.timeout) {
                try entry.likeness(to: copy, byContent: true)
            }
        // One that was written meanwhile differs by its time too.
        guard likeness == .different, try entry.likeness(to: copy, byContent: false) == .same else { return }
        throw DirDBError.damagedCopy(copy.path, of: entry.path)
    }

    /// Stores the metadata, and what the header tells of the data under the key `_skeleton`.
    private func outline(
        _ entry: Entry, to copy: Entry?, existing: Entry?, _ report: inout ChangeReport
    ) throws {
        let found = try entry.inspect()
        var meta = try found.meta.get()
        if let info = try found.info.get() { meta["_skeleton"] = info.json }
        if let existing {
            if try existing.exists { throw DirDBError.skeletonOverData(existing.path) }
            if try existing.meta == meta { return report.note(.unchanged, entry, bytes: 0) }
        }
        if !options.isDryRun { try copy?.replaceMeta(with: meta, timeout: options.timeout) }
        report.note(existing == nil ? .copied : .replaced, entry, bytes: 0)
    }

    /// Runs `body`; where a commit was cut short that has to be settled first, it is when that is possible.
    private func settled(_ entry: Entry, _ body: (Entry) throws -> Void) throws {
        do { try body(entry) } catch let pending as DirDBError where pending.code == .pendingCommit {
            do {
                try body(try Database(source.path, .mustExist).entry(at: entry.components))
            } catch let error as DirDBError where error.code == .permissionDenied {
                throw pending
            }
        }
    }

    // MARK: What the source does not have

    private func removeOthers(_ report: inout ChangeReport) throws {
        guard let target else { return }
        let others = try DatabaseListing(target).entries.filter { !found.contains($0) }
        if !options.deletesOthers {
            for entry in others { report.note(.kept, entry, bytes: entry.dataSize) }
            return
        }
        if others.isEmpty { return }
        // What could not be listed would seem to be removed, as would all of a disk that is not mounted.
        if !report.failures.isEmpty || found.isEmpty {
            report.failures.append(.nothingDeleted(target.path, isEmpty: found.isEmpty, source.path))
            return
        }
        var databases: Set<Database> = []
        for entry in others {
            if Task.isCancelled { throw DirDBError.cancelled(target.path) }
            let bytes = entry.dataSize
            try report.attempt { report in
                if try source.entry(at: entry.components).isPresent { return }
                if !options.isDryRun { try remove(entry, from: target) }
                report.note(.removed, entry, bytes: bytes)
            }
            databases.insert(entry.database)
        }
        if !options.isDryRun { try target.prune(databases, &report) }
    }

    private func remove(_ entry: Entry, from target: Database) throws {
        try entry.delete(timeout: options.timeout)
    }

    // MARK: The database's own metadata

    private func copyDatabaseMetadata(_ report: inout ChangeReport) throws {
        guard let target, !options.isDryRun else { return }
        for database in databases {
            try report.attempt { _ in
                try target.subdatabase(at: database.components).copyMetadata(
                    from: database, timeout: options.timeout)
            }
        }
    }
}

extension EntryInfo {
    /// What the header tells, as a JSON object.
    fileprivate var json: JSON {
        var object: JSON = ["format": .string(format), "bytes": .integer(bytes)]
        if let dtype = content.dtype { object["dtype"] = .string(dtype) }
        if let shape = content.shape { object["shape"] = .array(shape.map { .integer(Int64($0)) }) }
        if let rows = content.rows { object["rows"] = .integer(Int64(rows)) }
        if let columns = content.columns { object["columns"] = .integer(Int64(columns)) }
        if !content.fields.isEmpty { object["fields"] = .array(content.fields.map { .string($0.name) }) }
        return object
    }
}
