import Foundation
import Testing

@Suite struct RegisterCommandTests {
    private func dirdb(_ sandbox: Sandbox, _ arguments: String) throws -> Outcome {
        try sandbox.shell("export XDG_DATA_HOME=$PWD/data; $DIRDB \(arguments)")
    }

    @Test("db-meta prints and changes the metadata of a database as meta does that of an entry")
    func databaseMetadata() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            #expect(try sandbox.dirdb("db-meta", "db") == Outcome(output: "{}\n"))
            #expect(
                try sandbox.dirdb("db-meta", "db", "--set", "description=Sweep", "--set", "a.b=1")
                    == Outcome())
            #expect(try sandbox.dirdb("db-meta", "db", "--get", "a.b") == Outcome(output: "1\n"))
            #expect(try sandbox.dirdb("db-meta", "db", "--unset", "a", "--merge", #"{"c": 2}"#) == Outcome())
            let line = #"{"description": "Sweep", "c": 2}"#
            #expect(try sandbox.dirdb("db-meta", "db", "--json") == Outcome(output: line + "\n"))
            #expect(try sandbox.text("db/.dirdb.json") == line)
            #expect(try sandbox.dirdb("ls", "db", "--json", "--all").output.split(separator: "\n").count == 1)
            try sandbox.write("{", to: "db/.dirdb.json")
            let damaged = try sandbox.dirdb("db-meta", "db", "--set", "k=1")
            #expect(damaged.status == 1 && damaged.error.contains(".dirdb.json is damaged: "))
            #expect(try sandbox.dirdb("db-meta", "db", "--replace", #"{"k": 1}"#) == Outcome())
            #expect(try sandbox.dirdb("db-meta", "db", "--json") == Outcome(output: #"{"k": 1}"# + "\n"))
            #expect(try sandbox.dirdb("db-meta", "none").status == 1 && !sandbox.exists("none"))
        }
    }

    @Test("A registered database is found again after it was moved; a copy is told")
    func register() throws {
        try Sandbox.run { sandbox in
            try sandbox.write(#"{"id": "runs-7", "description": "Sweep"}"#, to: "db/.dirdb.json")
            #expect(try dirdb(sandbox, "register") == Outcome())
            #expect(try dirdb(sandbox, "register db") == Outcome(output: "runs-7\n"))
            let db = sandbox.path(of: "db")
            let listed = try dirdb(sandbox, "register").output.split(separator: "\n")
            #expect(listed.count == 2 && listed[1].hasPrefix("\(db)  runs-7  there  Sweep"))
            #expect(try dirdb(sandbox, "find-db runs-7") == Outcome(output: "\(db)\n"))
            #expect(try sandbox.shell("mkdir -p deep/er && mv db deep/er/moved").status == 0)
            let lost = try dirdb(sandbox, "find-db runs-7")
            #expect(lost.status == 1 && lost.error.contains("the database runs-7 was at \(db) of "))
            let moved = sandbox.path(of: "deep/er/moved")
            #expect(try dirdb(sandbox, "find-db runs-7 --search .") == Outcome(output: "\(moved)\n"))
            #expect(
                try dirdb(sandbox, "find-db runs-7 --json")
                    == Outcome(output: "{\"id\": \"runs-7\", \"path\": \"\(moved)\"}\n"))
            #expect(try sandbox.shell("cp -r deep/er/moved copy").status == 0)
            let copy = sandbox.path(of: "copy")
            #expect(
                try dirdb(sandbox, "register copy")
                    == .failure(
                        "\(moved) and \(copy) have the same id runs-7, so one is a copy of the other; give the copy"
                            + " an id of its own: dirdb register COPY --new-id"))
            #expect(try dirdb(sandbox, "register copy --new-id").status == 0)
            #expect(try dirdb(sandbox, "register --json").output.split(separator: "\n").count == 2)
            #expect(try dirdb(sandbox, "verify data/dirdb/register").status == 0)
        }
    }

    @Test("Without a data directory of the user there is a sentence, and an unknown id is not found")
    func missing() throws {
        try Sandbox.run { sandbox in
            let homeless = try sandbox.shell("unset HOME XDG_DATA_HOME; exec $DIRDB register")
            #expect(
                homeless
                    == .failure(
                        "there is no data directory of the user; set HOME or XDG_DATA_HOME to an absolute path"
                    ))
            let home = try sandbox.shell("HOME=$PWD XDG_DATA_HOME=relative exec $DIRDB find-db x")
            #expect(home.status == 1 && home.error.hasPrefix("dirdb: the register knows no database x;"))
            #expect(home.error.hasSuffix("below a folder, or add the database: --search FOLDER\n"))
            #expect(try sandbox.shell("HOME=$PWD XDG_DATA_HOME= exec $DIRDB register") == Outcome())
            #expect(try sandbox.names(in: ".").isEmpty)
            #expect(try dirdb(sandbox, "find-db x --search none").status == 1)
            #expect(try dirdb(sandbox, "register none").status == 1)
            #expect(!sandbox.exists("none"))
        }
    }
}
