import ArgumentParser
import DirDB

/// The command `dirdb mv`.
struct Move: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mv",
        abstract: "Give an entry another key in the same database.",
        usage: "dirdb mv DB KEY NEWKEY [--replace] [--timeout SECONDS]",
        discussion: """
            Data and metadata are renamed as a pair, under both locks. Sub-databases on the way are created. A command \
            that is killed may leave both keys, each with the whole pair; the same command again finishes. DB KEY may be \
            written as DB/KEY; NEWKEY then is a name, or a path that begins with DB/ too.

            EXAMPLES
              dirdb mv runs batch-17 archive/batch-17
              dirdb mv runs/batch-17 runs/archive/batch-17
            """)

    @Argument(
        help: ArgumentHelp(
            "The database, the key and the new key: DB KEY NEWKEY.", valueName: "db key newkey"),
        completion: WordCompletion.words(.database, .key))
    var arguments: [String]

    @Flag(help: "Replace an entry that has the new key, data and metadata.")
    var replace = false

    @OptionGroup var lock: LockOptions

    func run() throws {
        let (location, others) = try Location.parse(arguments, followedBy: "NEWKEY")
        let target = try location.sibling(others[0])
        let source = try location.entry(.mustExist)
        let renamed = try target.entry(.mustExist)
        try Signals.whileChanging {
            try Copy.hinting {
                try source.rename(to: renamed, replacing: replace, timeout: lock.timeout.duration)
            }
        }
    }
}
