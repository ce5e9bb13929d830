import ArgumentParser

/// An entry and a program that is run for it.
struct ProgramArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The database, or with the key in one path.", valueName: "db"),
        completion: WordCompletion.words(.database))
    var place: String

    @Argument(help: "The key.", completion: WordCompletion.words(.database, .key))
    var key: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program, after --, and its arguments.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("Expected a program to run: … -- COMMAND.") }
    }

    /// Where the entry is.
    func location() throws -> Location {
        try Location.parse([place] + (key.map { [$0] } ?? [])).location
    }
}
