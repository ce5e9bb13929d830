import DirDB

/// Entries that are made one after the other by going over the same files once.
struct ImportStep {
    var entries: [PlannedEntry]
    /// The bytes of raw files that are worked through for it.
    var byteCount: Int64 = 0
    /// The files whose times have to be those of all.
    var traces: [TraceSource] = []
}

/// An entry of an import, and how it is made.
struct PlannedEntry {
    /// What there is in a database where an entry belongs.
    enum State {
        /// Nothing, or a link where data is wanted.
        case missing
        /// The entry, made from the same files in the same way.
        case current
        /// The entry, made from other files or in another way.
        case outdated
        /// An entry that no import has made.
        case foreign
    }

    /// The names that lead to it.
    let names: [String]
    /// The files that it is made from.
    let sources: SourceFiles
    /// Its metadata, beside where it comes from.
    var meta: JSON = [:]
    /// What the person who imports should know.
    var warning: String?
    /// The link that takes its place where links are wanted; nil for what is never linked.
    var link: (() throws(DirDBError) -> Link)?
    private(set) var state = State.missing
    /// Stages the data, and returns the number of rows; 1 where there are none.
    ///
    /// What is read for an entry that is not the last one of its step is needed once more.
    let stage: (_ entry: inout LockedEntry, _ log: ImportLog, _ isLast: Bool) throws -> Int

    init(
        _ names: [String], from sources: SourceFiles, meta: JSON = [:], warning: String? = nil,
        link: (() throws(DirDBError) -> Link)? = nil,
        _ stage: @escaping (inout LockedEntry, ImportLog, Bool) throws -> Int
    ) {
        self.names = names
        self.sources = sources
        self.meta = meta
        self.warning = warning
        self.link = link
        self.stage = stage
    }

    func key(in database: Database?) -> String {
        ((database?.components ?? []) + names).joined(separator: "/")
    }

    /// Looks for the entry in a database.
    ///
    /// Metadata that cannot be read is no reason to stop: it may be that of an import, and the entry is made again.
    mutating func compare(with database: Database, acceptsLinks: Bool) throws(DirDBError) {
        let entry = try database.entry(at: names)
        guard try entry.isPresent else {
            state = .missing
            return
        }
        let meta = try? entry.meta
        if let meta, meta["simrun"]["fingerprint"].asString == sources.fingerprint {
            let isWanted = acceptsLinks || meta["simrun"]["linked"].asBool != true
            state = isWanted ? try entry.exists ? .current : .missing : .missing
        } else {
            state = meta.map { $0["simrun"].asObject == nil } ?? false ? .foreign : .outdated
        }
    }
}
