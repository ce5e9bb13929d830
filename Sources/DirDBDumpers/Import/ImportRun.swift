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
        let file = try SourceFile.open(item.path, format: item.format)
        do throws(DirDBError) { try Self.check(file) } catch {
            guard error.code == .damagedData || error.code == .unsupportedFormat else { throw error }
            report.damaged.append(.init(path: item.relativePath, text: error.message))
            return
        }
        guard let entry = try database?.entry(at: item.names) else {
            return report.imported.append(item.key)
        }
        do {
            let isThere = try entry.isPresent
            // What is there already needs no transaction.
            if isThere && item.action == .copy {
                if try Self.holds(entry, file) { throw Obstacle.sameData }
                if !replaces { throw Obstacle.otherData }
            }
            if !isDryRun { try make(entry, item, file, annotate) }
            if isThere { report.replaced.append(item.key) } else { report.imported.append(item.key) }
        } catch Obstacle.sameData {
            try addMetadata(of: item, to: entry)
        } catch Obstacle.otherData {
            leave(item, "the entry \(item.key) has other data")
        }
    }

    private mutating func make(
        _ entry: Entry, _ item: ImportItem, _ file: borrowing DataFile,
        _ annotate: (inout LockedEntry) throws -> Void
    ) throws {
        try entry.withLock { locked in
            let isThere = try locked.exists || locked.meta != [:]
            try store(item, file, in: &locked)
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

    /// Adds what the file beside the data tells to the metadata of an entry that has the same data.
    private mutating func addMetadata(of item: ImportItem, to entry: Entry) throws {
        let known: JSONObject
        do throws(DirDBError) { known = try entry.meta.asObject ?? [:] } catch {
            guard error.code == .damagedMetadata else { throw error }
            return leave(item, error.message)
        }
        if item.meta.allSatisfy({ known[$0.key] == $0.value }) { return report.unchanged.append(item.key) }
        let differing = item.meta.first { key, value in known[key].map { $0 != value } ?? false }
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

    /// - Throws: `.damagedData` when the header of a known format makes no sense.
    private static func check(_ file: borrowing DataFile) throws(DirDBError) {
        let format = file.format
        guard let dumper = [any Dumper].standard.first(where: { $0.fileExtension == format }) else { return }
        do { _ = try dumper.inspect(file) } catch let error as DirDBError { throw error } catch {
            throw .damagedData(file.path, "\(error)")
        }
    }

    private mutating func store(
        _ item: ImportItem, _ file: borrowing DataFile, in locked: inout LockedEntry
    ) throws {
        guard item.action == .convertPickle else { return try Self.copy(item, to: &locked) }
        let value: PickleValue
        do {
            value = try PickleDumper(access: .owned).load(file)
        } catch let error as DirDBError where error.code == .unsupportedFormat {
            report.opaque.append(.init(path: item.relativePath, text: error.message))
            return try Self.copy(item, to: &locked)
        }
        if case .array(let array) = value {
            try Self.put(array, in: &locked)
        } else {
            try locked.put(MessagePack(value))
        }
    }

    private static func put<Array: NumpyArray>(_ array: Array, in locked: inout LockedEntry) throws {
        guard let values = array.asArray(of: Array.Element.self) else { return }
        try locked.put(values)
    }

    private static func copy(_ item: ImportItem, to locked: inout LockedEntry) throws {
        try locked.put(format: item.format) { sink in
            let file = try SourceFile.open(item.path, format: item.format)
            try sink.write(contentsOf: file)
            guard sink.count >= file.size else { throw DirDBError.becameShorter(item.path) }
        }
    }

    /// Whether an entry has the bytes of a file, under the same extension.
    private static func holds(_ entry: Entry, _ file: borrowing DataFile) throws -> Bool {
        guard let stored = try? entry.info(), stored.format == file.format, stored.bytes == file.size else {
            return false
        }
        return try entry.withData { published in try published.hasSameBytes(as: file) }
    }
}
