package import DirDB
import DirDBDumpers

/// What every part of an import needs: where from, where to, how, and whom to tell.
///
/// A part asks `isImported` for each of its entries first, and makes the others one after the other, each in one
/// transaction, with `provenance` among the metadata:
///
///     let sources = try context.sources(of: paths)
///     let entry = try context.entry("cell_activation")
///     if try context.isImported(entry, from: sources) { return }
///     try context.make(entry, from: sources) { entry in
///         try entry.put(tables: …) { writer in … context.log.advance(bytes) … }
///         return writtenRows
///     }
package struct ImportContext: Sendable {
    typealias Annotation = @Sendable (inout LockedEntry) throws -> Void

    /// What was found.
    package let tree: SimrunTree
    /// Where the entries go.
    package let database: Database
    /// What is wanted.
    package let options: SimrunOptions
    /// What is noted for the report, and told while it goes on.
    package let log: ImportLog
    /// Adds to the metadata of an entry whose data and metadata are staged.
    let annotate: Annotation?

    /// The one entry to be made, which is a link; nil for all.
    private let only: Entry?
    /// Where what would be made anew is noted, and nothing is made; nil when entries are made.
    let outdated: OutdatedEntries?
    /// Whether what would be made is noted only.
    let isDryRun: Bool

    init(
        _ tree: SimrunTree, _ database: Database, _ options: SimrunOptions, _ log: ImportLog,
        annotate: Annotation? = nil, only: Entry? = nil, outdated: OutdatedEntries? = nil,
        isDryRun: Bool = false
    ) {
        self.annotate = annotate
        self.only = only
        self.outdated = outdated
        self.isDryRun = isDryRun
        self.tree = tree
        self.database = database
        self.options = options
        self.log = log
    }

    /// An entry by the names that lead to it.
    package func entry(_ names: String...) throws(DirDBError) -> Entry {
        try database.entry(at: names)
    }

    /// Whether an entry is there and was made from the same files in the same way; it is then noted as such.
    ///
    /// Metadata that cannot be read is no reason to stop: the entry is made anew. A link counts where links are made.
    package func isImported(
        _ entry: Entry, from sources: SourceFiles
    ) throws(DirDBError) -> Bool {
        if let only { return entry != only }
        if outdated != nil {
            try noteOutdated(entry, unlessFrom: sources)
            return true
        }
        guard try entry.exists, let meta = try? entry.meta,
            meta["simrun"]["fingerprint"].asString == sources.fingerprint,
            options.link || meta["simrun"]["linked"].asBool != true
        else { return false }
        log.note(unchanged: entry)
        return true
    }

    /// Notes an entry that was made from other files, or in another way.
    func noteOutdated(_ entry: Entry, unlessFrom sources: SourceFiles) throws(DirDBError) {
        guard let outdated, try entry.isPresent else { return }
        let meta = try? entry.meta
        if meta?["simrun"]["fingerprint"].asString == sources.fingerprint { return }
        // Metadata that cannot be read may be that of an import.
        outdated.note(entry, isForeign: meta.map { $0["simrun"].asObject == nil } ?? false)
    }

    /// Makes an entry: data and metadata, which tells where it came from, in one transaction.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - sources: The files that it is made from.
    ///   - meta: More metadata.
    ///   - body: Stages the data, and returns the number of rows; 1 where there are none.
    /// - Throws: What `body` throws; ``DirDBError``. The entry then stays as it was.
    package func make(
        _ entry: Entry, from sources: SourceFiles, meta: JSON = [:],
        _ body: (inout LockedEntry) throws -> Int
    ) throws {
        if isDryRun { return log.note(imported: entry) }
        log.begin(entry.key)
        try entry.withLock { locked in
            let before = locked.meta
            let rows = try body(&locked)
            var all = meta
            all["simrun"] = provenance(sources, rows: rows)
            locked.meta = only == entry ? Self.resolved(before, all) : all
            try annotate?(&locked)
        }
        log.note(imported: entry)
    }

    /// The metadata of what was a link: what the link told, since the folders that it names are not all of the import.
    private static func resolved(_ link: JSON, _ made: JSON) -> JSON {
        guard link["simrun"]["linked"].asBool == true else { return made }
        var all = link
        var provenance = link["simrun"]
        provenance.remove("linked")
        for key in ["rows", "imported", "version"] { provenance[key] = made["simrun"][key] }
        all["simrun"] = provenance
        return all
    }

    /// Makes an entry that is a link to its files.
    func makeLink(
        _ entry: Entry, _ link: Link, from sources: SourceFiles, meta: JSON = [:]
    ) throws {
        if isDryRun { return log.note(imported: entry) }
        let text = try link.json.serializedBytes()
        log.begin(entry.key)
        try entry.withLock { locked in
            try locked.put(format: Link.fileExtension) { sink in try sink.write(text) }
            var all = meta
            all["simrun"] = provenance(sources, rows: link.tree.trialCount)
            all["simrun"]["linked"] = true
            locked.meta = all
            try annotate?(&locked)
        }
        log.note(imported: entry)
    }

    /// Where an entry came from, as its metadata keeps it under the key `simrun`.
    package func provenance(_ sources: SourceFiles, rows: Int) -> JSON {
        [
            "source": .string(tree.root), "files": .integer(Int64(sources.count)),
            "bytes": .integer(sources.byteCount), "rows": .integer(Int64(rows)),
            "imported": .string(System.now().iso8601), "version": .string(PackageVersion.current),
            "fingerprint": .string(sources.fingerprint),
        ]
    }

    func warnOfMissingEnd(_ relativePath: String) {
        log.warn(
            "\(tree.path(of: relativePath)) does not end with a line feed: it may have been cut off, and its last number"
                + " then is wrong")
    }

    /// The files that an entry is made from, by their paths below the root, in the order in which they are used.
    ///
    /// - Parameters:
    ///   - relativePaths: The paths.
    ///   - settings: What else decides what the entry holds, such as `float32`.
    /// - Returns: The files as they are now.
    /// - Throws: `.notFound` when one is not there any more.
    package func sources(
        of relativePaths: some Sequence<String>, settings: String = ""
    ) throws(DirDBError) -> SourceFiles {
        try SourceFiles(relativePaths, of: tree, settings: settings)
    }
}
