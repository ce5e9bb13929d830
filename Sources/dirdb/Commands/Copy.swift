import ArgumentParser
import DirDB
import DirDBWorkflow

/// The command `dirdb cp`.
struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cp",
        abstract: "Copy an entry, within its database or to another one.",
        usage:
            "dirdb cp DB KEY NEWKEY [--to DB2] [--replace] [--only NAMES] [--except NAMES] [--rows FROM:TO] [--timeout SECONDS]",
        discussion: """
            Data and metadata are copied as a pair, under both locks. NEWKEY is a key in the same database, or in \
            DB2, which is created when it is missing. DB KEY may be written as DB/KEY; without --to, NEWKEY then is \
            a name, or a path that begins with DB/ too. With --only, --except or --rows a part of the data is copied.

            EXAMPLES
              dirdb cp runs batch-17 batch-17-copy
              dirdb cp runs batch-17 batch-17 --to /archive/runs
            """)

    @Argument(
        help: ArgumentHelp(
            "The database, the key and the new key: DB KEY NEWKEY.", valueName: "db key newkey"),
        completion: WordCompletion.words(.database, .key))
    var arguments: [String]

    @Option(help: ArgumentHelp("The database to copy to.", valueName: "db2"))
    var to: String?

    @Flag(help: "Replace an entry that has the new key, data and metadata.")
    var replace = false

    @OptionGroup var parts: SelectionOptions
    @OptionGroup var lock: LockOptions

    func run() throws {
        let (location, others) = try Location.parse(arguments, followedBy: "NEWKEY")
        // Only looked at, so it may be on read-only media.
        try location.read { source in
            // Otherwise a mistyped key would make a database.
            guard try source.isPresent else { throw DirDBError.missingEntry(source.path) }
            let target =
                try to.map { try Location($0, others[0]).entry(.create) }
                ?? location.sibling(others[0]).entry(.mustExist)
            try Signals.whileChanging {
                try Self.hinting {
                    try source.copy(
                        parts.selection, to: target, replacing: replace, timeout: lock.timeout.duration)
                }
            }
        }
    }

    /// Names the option that replaces what has the new key, for commands that take one.
    static func hinting(_ body: () throws -> Void) throws {
        do { try body() } catch let error as DirDBError where error.code == .alreadyExists {
            throw CommandError("\(error.message): --replace")
        }
    }
}
