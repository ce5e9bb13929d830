import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// The command `dirdb watch`.
struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Report new, replaced and removed entries as they are committed.",
        usage: "dirdb watch DB [-r] [--existing] [--poll SECONDS] [--json] [--exec COMMAND [ARGUMENT ...]]",
        discussion: """
            Prints a line for each change, what and which key: new, replaced (the data, perhaps with the metadata), \
            metadata (it alone), removed. With --existing the entries that are already there come first. It continues \
            until a signal ends it, or the database is removed. Lines of --json have change, name, format, file; null \
            where there is no data.

            --exec runs COMMAND, without a shell and one after the other, for each new entry, and with --existing for \
            those that are there; nothing else is printed. All that follows it belongs to COMMAND. In its arguments {} \
            stands for the path of the data file; the database and the key are in DIRDB_DB and DIRDB_KEY. When \
            COMMAND fails, there is a warning and the watch continues.

            The kernel reports the changes. On network file systems it does not report what other machines do, so the \
            database is listed every 2 seconds; --poll does so anywhere. A watch that is too slow reports several changes \
            of one entry as one.

            EXAMPLES
              dirdb watch runs --json | jq -r 'select(.change == "new") .file'
              dirdb watch runs --existing --exec python3 statistics.py {}
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @Flag(name: .shortAndLong, help: "Watch sub-databases too, also those made later.")
    var recursive = false

    @Flag(help: "First report the entries that are already there.")
    var existing = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("List the database again and again, at this interval.", valueName: "seconds"))
    var poll: Double?

    @Option(
        name: .customLong("exec"), parsing: .remaining,
        help: ArgumentHelp("Run a program for each new entry.", valueName: "command"))
    var command: [String] = []

    @OptionGroup var json: JSONFlag

    func validate() throws {
        if let poll, !(poll > 0 && poll < 1e9) {
            throw ValidationError("--poll must be a number of seconds above 0.")
        }
        // The parser takes it for an empty list.
        if CommandLine.arguments.last == "--exec" { throw ValidationError("--exec needs a program to run.") }
        if json.isOn && !command.isEmpty {
            throw ValidationError("--json prints the changes, --exec does not: give one of them.")
        }
    }

    func run() throws {
        let opened = try Database.open(database, .readOnly)
        let changes = try opened.changes(
            recursive: recursive, includingExisting: existing, polling: poll.map { .seconds($0) })
        var toldCount = 0
        while true {
            for failure in changes.failures.dropFirst(toldCount) { Diagnostics.warning(failure.message) }
            toldCount = changes.failures.count
            let batch = try changes.wait()
            if command.isEmpty {
                try Output.write { output in for change in batch { try print(change, &output) } }
            } else {
                for change in batch where change.kind == .new || change.kind == .existing {
                    try runCommand(change, in: opened)
                }
            }
        }
    }

    private func print(_ change: DatabaseChange, _ output: inout Output) throws {
        let key = change.entry.key
        if json.isOn {
            try output.json([
                "change": .string(change.kind.rawValue), "name": .string(key),
                "format": change.format.map { .string($0) } ?? .null,
                "file": change.dataPath.map { .string($0) } ?? .null,
            ])
        } else {
            let kind = change.kind.rawValue
            try output.line(
                "\(kind)\(String(repeating: " ", count: max(1, 10 - kind.count)))\(key)".escapingControls())
        }
    }

    private func runCommand(_ change: DatabaseChange, in database: Database) throws {
        // Without a data file of its own the entry's path says what is meant.
        let file = change.dataPath ?? change.entry.path
        let arguments = [command[0]] + command.dropFirst().map { $0.replacing("{}", with: file) }
        let outcome = Signals.whileChanging {
            Signals.whileWaiting(
                for: {
                    Process.start(
                        arguments, adding: ["DIRDB_DB": database.path, "DIRDB_KEY": change.entry.key])
                }, { Process.wait(for: $0) })
        }
        // What was sent while the program ran was meant for the watch too.
        if let status = Signals.statusWhileWaiting ?? Signals.status { throw ExitCode(status) }
        switch outcome {
        case .success(0): return
        case .success(let status):
            Diagnostics.warning("\(command[0]) failed with status \(status) for \(change.entry.path)")
        case .failure(let failure):
            throw CommandError("cannot run \(command[0]): \(failure.cause); check its name and PATH")
        }
    }
}
