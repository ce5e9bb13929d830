import DirDB

/// All entries of a database and of its sub-databases at any depth, those without data too.
///
/// Whatever could not be listed is among the failures: what is missing from this must not be taken for removed.
struct DatabaseListing {
    /// The entries, by the bytes of their paths.
    private(set) var entries: [Entry] = []
    /// The database and its sub-databases, but for those that could not be listed.
    private(set) var databases: [Database]
    private(set) var failures: [DirDBError] = []

    /// The entries of which there are several data files.
    var ambiguous: Set<Entry> {
        Set(zip(entries, entries.dropFirst()).filter { $0 == $1 }.map(\.0))
    }

    /// - Throws: ``DirDBError`` when the database itself cannot be listed.
    init(_ root: Database) throws(DirDBError) {
        databases = [root]
        try list(root)
        var next = 1
        // Not recursive: the depth is the disk's to choose.
        while next < databases.count {
            do throws(DirDBError) {
                try list(databases[next])
                next += 1
            } catch {
                // One that vanished meanwhile has no entries.
                if error.code != .notFound { failures.append(error) }
                databases.remove(at: next)
            }
        }
        entries = entries.map { (path: $0.path, entry: $0) }.sorted { $0.path.precedesInBytes($1.path) }
            .map(\.entry)
    }

    private mutating func list(_ database: Database) throws(DirDBError) {
        let listing = try database.entries(withoutData: true)
        entries += Array(listing)
        failures += listing.failures
        databases += try database.subdatabases()
    }
}
