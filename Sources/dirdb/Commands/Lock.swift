import ArgumentParser
import DirDB

/// The command `dirdb lock`.
struct Lock: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a program while holding an entry's lock.",
        usage: "dirdb lock DB KEY [--shared] [--timeout SECONDS] -- COMMAND [ARGUMENT ...]",
        discussion: """
            The entry need not exist. The status is that of the program; 128 + N when signal N killed it, 127 when \
            there is no such program. The program finds the path of the entry, without extension, in \
            DIRDB_LOCKED_ENTRY. It must not use dirdb to change the same entry: that would wait for the lock.

            EXAMPLE
              dirdb lock runs batch-17 -- sh -c 'python3 check.py "$DIRDB_LOCKED_ENTRY".npy'
            """)

    @OptionGroup var arguments: ProgramArguments

    @Flag(help: "Let other holders of shared locks in, and keep writers out.")
    var shared = false

    @OptionGroup var lock: LockOptions

    func run() throws {
        let entry = try arguments.location().entry(.mustExist)
        let status = try Signals.whileChanging {
            try entry.holdingLock(shared ? .shared : .exclusive, timeout: lock.timeout.duration) {
                ForegroundProgram.run(arguments.command, adding: ["DIRDB_LOCKED_ENTRY": entry.path])
            }
        }
        throw ExitCode(status)
    }
}
