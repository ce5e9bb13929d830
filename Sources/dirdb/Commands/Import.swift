import ArgumentParser

/// The command `dirdb import`: a group of commands, one for each kind of source.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make entries of the files that other software has left.",
        subcommands: [ImportSimrun.self, ImportFiles.self, ImportDirDB.self, ImportISF.self])
}
