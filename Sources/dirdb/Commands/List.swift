import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb ls`.
struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List entries with shape, size, age and metadata.",
        usage: "dirdb ls DB [PATTERN ...] [options]",
        discussion: """
            Only headers and metadata are read, no data. A PATTERN is a shell pattern for whole keys; quote it. * matches \
            slashes too, and a PATTERN with a slash looks into sub-databases.

            A condition such as mean>0.5 or stats.kind=raw compares metadata by =, !=, <, <=, > or >=. Numbers \
            compare as numbers, strings by their bytes; values of different kinds differ and have no order. A key \
            that is missing fulfils only !=. Where the metadata has no such key, these are compared: name, format, dtype, \
            shape, rows, columns, size (bytes) and age (seconds), as in size>1e6, age<3600 or shape='[3,4]'. An entry with \
            damaged metadata fulfils no condition, and is named on standard \
            error.

            A file that cannot be used as it is is marked by ! and a word, and named on standard error: unsupported \
            (whole, but of a kind that is not supported), damaged, unreadable (the system does not let it be read), \
            pending (a commit was cut short). The status stays 0, because listing was what was asked for. Use verify to \
            check that all is well. When a sub-database cannot be read, the others are listed and the status is 1.

            Lines of --json have name, format, dtype, shape, rows, columns, bytes, modified (seconds since 1970) and meta, \
            null where unknown. Where something is marked they also have state, the word, and error, a sentence. With \
            --sort none they come at once, in constant memory.

            EXAMPLE
              dirdb ls runs 'batch-*' --where 'epoch>=3' --sort time
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @Argument(
        help: ArgumentHelp("Which keys to list; all unless given.", valueName: "pattern"),
        completion: WordCompletion.words(.database, .key))
    var patterns: [String] = []

    @Flag(name: .shortAndLong, help: "List the entries of sub-databases too.")
    var recursive = false

    @Flag(name: .shortAndLong, help: "List entries that have metadata only too.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "The order: name; time, the oldest first; size, the smallest first; none; or keys of metadata. Several have commas"
                + " in between.", valueName: "keys"))
    var sort = SortKeys.name

    @Option(
        help: ArgumentHelp("Print these keys of metadata as columns: mean,stats.std.", valueName: "keys"),
        completion: WordCompletion.metadataKey)
    var columns: KeyListArgument?

    @Flag(help: "Print csv.")
    var csv = false

    @Flag(help: "Reverse the order.")
    var reverse = false

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("List entries whose metadata fulfil a condition.", valueName: "condition"),
        completion: WordCompletion.metadataKey, transform: Condition.init)
    var conditions: [Condition] = []

    @OptionGroup var json: JSONFlag

    func validate() throws {
        if database.isEmpty { throw ValidationError("The path of the database is empty.") }
        if csv && json.isOn { throw ValidationError("Use either --csv or --json.") }
        if reverse && sort.keys.isEmpty {
            throw ValidationError("--reverse needs an order: --sort none has none.")
        }
    }

    func run() throws {
        let now = System.now()
        let keys = columns?.paths ?? []
        var failures: [DirDBError] = []
        try Output.write { output in
            if json.isOn {
                failures = try forEachRow(now) { row in try output.json(row.json) }
            } else if csv {
                let values = keys.isEmpty ? ["metadata"] : keys.map(\.description)
                try output.csv(["name", "format", "dtype", "shape", "bytes", "modified"] + values)
                failures = try forEachRow(now) { row in try output.csv(row.csvFields(keys)) }
            } else {
                var table = TextTable(Row.columns(keys))
                failures = try forEachRow(now) { row in table.append(row.cells(now: now, keys)) }
                if !table.isEmpty {
                    for line in table.lines(width: Terminal.width()) { try output.line(line) }
                }
            }
        }
        for failure in failures { Diagnostics.error(failure.message) }
        if !failures.isEmpty { throw ExitCode.failure }
    }

    /// - Returns: Why sub-databases could not be listed.
    private func forEachRow(_ now: FileTime, _ body: (Row) throws -> Void) throws -> [DirDBError] {
        let database = try Database.open(database, .readOnly)
        let entries = try database.entries(
            recursive: recursive || patterns.contains(where: \.hasSlash), order: sort.order ?? .unsorted,
            withoutData: all)
        if sort.order == nil {
            let rows = entries.compactMap { row(of: $0, now) }.sorted(by: sort.precedes)
            for row in reverse ? rows.reversed() : rows { try body(row) }
        } else if reverse {
            for entry in Array(entries).reversed() { try row(of: entry, now).map(body) }
        } else {
            for entry in entries { try row(of: entry, now).map(body) }
        }
        return entries.failures
    }

    /// The row of an entry; nil when it is not asked for, or gone.
    private func row(of entry: Entry, _ now: FileTime) -> Row? {
        let key = entry.key
        guard patterns.isEmpty || patterns.contains(where: { ShellPattern.matches(key, $0) }),
            let row = Row(entry, withoutData: all)
        else { return nil }
        let isListed = conditions.isEmpty || row.fulfils(conditions, now: now)
        // What cannot be compared might have been asked for.
        if isListed || row.meta == nil {
            for problem in row.problems {
                if problem.condition == .unsupported {
                    Diagnostics.note(problem.sentence)
                } else {
                    Diagnostics.warning(problem.sentence)
                }
            }
        }
        return isListed ? row : nil
    }
}
