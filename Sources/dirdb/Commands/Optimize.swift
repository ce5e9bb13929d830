import ArgumentParser
import DirDB
import DirDBSimrun
import DirDBWorkflow

/// The command `dirdb optimize`.
struct Optimize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rewrite entries that link to raw files as npy and parquet.",
        usage: "dirdb optimize DB [KEY …] [options]",
        discussion: """
            Entries that dirdb import --link has made are read from the raw files. After this command they do not need \
            the raw files. Without KEY all entries are looked at. Other entries stay as they are. An entry whose raw files \
            are gone or changed stays a link, and the others are rewritten.
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @Argument(
        help: ArgumentHelp("The entries; all when there is none.", valueName: "key"),
        completion: WordCompletion.words(.database, .key))
    var keys: [String] = []

    @OptionGroup var provenance: ProvenanceOption

    @OptionGroup var json: JSONFlag

    func run() throws {
        let opened = try Database.open(database, .mustExist)
        let listing = keys.isEmpty ? try opened.entries(recursive: true, order: .name) : nil
        let entries =
            try listing.map { Array($0) }
            ?? keys.map { try opened.entry(at: $0.pathComponents) }
        let recorded = provenance.capture(for: database)
        let line = ProgressLine()
        defer { line.end() }
        let unlisted = listing?.failures ?? []
        for failure in unlisted { Diagnostics.error(failure.message) }
        var failures = unlisted.count
        for entry in entries {
            do {
                let isRewritten = try Signals.whileChanging {
                    try Simrun.optimize(entry) {
                        line.show($0)
                    } annotate: {
                        try $0.describeData(nil, recorded)
                    }
                }
                line.end()
                if isRewritten || !keys.isEmpty { try tell(entry, isRewritten) }
            } catch let error as DirDBError where error.code != .cancelled {
                line.end()
                Diagnostics.error(error.message)
                failures += 1
            }
        }
        if failures > 0 { throw ExitCode(1) }
    }

    private func tell(_ entry: Entry, _ isRewritten: Bool) throws {
        let key = entry.key
        try Output.write { output in
            if json.isOn {
                try output.json(["name": .string(key), "rewritten": .bool(isRewritten)])
            } else {
                try output.line(isRewritten ? key : "\(key): no link, unchanged")
            }
        }
    }
}
