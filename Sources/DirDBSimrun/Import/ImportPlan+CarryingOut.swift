import DirDB
import DirDBDumpers

extension ImportPlan {
    typealias Annotation = @Sendable (inout LockedEntry) throws -> Void

    /// Makes the entries that are not there.
    ///
    /// - Parameters:
    ///   - database: Where the entries go.
    ///   - log: What is noted for the report, and reported while it goes on.
    ///   - annotate: Adds to the metadata of an entry whose data and metadata are staged.
    ///   - metadata: The metadata of an entry, from what it had and what this import gives it.
    /// - Throws: What staging throws; ``DirDBError``. The entry then stays as it was.
    func carryOut(
        in database: Database, _ log: ImportLog, annotate: Annotation? = nil,
        metadata: (JSON, JSON) -> JSON = { $1 }
    ) throws {
        for step in steps {
            let missing = step.entries.filter { $0.state != .current }
            for planned in step.entries where planned.state == .current {
                log.note(unchanged: planned.key(in: database))
            }
            if missing.isEmpty { log.skip(step.byteCount) }
            for (number, planned) in missing.enumerated() {
                if let warning = planned.warning { log.warn(warning) }
                let entry = try database.entry(at: planned.names)
                log.begin(entry.key)
                let link = options.link ? try planned.link?() : nil
                try entry.withLock { locked in
                    let before = locked.meta
                    let rows =
                        try link.map { try $0.stage(&locked) }
                        ?? planned.stage(&locked, log, number == missing.count - 1)
                    var meta = planned.meta
                    meta["simrun"] = provenance(planned.sources, rows: rows)
                    if link != nil { meta["simrun"]["linked"] = true }
                    locked.meta = metadata(before, meta)
                    try annotate?(&locked)
                }
                log.note(imported: entry.key)
            }
        }
        for warning in warnings { log.warn(warning) }
    }

    /// Notes what carrying it out would do.
    func report(to log: ImportLog, _ database: Database?) {
        for planned in entries {
            let key = planned.key(in: database)
            if planned.state == .current {
                log.note(unchanged: key)
            } else {
                log.note(imported: key)
                if let warning = planned.warning { log.warn(warning) }
            }
        }
        for warning in warnings { log.warn(warning) }
    }

    /// Where an entry came from, as its metadata keeps it under the key `simrun`.
    private func provenance(_ sources: SourceFiles, rows: Int) -> JSON {
        [
            "source": .string(tree.root), "files": .integer(Int64(sources.count)),
            "bytes": .integer(sources.byteCount), "rows": .integer(Int64(rows)),
            "imported": .string(System.now().iso8601), "version": .string(PackageVersion.current),
            "fingerprint": .string(sources.fingerprint),
        ]
    }
}
