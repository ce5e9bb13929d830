import ArgumentParser
import DirDB

/// The command `dirdb rm`.
struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove entries, data and metadata.",
        usage: "dirdb rm DB KEY [KEY ...] | DB/KEY [--format EXT] [--timeout SECONDS]",
        discussion: """
            Each entry is removed under its lock. One that fails, as when there is none, does not keep the others; \
            the status then is 1. With --format only the data file of that extension goes, if there are others. The \
            empty lock file stays.

            EXAMPLE
              dirdb rm runs batch-17 batch-18
            """)

    @Argument(help: ArgumentHelp("The database and the keys: DB KEY … or DB/KEY.", valueName: "db key"))
    var arguments: [String]

    @OptionGroup var format: FormatOption
    @OptionGroup var lock: LockOptions

    func run() throws {
        var locations = [try Location.parse(Array(arguments.prefix(2))).location]
        for key in arguments.dropFirst(2) { locations.append(try Location(arguments[0], key)) }
        var isComplete = true
        for location in locations {
            do {
                let entry = try location.entry(.mustExist, format: format.format)
                try Signals.whileChanging { try entry.delete(timeout: lock.timeout.duration) }
            } catch let error as DirDBError where Signals.status == nil {
                Diagnostics.error(error.message)
                isComplete = false
            }
            if Signals.status != nil { break }
        }
        if !isComplete { throw ExitCode.failure }
    }
}
