import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb` itself.
struct DirDBCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirdb",
        abstract: "Keep arrays and other data with metadata in a directory.",
        discussion: """
            An entry is named DB KEY or DB/KEY: a directory and the name of a file in it without extension. KEY may \
            lead into sub-databases, as in calibration/day-2/gain.

            Results go to standard output, errors and warnings to standard error. The exit status is 0 when all was \
            done, 1 when an operation failed, 2 when the command line was wrong, 128 + N after signal N.

            EXAMPLES
              dirdb put runs batch-17 result.npy --meta '{"epoch": 3}'
              dirdb ls runs --where 'epoch>=3'
              dirdb meta runs batch-17 --set tags.seen=true
              dirdb get runs/batch-17 -o copy.npy
            """,
        version: PackageVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Looking",
                subcommands: [
                    List.self, Tree.self, Show.self, Get.self, Diff.self, Verify.self, Watch.self,
                    Register.self,
                    FindDatabase.self,
                ]),
            CommandGroup(
                name: "Changing",
                subcommands: [
                    Put.self, Meta.self, Remove.self, Move.self, Copy.self, Import.self, Optimize.self,
                    Compute.self, DatabaseMeta.self,
                ]),
            CommandGroup(
                name: "Whole databases", subcommands: [BackUp.self, Restore.self, MergeDatabases.self]),
            CommandGroup(
                name: "Working together",
                subcommands: [
                    Lock.self, Tables.self, Recover.self, Doctor.self, Demo.self, DemoWorker.self,
                    DoctorPeer.self,
                ]),
        ])

    /// Parses the command line and runs it.
    /// - Returns: The exit status.
    static func execute() -> Int32 {
        var parsed: (any ParsableCommand.Type)?
        do {
            try checkArguments()
            var command = try parseAsRoot()
            parsed = type(of: command)
            try command.run()
            return Signals.status ?? 0
        } catch {
            // Whoever interrupted a command knows why it stopped.
            return Signals.status ?? report(error, by: parsed)
        }
    }

    /// - Throws: A usage error for bytes that are not UTF-8: Swift would replace them, and so take different names
    ///   for one.
    ///
    /// Also for a command that is not there, and for `--version` after one, which the parser would take for its own.
    private static func checkArguments() throws {
        for argument in UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)) {
            guard let argument, String(validatingCString: argument) == nil else { continue }
            throw ValidationError("'\(String(cString: argument))' is not valid UTF-8.")
        }
        let words = CommandLine.arguments.dropFirst()
        guard let first = words.first, !first.hasPrefix("-"), first != "help" else { return }
        let commands = configuration.subcommands.map { $0._commandName }
        if !commands.contains(first) {
            guard let near = Suggestion.nearest(to: first, among: commands) else { return }
            throw ValidationError("Unexpected argument '\(first)'. Did you mean '\(near)'?")
        }
        if words.prefix(while: { $0 != "--" }).contains("--version") {
            throw ValidationError("Unknown option '--version'")
        }
    }

    private static func report(_ error: any Error, by command: (any ParsableCommand.Type)?) -> Int32 {
        switch error {
        case let error as DirDBError:
            Diagnostics.error(error.message + Suggestion.text(for: error))
            return 1
        case let error as CommandError:
            Diagnostics.error(error.message)
            return 1
        case let status as ExitCode:
            return status.rawValue
        case let error as ValidationError where command != nil:
            // The parser is done, and would tell the usage of the root.
            let usage = command.map { "Usage: \(usageString(for: $0))" } ?? ""
            Diagnostics.error(error.message)
            Diagnostics.print("\(usage)\n  Add --help for more information.")
            return 2
        default:
            return reportUsage(error)
        }
    }

    /// What the argument parser throws: a request for help, or a wrong command line.
    private static func reportUsage(_ error: any Error) -> Int32 {
        let text = fullMessage(for: error)
        let status = exitCode(for: error)
        guard status != .success else {
            do {
                try Output.write { output in try output.line(text) }
                return 0
            } catch {
                return report(error, by: nil)
            }
        }
        let prefix = "Error: "
        Diagnostics.print("dirdb: " + (text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text))
        // The parser's own status for this is 64.
        return status == .validationFailure ? 2 : status.rawValue
    }
}

/// A failure that the core knows nothing of.
struct CommandError: Error, Equatable {
    /// The path, the cause and the remedy.
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
