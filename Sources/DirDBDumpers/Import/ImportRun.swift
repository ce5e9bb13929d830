import DirDB

/// Makes the entries of a plan.
struct ImportRun {
    /// nil in a dry run when there is no database yet.
    private let database: Database?
    private let replaces: Bool
    private let isDryRun: Bool
    private(set) var report: ImportReport

    init(_ database: Database?, replaces: Bool, isDryRun: Bool, report: ImportReport) {
        self.database = database
        self.replaces = replaces
        self.isDryRun = isDryRun
        self.report = report
    }

    /// Why a transaction is rolled back.
    private enum Obstacle: Error {
        /// The entry has the same data already.
        case sameData
        case otherData
    }

    mutating func perform(_ item: ImportItem, _ annotate: (inout LockedEntry) throws -> Void) throws {
        let content: ImportContent
        do throws(DirDBError) {
            content = try ImportContent(of: SourceFile.open(item.path, format: item.format), item.action)
        } catch {
            // The others are imported all the same.
            if error.code == .cancelled { throw error }
            return report.leaveOut(item.relativePath, error)
        }
        if case .bytes(let reason?) = content {
            report.opaque.append(.init(path: item.relativePath, text: reason.message))
        }
        guard let entry = try database?.entry(at: item.names) else {
            return report.imported.append(item.key)
        }
        do {
            let isThere = try entry.isPresent
            // What is there already needs no transaction.
            if isThere, case .bytes = content {
                if try Self.holds(entry, SourceFile.open(item.path, format: item.format)) {
                    throw Obstacle.sameData
                }
                if !replaces { throw Obstacle.otherData }
            }
            if !isDryRun { try make(entry, item, content, annotate) }
            if isThere { report.replaced.append(item.key) } else { report.imported.append(item.key) }
        } catch Obstacle.sameData {
            try addMetadata(of: item, to: entry)
        } catch Obstacle.otherData {
            leave(item, "the entry \(item.key) has other data")
        } catch let error as DirDBError
            where [.damagedMetadata, .unsupportedFormat, .notRegular, .ambiguousFormat].contains(error.code)
        {
            // What is in the way of one entry is in the way of no other.
            leave(item, error.message)
        }
    }

    private mutating func make(
        _ entry: Entry, _ item: ImportItem, _ content: ImportContent,
        _ annotate: (inout LockedEntry) throws -> Void
    ) throws {
        try entry.withLock { locked in
            let isThere = try locked.exists || locked.meta != [:]
            try content.store(item, in: &locked)
            if isThere {
                if try locked.withData({ staged in try Self.holds(entry, staged) }) {
                    throw Obstacle.sameData
                }
                if !replaces { throw Obstacle.otherData }
            }
            for (key, value) in item.meta { locked.meta[key] = value }
            try annotate(&locked)
        }
    }

    /// Adds what the file beside the data says to the metadata of an entry that has the same data.
    private mutating func addMetadata(of item: ImportItem, to entry: Entry) throws {
        let known: JSONObject
        do throws(DirDBError) { known = try entry.meta.asObject ?? [:] } catch {
            return leave(item, error.message)
        }
        // By their texts: NaN equals nothing, and 0.0 equals -0.0.
        func isSame(_ one: JSON?, _ other: JSON) throws -> Bool {
            try one?.serializedBytes() == other.serializedBytes()
        }
        if try item.meta.allSatisfy({ try isSame(known[$0.key], $0.value) }) {
            return report.unchanged.append(item.key)
        }
        let differing = try item.meta.first { key, value in
            try known[key] != nil && !isSame(known[key], value)
        }
        if let differing, !replaces {
            return leave(item, "the entry \(item.key) has another \(differing.key) in its metadata")
        }
        if !isDryRun {
            try entry.updateMeta { meta in for (key, value) in item.meta { meta[key] = value } }
        }
        report.replaced.append(item.key)
    }

    private mutating func leave(_ item: ImportItem, _ reason: String) {
        report.conflicts.append(.init(path: item.relativePath, text: reason))
    }

    /// Whether an entry has the bytes of a file, under the same extension.
    private static func holds(_ entry: Entry, _ file: borrowing DataFile) throws -> Bool {
        guard let stored = try? entry.info(), stored.format == file.format, stored.bytes == file.size else {
            return false
        }
        return try entry.withData { published in try published.hasSameBytes(as: file) }
    }
}
