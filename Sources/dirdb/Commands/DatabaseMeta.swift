import ArgumentParser
import DirDB
import DirDBWorkflow

/// The command `dirdb db-meta`.
struct DatabaseMeta: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db-meta",
        abstract: "Print or change the metadata of a database itself.",
        usage:
            "dirdb db-meta DB [--get PATH] [--set KEY=VALUE ...] [--unset PATH ...] [--merge JSON] [--replace JSON]",
        discussion: """
            It is a JSON object in the file .dirdb.json of the directory, printed and changed as dirdb meta does that of \
            an entry. The key description is shown by dirdb register; id is the identifier; with provenance=true the \
            commands that store data record its provenance unless an option says otherwise. All other keys are yours.

            EXAMPLES
              dirdb db-meta runs --set description='Sweep of July' --set provenance=true
              dirdb db-meta runs --get description
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @OptionGroup var metadata: MetadataChangeOptions

    func run() throws {
        guard metadata.isChange else {
            return try metadata.print(try Database.open(database, .readOnly).meta, of: database)
        }
        let change = try metadata.change()
        let opened = try Database.open(database, .mustExist)
        let timeout = metadata.lock.timeout.duration
        try Signals.whileChanging {
            try change.make(
                replacing: { try opened.replaceMeta(with: $0, timeout: timeout) },
                updating: { try opened.updateMeta(timeout: timeout, $0) })
        }
    }
}
