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
        let path = try Signals.whileChanging {
            do { return try find() } catch let error as DirDBError where error.code == .alreadyExists {
                throw CommandError("\(error.message): dirdb register COPY --new-id")
            }
        }
        try Output.write { output in
            try json.isOn
                ? output.json(["id": .string(id), "path": .string(path)]) : output.line(path)
        }
    }

    private func find() throws -> String {
        // What is found elsewhere is noted; a look alone needs nothing that can be written.
        if let search {
            return try DatabaseRegister.standard().find(id, below: search, timeout: lock.timeout.duration)
        }
        let register = try DatabaseRegister.standardIfPresent()
        do {
            guard let register else { throw DirDBError.unknownDatabase(id, nil) }
            return try register.find(id)
        } catch let error as DirDBError where error.code == .notFound {
            throw CommandError("\(error.message): --search FOLDER")
        }
    }
}
