import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb doctor`.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find out what a folder can be relied on for.",
        usage: "dirdb doctor DIR [--json]",
        discussion: """
            Names the file system of the folder. Tries with a second process whether locks exclude and whether a rename \
            replaces atomically; tries syncs, open files and names; measures how long locks, syncs and puts take. Works \
            for two seconds on files in a hidden sub-directory, which is removed. Then says in sentences what is safe \
            here. The folder need not be a database.

            The status is 1 when something is unsafe. Of a folder that cannot be written only the file system is named.

            EXAMPLE
              dirdb doctor /mnt/cluster/runs
            """)

    @Argument(help: ArgumentHelp("The folder.", valueName: "dir"), completion: .directory)
    var directory: String

    @OptionGroup var json: JSONFlag

    func run() throws {
        let path = try Database.open(directory, .readOnly).path
        let diagnosis = try Signals.whileChanging { try Diagnosis(of: path) }
        try Output.write { output in
            if json.isOn { return try output.json(diagnosis.json) }
            let width = diagnosis.facts.map(\.title.count).max() ?? 0
            for (title, text) in diagnosis.facts {
                let padding = String(repeating: " ", count: width + 2 - title.count)
                try output.line("\(title)\(padding)\(text.escapingControls())")
            }
            try output.line("")
            for sentence in diagnosis.advice { try output.line(sentence.escapingControls()) }
        }
        if !diagnosis.isSafe { throw ExitCode.failure }
    }
}
