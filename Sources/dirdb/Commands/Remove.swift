import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// The command `dirdb rm`.
struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove entries, data and metadata.",
        usage: """
            dirdb rm DB KEY [KEY ...] | DB/KEY [--format EXT] [--timeout SECONDS]
            dirdb rm DB [PATTERN ...] [-r] [--where CONDITION] [--dry-run]
            """,
        discussion: """
            Each entry is removed under its lock. An entry that fails, for example because there is none, does not stop \
            the others; the status is then 1. With --format only the data file of that extension is removed, if there are \
            others. The empty lock file stays.

            A KEY that is not an entry and has *, ? or [ is a shell pattern for whole keys, as in ls: * matches slashes \
            too, and a PATTERN with a slash looks into sub-databases. With -r all entries of all sub-databases are looked \
            at, and a KEY may be a sub-database. Sub-databases that become empty are removed, with their lock files. They \
            must not be in use by programs that take locks without checking that the file is still there, such as \
            Python's filelock. Conditions are those of ls, and tested under the lock; with one, DB alone means all its \
            entries.

            EXAMPLES
              dirdb rm runs batch-17 batch-18
              dirdb rm runs 'batch-*' --where 'epoch<3' --dry-run
              dirdb rm -r runs calibration
            """)

    @Argument(
        help: ArgumentHelp("The database and the keys: DB KEY … or DB/KEY.", valueName: "db key"),
        completion: WordCompletion.words(.database, .key))
    var arguments: [String]

    @Flag(name: .shortAndLong, help: "Look into sub-databases, and remove those that become empty.")
    var recursive = false

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("Remove entries whose metadata fulfil a condition.", valueName: "condition"),
        completion: WordCompletion.metadataKey, transform: Condition.init)
    var conditions: [Condition] = []

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @OptionGroup var format: FormatOption
    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    private var isSelection: Bool { recursive || dryRun || !conditions.isEmpty }

    func validate() throws {
        if isSelection && format.format != nil {
            throw ValidationError(
                "--format is for one entry; it goes with none of -r, --where and --dry-run.")
        }
    }

    func run() throws {
        var isComplete = true
        for location in try locations() {
            do {
                try remove(location)
            } catch let error as DirDBError where Signals.status == nil {
                Diagnostics.error(error.message)
                isComplete = false
            } catch let error as CommandError where Signals.status == nil {
                Diagnostics.error(error.message)
                isComplete = false
            } catch is ExitCode where Signals.status == nil {
                isComplete = false
            }
            if Signals.status != nil { break }
        }
        if !isComplete { throw ExitCode.failure }
    }

    private func locations() throws -> [Location] {
        if try arguments.count == 1 && !conditions.isEmpty && isDatabase(arguments[0]) {
            return [try Location(arguments[0], "*")]
        }
        var locations = [try Location.parse(Array(arguments.prefix(2))).location]
        for key in arguments.dropFirst(2) { locations.append(try Location(arguments[0], key)) }
        return locations
    }

    /// Whether an argument is a database alone; without a slash it can be nothing else.
    private func isDatabase(_ argument: String) throws -> Bool {
        guard argument.hasSlash else { return true }
        do { _ = try Database.open(argument, .readOnly) } catch let error as DirDBError
            where error.code == .notFound || error.code == .notRegular
        {
            return false
        }
        return true
    }

    private func remove(_ location: Location) throws {
        let hasWildcards = ShellPattern.hasWildcards(location.key)
        if !isSelection {
            let entry = try location.entry(.mustExist, format: format.format)
            if try !hasWildcards || entry.isPresent {
                return try Signals.whileChanging { try entry.delete(timeout: lock.timeout.duration) }
            }
        }
        let database = try Database.open(location.database, dryRun ? .readOnly : .mustExist)
        let key = location.key
        let report = try Signals.whileChanging {
            try database.removeEntries(
                at: recursive && !hasWildcards ? key.pathComponents : [],
                recursive: recursive || key.hasSlash, prunes: recursive, isDryRun: dryRun,
                timeout: lock.timeout.duration,
                where: conditions.isEmpty ? nil : { meta in conditions.allSatisfy { $0.holds(for: meta) } },
                named: { name in
                    name.hasSameBytes(as: key) || hasWildcards && ShellPattern.matches(name, key)
                        || recursive && name.utf8.starts(with: "\(key)/".utf8)
                })
        }
        if report.items.isEmpty && report.failures.isEmpty {
            throw CommandError(
                "nothing in \(location.database) is chosen by '\(key)'"
                    + (conditions.isEmpty ? "" : " and the conditions")
                    + "; look with dirdb ls, or look into sub-databases with -r")
        }
        try report.print(asJSON: json.isOn, isDryRun: dryRun)
    }
}
