import DirDB

/// Makes the entries of a plan.
struct ImportRun {
    /// nil in a dry run when there is no database yet.
    private let database: Database?
    private let isDryRun: Bool
    private(set) var report: ImportReport

    init(_ database: Database?, isDryRun: Bool, report: ImportReport) {
        self.database = database
        self.isDryRun = isDryRun
        self.report = report
    }

    /// The transaction is rolled back, because the entry has the same data already.
    private struct Unchanged: Error {}

    mutating func perform(_ item: ImportItem, _ annotate: (inout LockedEntry) throws -> Void) throws {
        let name = item.names.joined(separator: "/")
        let file = try SourceFile.open(item.path, format: item.format)
        do throws(DirDBError) { try Self.check(file) } catch {
            guard error.code == .damagedData || error.code == .unsupportedFormat else { throw error }
            report.damaged.append(.init(path: item.relativePath, text: error.message))
            return
        }
        let entry = try database?.entry(at: item.names)
        if item.action == .copy, let entry, try Self.holds(entry, file) {
            report.unchanged.append(name)
            return
        }
        if !isDryRun, let entry {
            do {
                try entry.withLock { locked in
                    try store(item, file, in: &locked)
                    locked.meta = item.meta ?? [:]
                    try annotate(&locked)
                }
            } catch is Unchanged {
                report.unchanged.append(name)
                return
            }
        }
        report.imported.append(name)
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
            try Self.copy(item, to: &locked)
            return try Self.rollBackIfUnchanged(&locked)
        }
        if case .array(let array) = value {
            try Self.put(array, in: &locked)
        } else {
            try locked.put(MessagePack(value))
        }
        try Self.rollBackIfUnchanged(&locked)
    }

    private static func put<Array: NumpyArray>(_ array: Array, in locked: inout LockedEntry) throws {
        guard let values = array.asArray(of: Array.Element.self) else { return }
        try locked.put(values)
    }

    private static func copy(_ item: ImportItem, to locked: inout LockedEntry) throws {
        try locked.put(format: item.format) { sink in
            let file = try SourceFile.open(item.path, format: item.format)
            while sink.count < file.size {
                let bytes = try file.readBytes(at: sink.count, count: 1 << 20)
                if bytes.isEmpty { return }
                try sink.write(bytes)
            }
        }
    }

    // MARK: Equality

    /// - Throws: `Unchanged` when what is staged is what is published.
    private static func rollBackIfUnchanged(_ locked: inout LockedEntry) throws {
        let entry = locked.entry
        guard try entry.exists else { return }
        let isEqual = try locked.withData { staged in try holds(entry, staged) }
        if isEqual { throw Unchanged() }
    }

    /// Whether an entry has the bytes of a file, under the same extension.
    private static func holds(_ entry: Entry, _ file: borrowing DataFile) throws -> Bool {
        guard let stored = try? entry.info(), stored.format == file.format, stored.bytes == file.size else {
            return false
        }
        return try entry.withData { published in try published.hasSameBytes(as: file) }
    }
}
