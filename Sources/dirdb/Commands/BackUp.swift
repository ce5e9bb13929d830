import ArgumentParser
import DirDB
import DirDBWorkflow

/// What `dirdb backup` and `dirdb restore` have in common.
struct BackupArguments: ParsableArguments {
    @Flag(help: "Remove the entries that the source does not have, and sub-databases that become empty.")
    var delete = false

    @Flag(help: "Compare all data byte by byte, that of unchanged entries too.")
    var verify = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    func run(from source: String, to destination: String, isSkeleton: Bool = false) throws {
        var options = BackupOptions()
        options.deletesOthers = delete
        options.verifies = verify
        options.isSkeleton = isSkeleton
        options.isDryRun = dryRun
        options.timeout = lock.timeout.duration
        let line = ProgressLine()
        defer { line.end() }
        let report = try Signals.whileChanging {
            try Backup.run(from: source, to: destination, options: options) { line.show($0) }
        }
        line.end()
        try report.print(asJSON: json.isOn, isDryRun: dryRun)
    }
}

/// The command `dirdb backup`.
struct BackUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy what has changed in a database to another, while others write.",
        usage: "dirdb backup DB DEST [--delete] [--verify] [--skeleton] [--dry-run] [options]",
        discussion: """
            Each entry, at any depth, is copied under its shared lock, data and metadata as a pair, by reference where the \
            file system shares blocks. DEST is a database like any other, created when it is missing. After Ctrl-C or a \
            power cut it holds whole entries, and the same command copies the rest.

            An entry is unchanged when its metadata is the same and its data has the same format, size and time. Copies \
            keep the time. --verify compares the bytes too, and names what differs: one of the two is damaged then. \
            Entries that DB does not have are kept without --delete. An entry that fails does not stop the others; the \
            status is then 1. Files that are not entries, such as hidden ones and those of other software, are not \
            copied.

            EXAMPLES
              dirdb backup runs /backup/runs
              dirdb backup runs /backup/runs --delete --dry-run
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String

    @Argument(help: ArgumentHelp("The database to copy to.", valueName: "dest"), completion: .directory)
    var destination: String

    @Flag(help: "Copy metadata alone, and what headers say of the data, under the key _skeleton.")
    var skeleton = false

    @OptionGroup var arguments: BackupArguments

    func run() throws { try arguments.run(from: database, to: destination, isSkeleton: skeleton) }
}

/// The command `dirdb restore`.
struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy what differs in a backup to its database: a backup in reverse.",
        usage: "dirdb restore BACKUP DB [--delete] [--verify] [--dry-run] [options]",
        discussion: """
            Entries of DB that differ from those of the backup are replaced, also by older ones. Look with --dry-run first. \
            Entries that the backup does not have are kept without --delete. For a single entry use cp.

            EXAMPLE
              dirdb restore /backup/runs runs --dry-run
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "backup"), completion: .directory)
    var backup: String

    @Argument(
        help: ArgumentHelp("The database to copy to, created when it is missing.", valueName: "db"),
        completion: .directory)
    var database: String

    @OptionGroup var arguments: BackupArguments

    func run() throws { try arguments.run(from: backup, to: database) }
}
