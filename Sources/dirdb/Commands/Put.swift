import ArgumentParser
import DirDB

/// The command `dirdb put`.
struct Put: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Store a file as the data of an entry.",
        usage: "dirdb put DB KEY FILE [--as EXT] [--meta JSON] [--provenance] [--relaxed] [options]",
        discussion: """
            The bytes are stored as they are. The extension of FILE names the format, bin where there is none; .NPY is \
            npy. Data and metadata become visible as a pair, and replace what was there, whatever its format. Without \
            --meta the metadata stays. The database is created when it is missing. FILE is - for standard input.

            With --as a table is converted between \(TableFormats.list): from what its extension says, or --format, to \
            the one given. No conversion changes a value: a column of csv gets a type in which all its fields keep their \
            values, or stays text, unless --type gives it.

            With --provenance the key _dirdb of the metadata says when, where, by whom and by which program the data was \
            put, with the git commit of the working directory and a checksum, which dirdb verify --checksums compares.

            EXAMPLES
              dirdb put runs batch-17 result.npy --meta '{"epoch": 3}'
              curl https://example.org/table.csv | dirdb put runs table - --format csv
              dirdb put runs spikes spikes.csv --as parquet --null NA --type zip=string
              gunzip -c spikes.csv.gz | dirdb put runs spikes - --format csv --as parquet
            """)

    @Argument(
        help: ArgumentHelp("The database, the key, the file: DB KEY FILE.", valueName: "db key file"),
        completion: WordCompletion.words(.database, .key, .file))
    var arguments: [String]

    @OptionGroup var storing: StoringOptions
    @OptionGroup var lock: LockOptions

    func validate() throws {
        if storing.meta == "@-" && arguments.last == "-" {
            throw ValidationError("Standard input cannot be both the data and the metadata.")
        }
        if storing.target != nil && storing.format == nil && arguments.last == "-" {
            throw ValidationError("--as needs --format, which says what standard input is, such as csv.")
        }
        if storing.csv.areGiven && storing.target == nil {
            throw ValidationError(
                "What is stored as it is needs none of the options for csv; convert it with --as.")
        }
    }

    func run() throws {
        let (location, others) = try Location.parse(arguments, followedBy: "FILE")
        let file = others[0]
        let meta = try storing.metadata()
        let found = storing.format ?? file.formatExtension ?? RawBytes.defaultExtension
        if let target = storing.target, target != found {
            try TableFormats.check(found, to: target, path: file == "-" ? "standard input" : file)
            let table = try InputFile.withDataFile(file, format: found) {
                try TableFormats.load($0, storing.csv)
            }
            try store(at: location, target, meta) { sink in
                try TableFormats.dump(table, as: target, storing.csv, to: &sink)
            }
        } else {
            let input = try InputFile(file)
            try store(at: location, found, meta) { sink in try input.copy(to: &sink) }
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
