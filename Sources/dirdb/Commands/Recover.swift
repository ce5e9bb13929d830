import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb recover`.
struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finish or undo what crashed programs left, and remove their temporary files.",
        usage: "dirdb recover DB [--remove-locks] [--timeout SECONDS] [--json]",
        discussion: """
            This is not needed for correctness: the next process that locks an entry finishes or undoes what was left of \
            it, and temporary files only take space until this command removes them. It waits for writers that are alive. \
            The status is 1 when something could not be done.

            EXAMPLE
              dirdb recover runs
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @Flag(help: "Remove the lock files of absent entries too; only when nobody else uses the database.")
    var removeLocks = false

    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    func run() throws {
        let database = try Database.open(database, .mustExist)
        let report = try Signals.whileChanging {
            try database.recover(timeout: lock.timeout.duration, removingLocks: removeLocks)
        }
        try Output.write { output in
            if json.isOn { return try output.json(report.json) }
            for entry in report.settled { try output.line("settled \(entry.path)".escapingControls()) }
            try output.line("temporary files removed: \(report.removedTemporaries)")
            if removeLocks { try output.line("lock files removed: \(report.removedLocks)") }
        }
        for failure in report.failures { Diagnostics.error(failure.message) }
        if !report.failures.isEmpty { throw ExitCode.failure }
    }
}

extension RecoveryReport {
    fileprivate var json: JSON {
        [
            "settled": .array(settled.map { .string($0.path) }),
            "removedTemporaries": .integer(Int64(removedTemporaries)),
            "removedLocks": .integer(Int64(removedLocks)),
            "failures": .array(failures.map { .string($0.message) }),
        ]
    }
}
