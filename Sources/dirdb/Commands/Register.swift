import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// The command `dirdb register`.
struct Register: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep a register of the databases that you have.",
        usage: "dirdb register [DB] [--new-id] [--timeout S] [--json]",
        discussion: """
            Notes where DB is, and prints its identifier. A database without one gets one, in its .dirdb.json. Without DB \
            the known databases are listed. The register is itself a database, dirdb/register in XDG_DATA_HOME or \
            ~/.local/share. A copy of a database has the same identifier; --new-id gives it its own.

            EXAMPLES
              dirdb register runs
              dirdb register --json
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "db"), completion: .directory)
    var database: String?

    @Flag(help: "Give the database a new identifier, because it is a copy.")
    var newID = false

    @OptionGroup var lock: LockOptions
    @OptionGroup var json: JSONFlag

    func validate() throws {
        if newID && database == nil { throw ValidationError("--new-id needs a database.") }
    }

    func run() throws {
        if let database {
            try add(database)
        } else {
            let (records, failures) = try DatabaseRegister.standardIfPresent()?.records() ?? ([], [])
            try list(records)
            for failure in failures { Diagnostics.error(failure.message) }
            if !failures.isEmpty { throw ExitCode.failure }
        }
    }

    private func add(_ path: String) throws {
        let database = try Database.open(path, .mustExist)
        let register = try DatabaseRegister.standard()
        let id = try Signals.whileChanging {
            let timeout = lock.timeout.duration
            if newID { try database.assignID(replacing: true, timeout: timeout) }
            do { return try register.add(database, timeout: timeout) } catch let error as DirDBError
                where error.code == .alreadyExists
            {
                throw CommandError("\(error.message): dirdb register COPY --new-id")
            }
        }
        try Output.write { output in
            if json.isOn {
                try output.json(["id": .string(id), "path": .string(database.path)])
            } else {
                try output.line(id)
            }
        }
    }

    private func list(_ records: [DatabaseRegister.Record]) throws {
        try Output.write { output in
            if json.isOn {
                for record in records { try output.json(record.json) }
                return
            }
            if records.isEmpty { return }
            var table = TextTable(
                ["PATH", "ID", "STATE", "DESCRIPTION"].map { TextTable.Column(title: $0) })
            for record in records {
                table.append([
                    record.path, record.id, record.isPresent ? "there" : "not there",
                    record.description ?? "",
                ])
            }
            for line in table.lines(width: Terminal.width()) { try output.line(line) }
        }
    }
}

extension DatabaseRegister.Record {
    fileprivate var json: JSON {
        [
            "id": .string(id), "path": .string(path), "present": .bool(isPresent),
            "description": description.map { .string($0) } ?? .null,
            "host": host.map { .string($0) } ?? .null,
        ]
    }
}
