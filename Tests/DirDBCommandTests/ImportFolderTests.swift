import DirDB
import Foundation
import Testing

@Suite struct ImportFolderTests {
    @Test("import files copies what it knows, names what it leaves out, and does nothing twice")
    func files() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("a,b\n1,2\n", to: "in/sub/t.csv")
            try sandbox.write("text", to: "in/notes.txt")
            let skipped = "skipped notes.txt: it is not an npy, npz, csv or parquet file\n"
            let planned = Outcome(output: "would be imported: 1 entry\n" + skipped)
            #expect(try sandbox.dirdb("import", "files", "in", "db", "--dry-run") == planned)
            #expect(!sandbox.exists("db"))
            let first = Outcome(output: "imported: 1 entry\n" + skipped)
            #expect(try sandbox.dirdb("import", "files", "in", "db") == first)
            #expect(try sandbox.text("db/sub/t.csv") == "a,b\n1,2\n")
            let second = Outcome(output: "imported: nothing\nthere already: 1 entry\n" + skipped)
            #expect(try sandbox.dirdb("import", "files", "in", "db") == second)
            let json = try JSON(parsing: try sandbox.dirdb("import", "files", "in", "db", "--json").output)
            #expect(json["unchanged"][0].asString == "sub/t" && json["imported"] == [])
        }
    }

    @Test(
        "Damaged files are left out and named, and the command fails", arguments: ["files", "dirdb", "isf"])
    func damaged(kind: String) throws {
        try Sandbox.run { sandbox in
            try sandbox.write("{}", to: "in/k/Loader.json")
            try sandbox.write("no array", to: "in/k/np.npy")
            let outcome = try sandbox.dirdb("import", kind, "in", "db")
            #expect(outcome.status == 1 && outcome.output.contains("damaged k/np.npy: "))
            #expect(
                outcome.error
                    == "dirdb: 1 file was left out; restore those that are damaged, and do it again\n")
        }
    }

    @Test("An entry that is there with other data stays, and the command fails, unless it is to be replaced")
    func conflicts() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("a,b\n1,2\n", to: "in/x.csv")
            #expect(
                try sandbox.dirdb("put", "db", "x", "-", "--set", "precious=1", input: "mine").status == 0)
            for option in ["", "--dry-run"] {
                let outcome = try sandbox.shell("$DIRDB import files in db \(option)")
                #expect(outcome.status == 1 && outcome.error.contains("or replace entries by --replace"))
                #expect(outcome.output.hasSuffix("left out x.csv: the entry x has other data\n"))
                #expect(try sandbox.text("db/x.bin") == "mine")
            }
            let replacing = try sandbox.dirdb("import", "files", "in", "db", "--replace")
            #expect(replacing == Outcome(output: "imported: nothing\nreplaced: 1 entry\n"))
            #expect(try sandbox.text("db/x.csv") == "a,b\n1,2\n" && !sandbox.exists("db/x.bin"))
            #expect(try sandbox.dirdb("meta", "db", "x", "--get", "precious") == Outcome(output: "1\n"))
        }
    }

    @Test("A missing folder is an error and makes no database", arguments: ["files", "dirdb", "isf"])
    func missing(kind: String) throws {
        try Sandbox.run(verifies: false) { sandbox in
            let outcome = try sandbox.dirdb("import", kind, "none", "db")
            #expect(outcome.status == 1 && outcome.error.contains("there is no none to import from"))
            #expect(!sandbox.exists("db"))
        }
    }
}
