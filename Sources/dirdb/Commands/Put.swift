import ArgumentParser
import DirDB

/// The command `dirdb put`.
struct Put: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Store a file as the data of an entry.",
        usage: "dirdb put DB KEY FILE [--as EXT] [--meta JSON] [--provenance] [--relaxed] [options]",
        discussion: """
            The bytes are stored as they are; the extension of FILE names the format, bin where there is none; .NPY \
            is npy. \
            Data and metadata become visible as a pair, and replace what was there, whatever its format. Without \
            --meta the metadata stays. The database is created when it is missing. FILE is - for standard input.

            With --as a table is converted between \(TableFormats.list), as its extension and the one given say. A csv \
            file gives each column the type that all its fields fit.

            With --provenance the metadata tells under _dirdb when, where, by whom and by which program the data was \
            put, the git commit of the working directory, and a checksum, which dirdb verify --checksums compares.

            EXAMPLES
              dirdb put runs batch-17 result.npy --meta '{"epoch": 3}'
              curl https://example.org/table.csv | dirdb put runs table - --format csv
              dirdb put runs spikes spikes.csv --as parquet
            """)

    @Argument(help: ArgumentHelp("The database, the key, the file: DB KEY FILE.", valueName: "db key file"))
    var arguments: [String]

    @OptionGroup var storing: StoringOptions
    @OptionGroup var lock: LockOptions

    func validate() throws {
        if storing.meta == "@-" && arguments.last == "-" {
            throw ValidationError("Standard input cannot be both the data and the metadata.")
        }
        if storing.target != nil && storing.format != nil {
            throw ValidationError("--as converts and --format does not: give one of them.")
        }
        if storing.target != nil && arguments.last == "-" {
            throw ValidationError("--as needs a FILE, whose extension names what it is.")
        }
    }

    func run() throws {
        let (location, others) = try Location.parse(arguments, followedBy: "FILE")
        let file = others[0]
        let meta = try storing.metadata()
        let found = file.formatExtension ?? RawBytes.defaultExtension
        if let target = storing.target, target != found {
            try TableFormats.check(found, to: target, path: file)
            let table = try TableFormats.load(try InputFile.dataFile(file, format: found))
            try store(at: location, target, meta) { sink in
                try TableFormats.dump(table, as: target, to: &sink)
            }
        } else {
            let input = try InputFile(file)
            try store(at: location, storing.format ?? found, meta) { sink in try input.copy(to: &sink) }
        }
    }

    private func store(
        at location: Location, _ format: String, _ meta: JSON?, _ write: (inout DataSink) throws -> Void
    ) throws {
        let entry = try storing.entry(at: location)
        let provenance = storing.provenance.capture(for: location.database)
        let timeout = lock.timeout.duration
        try Signals.whileChanging {
            try storing.store(in: entry, format, meta, provenance, timeout: timeout, write)
        }
        do { _ = try entry.format(format).info() } catch { Diagnostics.warning("\(error)") }
    }
}

extension InputFile {
    fileprivate func copy(to sink: inout DataSink) throws {
        try read { piece in try sink.write(piece) }
    }
}
