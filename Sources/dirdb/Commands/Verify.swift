import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb verify`.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for damage and leftovers; change nothing.",
        usage: "dirdb verify DB [--json]",
        discussion: """
            Prints a line for each finding: the path, the cause, the remedy. The status is 1 when there is any. \
            Headers and metadata are read, data is not. Writers at work show as unfinished commits and temporary \
            files. Lines of --json have kind, path, cause and remedy.

            EXAMPLE
              dirdb verify runs
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"))
    var database: String

    @OptionGroup var json: JSONFlag

    func run() throws {
        let findings = try Database.open(database, .readOnly).verify()
        try Output.write { output in
            for finding in findings {
                if json.isOn {
                    try output.json([
                        "kind": .string(finding.kind.rawValue), "path": .string(finding.path),
                        "cause": .string(finding.cause), "remedy": .string(finding.remedy),
                    ])
                } else {
                    try output.line("\(finding.path): \(finding.cause); \(finding.remedy)".escapingControls())
                }
            }
        }
        switch findings.count {
        case 0: Diagnostics.print("dirdb: no findings")
        case 1: Diagnostics.print("dirdb: 1 finding")
        default: Diagnostics.print("dirdb: \(findings.count) findings")
        }
        if !findings.isEmpty { throw ExitCode.failure }
    }
}
