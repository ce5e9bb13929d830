import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// How data is stored and what is stored with it, for the commands that make entries.
struct StoringOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The extension to store it under, or with --as what it is.", valueName: "ext"),
        completion: WordCompletion.format)
    var format: String?

    @Option(
        name: .customLong("as"), help: ArgumentHelp("The format to convert a table to.", valueName: "ext"),
        completion: WordCompletion.format)
    var target: String?

    @Option(
        help: ArgumentHelp("The new metadata: an object, @FILE, or @- for standard input.", valueName: "json")
    )
    var meta: String?

    @OptionGroup var csv: CSVOptions

    @OptionGroup var writing: MetadataWritingOptions

    @OptionGroup var provenance: ProvenanceOption

    @Flag(help: "Do not wait for the disk: a power cut may lose the data, the death of the program does not.")
    var relaxed = false

    /// The metadata of `--meta`, which may be read from standard input once.
    /// - Throws: A sentence when it, or what is assigned, cannot be written: before data is made, which may cost hours.
    func metadata() throws -> JSON? {
        let meta = try meta.map { try MetadataArgument.object($0, option: "--meta") }
        var told = meta ?? [:]
        for assignment in writing.assignments { try told.make(assignment) }
        do { _ = try told.serialized() } catch {
            throw CommandError("the metadata cannot be written: \(error.message)")
        }
        return meta
    }

    /// The entry to make, in its database, which is created when it is missing.
    func entry(at location: Location) throws -> Entry {
        try location.entry(.create, durability: relaxed ? .relaxed : .full)
    }

    /// Stores data and metadata as a pair.
    func store(
        in entry: Entry, _ format: String, _ meta: JSON?, _ provenance: Provenance?, timeout: Duration,
        _ write: (inout DataSink) throws -> Void
    ) throws {
        // Metadata that is replaced as a whole, or stays as it is, is not looked at: it may be damaged.
        let hasProvenance = (try? entry.meta)?.asObject?[Provenance.key] != nil
        let staysAsItIs = writing.assignments.isEmpty && !hasProvenance
        guard provenance == nil, meta != nil || staysAsItIs else {
            return try entry.withLock(timeout: timeout) { locked in
                try stage(in: &locked, format, meta, provenance, write)
            }
        }
        var meta = meta
        for assignment in writing.assignments { try meta?.make(assignment) }
        try Self.hinting { try entry.put(format: format, meta: meta, timeout: timeout, writing: write) }
    }

    /// Stages data and metadata, within a lock.
    func stage(
        in locked: inout LockedEntry, _ format: String, _ meta: JSON?, _ provenance: Provenance?,
        _ write: (inout DataSink) throws -> Void
    ) throws {
        try Self.hinting { try locked.put(format: format, writing: write) }
        try locked.describeData(meta, provenance)
        for assignment in writing.assignments { try locked.meta.make(assignment) }
    }

    /// Names the option by which another extension is chosen.
    private static func hinting(_ body: () throws -> Void) throws {
        do { try body() } catch let error as DirDBError where error.code == .invalidName {
            throw CommandError("\(error.message) with --format")
        }
    }
}

/// Whether it is recorded how data came to be.
struct ProvenanceOption: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help:
            "Record time, program, git commit and checksum as _dirdb in the metadata; as db-meta says, if not given."
    )
    var provenance: Bool?

    /// What to record in the entries of a database, and of those below it; nil for nothing.
    func capture(for database: String) -> Provenance? {
        switch provenance {
        case true?: return .capture(version: PackageVersion.current)
        case false?: return nil
        case nil:
            do {
                return try Database.open(database, .readOnly).provenance(version: PackageVersion.current)
            } catch {
                // One that is only to be made asks for nothing. What is to be stored may have cost hours: it is not
                // refused for this.
                if (error as? DirDBError)?.code != .notFound {
                    Diagnostics.warning("no provenance is recorded: \(error)")
                }
                return nil
            }
        }
    }
}
