import ArgumentParser
import DirDB
import DirDBWorkflow

/// The command `dirdb find-db`.
struct FindDatabase: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find-db",
        abstract: "Find a database by its identifier, wherever it was moved.",
        usage: "dirdb find-db ID [--search FOLDER] [--timeout S] [--json]",
        discussion: """
            Prints the path of the database: where dirdb register knows it to be or, when it is not there any more, \
            where it is found below FOLDER, which is then noted. Hidden folders and symbolic links are not searched.

            EXAMPLE
              cd "$(dirdb find-db 5d0c0b1e6a2f4c7f9e3a8b1d2c3f4a5b --search /scratch)"
            """)

    @Argument(help: ArgumentHelp("The identifier, as dirdb register prints it.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("Where to search for one that was moved.", valueName: "folder"))
    var search: String?

    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    func run() throws {
        let register = try DatabaseRegister.standard()
        let path = try Signals.whileChanging {
            do { return try register.find(id, below: search, timeout: lock.timeout.duration) } catch let error
                as DirDBError
                where error.code == .alreadyExists
            {
                throw CommandError("\(error.message): dirdb register COPY --new-id")
            }
        }
        try Output.write { output in
            try json.isOn
                ? output.json(["id": .string(id), "path": .string(path)]) : output.line(path)
        }
    }
}
