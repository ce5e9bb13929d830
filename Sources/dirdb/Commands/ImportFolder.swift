import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// What the commands that import a folder of files have in common.
struct FolderImportArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("The folder.", valueName: "dir"), completion: .directory)
    var folder: String

    @Argument(
        help: ArgumentHelp("The database, created when it is missing.", valueName: "db"),
        completion: .directory)
    var database: String

    @Flag(help: "Replace entries that have other data, or another value in their metadata, than the files.")
    var replace = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var provenance: ProvenanceOption

    @OptionGroup var json: JSONFlag

    func run(_ kind: FolderImport.Kind) throws {
        let recorded = dryRun ? nil : provenance.capture(for: database)
        let report = try Signals.whileChanging {
            try FolderImport.run(kind, from: folder, into: database, replaces: replace, isDryRun: dryRun) {
                try $0.describeData(nil, recorded)
            }
        }
        try Output.write { output in
            if json.isOn {
                try output.json(report.json)
            } else {
                try output.line(report.text(isDryRun: dryRun))
            }
        }
        let count = report.damaged.count + report.unreadable.count + report.conflicts.count
        if count == 0 { return }
        let remedies = [
            report.damaged.isEmpty ? nil : "restore those that are damaged",
            report.unreadable.isEmpty ? nil : "make those readable that are not",
            report.conflicts.isEmpty ? nil : "rename those that conflict, or replace entries by --replace",
        ]
        throw CommandError(
            "\(count) \(count == 1 ? "file was" : "files were") left out; "
                + remedies.compactMap(\.self).joined(separator: ", and ") + ", and do it again")
    }
}

/// The command `dirdb import files`.
struct ImportFiles: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Import npy, npz, csv and Parquet files.",
        discussion: """
            Files in DIR and its sub-folders become entries and sub-databases of the same names. Their headers are \
            checked, their bytes are copied as they are. NAME.json beside a file becomes its metadata. When it cannot be \
            read, the file is left out and named. Entries that already have the same data are left alone, so the same \
            command continues where it was interrupted. Entries with other data stay, too, and the status is 1, unless \
            --replace is given.
            """)

    @OptionGroup var arguments: FolderImportArguments

    func run() throws { try arguments.run(.files) }
}

/// The command `dirdb import dirdb`.
struct ImportDirDB: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirdb",
        abstract: "Import a folder that Python's dirdb wrote.",
        discussion: """
            A pickle of one numpy array becomes npy; one of values that come back from msgpack as they were becomes \
            msgpack; every other one (tuples, sets, keys that are not strings, numpy scalars, classes, several pickles in \
            one file) stays a pickle and is named. An entry whose metadata cannot be read is left out and named.
            """)

    @OptionGroup var arguments: FolderImportArguments

    func run() throws { try arguments.run(.dirdb) }
}

/// The command `dirdb import isf`.
struct ImportISF: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "isf",
        abstract: "Import a data_base of the In Silico Framework.",
        discussion: """
            The folder of each key becomes an entry with the content of metadata.json and Loader.json as metadata; npy, \
            npz and Parquet files are checked, others are kept as opaque files and named.
            """)

    @OptionGroup var arguments: FolderImportArguments

    func run() throws { try arguments.run(.isf) }
}
