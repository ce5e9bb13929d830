import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// The command `dirdb tables`: a group of commands for a cache of versioned tables.
struct Tables: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables",
        abstract: "Share tables in a folder for each release of what makes them.",
        discussion: """
            CACHE/vRELEASE/ holds Parquet tables, in one file or divided into files as Hive does it. registry.json there \
            names them, CACHE/versions.json names the releases. Older releases stay as they are. Any program that reads \
            Parquet reads the tables, such as DuckDB:

              duckdb -c "FROM read_parquet('$(dirdb tables path CACHE NAME)', hive_partitioning = true)"
            """,
        subcommands: [TablesList.self, TablesReleases.self, TablesPath.self, TablesPut.self])
}

/// A cache on the command line, and which of its releases is meant.
struct TableCacheArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("The folder of the cache.", valueName: "cache"), completion: .directory)
    var path: String

    @Option(help: ArgumentHelp("The release of the tables; the newest unless given.", valueName: "release"))
    var release: String?

    func validate() throws {
        if path.isEmpty { throw ValidationError("The path of the cache is empty.") }
    }

    func open(_ mode: Database.Mode, timeout: Duration? = nil) throws -> TableCache {
        try TableCache(path, release: try chosenRelease(isNew: mode == .create), mode, timeout: timeout)
    }

    private func chosenRelease(isNew: Bool) throws -> String {
        if isNew, let release { return release }
        var releases: [String] = []
        do { releases = try TableCache.releases(in: path) } catch let error as DirDBError
            where isNew && error.code == .notFound
        {
            // There is no cache yet, and so no release.
        }
        guard let newest = releases.last else {
            throw CommandError("\(path) has no release yet; begin one with dirdb tables put --release")
        }
        guard let release else { return newest }
        if releases.contains(where: { $0.utf8.elementsEqual(release.utf8) }) { return release }
        throw CommandError(
            "\(path) has no release \(release); choose one of \(releases.joined(separator: ", "))")
    }
}

/// The command `dirdb tables list`.
struct TablesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tables of a release.",
        discussion: """
            Lines of --json have name, description, location, partitioned, partition_columns, rows and columns, as \
            registry.json has them.
            """)

    @OptionGroup var cache: TableCacheArguments
    @OptionGroup var json: JSONFlag

    func run() throws {
        let tables = try cache.open(.readOnly).tables()
        try Output.write { output in
            if json.isOn {
                for table in tables { try output.json(JSON(encoding: table)) }
            } else if !tables.isEmpty {
                var text = TextTable([
                    TextTable.Column(title: "NAME"), TextTable.Column(title: "ROWS", isRight: true),
                    TextTable.Column(title: "PARTITIONED BY"), TextTable.Column(title: "COLUMNS"),
                    TextTable.Column(title: "DESCRIPTION"),
                ])
                for table in tables {
                    text.append([
                        table.name, "\(table.rows)",
                        table.partitioned ? table.partitionColumns.joined(separator: " ") : "-",
                        table.columns.map(\.name).joined(separator: " "), table.description,
                    ])
                }
                for line in text.lines(width: Terminal.width()) { try output.line(line) }
            }
        }
    }
}

/// The command `dirdb tables releases`.
struct TablesReleases: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases", abstract: "List the releases, the oldest first.")

    @Argument(help: ArgumentHelp("The folder of the cache.", valueName: "cache"), completion: .directory)
    var path: String

    @OptionGroup var json: JSONFlag

    func run() throws {
        let releases = try TableCache.releases(in: path)
        try Output.write { output in
            for release in releases {
                try json.isOn
                    ? output.json(["version": .string(release)]) : output.line(release.escapingControls())
            }
        }
    }
}

/// The command `dirdb tables path`.
struct TablesPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "Print the path of a table, or the pattern of its files, for read_parquet.")

    @OptionGroup var cache: TableCacheArguments

    @Argument(help: ArgumentHelp("The table.", valueName: "name"))
    var name: String

    func run() throws {
        let path = try cache.open(.readOnly).path(of: name)
        try Output.write { output in try output.line(path) }
    }
}

/// The command `dirdb tables put`.
struct TablesPut: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Store a table and register it.",
        usage: """
            dirdb tables put CACHE NAME FILE [--release RELEASE] [--description TEXT] [--partition-by COLUMN ...] [options]
            """,
        discussion: """
            FILE holds a table, of one of the formats \(TableFormats.list), as its extension says, or --format; it is - \
            for standard input. A table of the same name and release is replaced. A column of csv gets a type in which all \
            its fields keep their values, or text, unless --type gives it.

            EXAMPLE
              dirdb tables put cache spikes spikes.csv --release 2 --partition-by trial
            """)

    @OptionGroup var cache: TableCacheArguments

    @Argument(help: ArgumentHelp("The table.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("What a row of the table is.", valueName: "text"))
    var description = ""

    @Option(
        name: .customLong("partition-by"),
        help: ArgumentHelp("Divide it into files by the values of a column.", valueName: "column"))
    var partitionColumns: [String] = []

    @Option(help: ArgumentHelp("What FILE is, in place of its extension.", valueName: "ext"))
    var format: String?

    @OptionGroup var csv: CSVOptions
    @OptionGroup var lock: LockOptions

    func run() throws {
        let table = try InputFile.withDataFile(file, format: format ?? file.formatExtension ?? "") { input in
            try TableFormats.load(input, csv)
        }
        try Signals.whileChanging {
            try cache.open(.create, timeout: lock.timeout.duration)
                .put(table, named: name, description: description, partitionColumns: partitionColumns)
        }
    }
}
