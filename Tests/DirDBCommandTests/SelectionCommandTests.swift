import DirDB
import Foundation
import Testing

@Suite struct SelectionCommandTests {
    private static func fill(_ sandbox: Sandbox) throws {
        for epoch in 1...3 {
            try sandbox.write("A", to: "db/run-\(epoch).bin")
            try sandbox.write(#"{"epoch": \#(epoch)}"#, to: "db/run-\(epoch).json")
            try sandbox.write("B", to: "db/sub/run-\(epoch).txt")
        }
        try sandbox.write("C", to: "db/*.bin")
    }

    @Test("rm takes patterns and conditions, and says how many entries went")
    func patterns() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            let dry = try sandbox.dirdb("rm", "db", "run-*", "--where", "epoch<3", "--dry-run")
            #expect(
                dry.output
                    == "would be removed run-1 (1 B)\nwould be removed run-2 (1 B)\nwould be removed: 2 entries, 2 B\n"
            )
            #expect(sandbox.exists("db/run-1.bin"))
            let removed = Outcome(output: "removed: 2 entries, 2 B\n")
            #expect(try sandbox.dirdb("rm", "db", "run-*", "--where", "epoch<3") == removed)
            #expect(try sandbox.dirdb("rm", "db/run-[3-9]") == Outcome(output: "removed: 1 entry, 1 B\n"))
            let none = try sandbox.dirdb("rm", "db", "run-*")
            #expect(
                none.status == 1
                    && none.error.contains("nothing in db is chosen by 'run-*'; look with dirdb ls"))
            #expect(try sandbox.names(in: "db/sub").count == 3)
        }
    }

    @Test("A name that is an entry is no pattern")
    func literal() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            #expect(try sandbox.dirdb("rm", "db", "*") == Outcome())
            #expect(!sandbox.exists("db/*.bin") && sandbox.exists("db/run-1.bin"))
        }
    }

    @Test("rm -r removes a sub-database and what is below it; with a condition DB alone means all")
    func recursive() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            let outcome = try sandbox.dirdb("rm", "-r", "db", "sub")
            #expect(outcome == Outcome(output: "removed: 3 entries, 3 B\npruned: 1 sub-database\n"))
            #expect(!sandbox.exists("db/sub"))
            #expect(
                try sandbox.dirdb("rm", "db", "--where", "epoch>=2").output == "removed: 2 entries, 2 B\n")
            #expect(try sandbox.dirdb("rm", "db", "a", "-r", "--format", "bin").status == 2)
        }
    }

    @Test("Entries whose metadata is damaged are told of where a condition is asked for, and stay")
    func damagedMetadata() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.fill(sandbox)
            try sandbox.write("{", to: "db/run-2.json")
            let sentence = "the metadata in \(sandbox.path(of: "db"))/run-2.json is damaged: "
            let list = try sandbox.dirdb("ls", "db", "--where", "epoch>=1", "--json")
            #expect(list.status == 0 && list.output.split(separator: "\n").count == 2)
            #expect(list.error.hasPrefix("dirdb: warning: \(sentence)"))
            let removed = try sandbox.dirdb("rm", "db", "--where", "epoch>=1")
            #expect(removed.status == 1 && removed.output == "removed: 2 entries, 2 B\n")
            #expect(removed.error.hasPrefix("dirdb: \(sentence)"))
            #expect(sandbox.exists("db/run-2.bin"))
        }
    }

    @Test("rm -r prunes what has lost its entries or is named, and tells of it before")
    func pruning() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            try sandbox.write("", to: "db/other/gone.lock")
            try sandbox.write("mine", to: "db/notes/.hidden")
            try sandbox.write("D", to: "db/notes/deep/d.bin")
            let none = try sandbox.dirdb("rm", "-r", "db", "*", "--where", "epoch>100")
            #expect(none.status == 1 && none.error.contains("and the conditions; look with dirdb ls"))
            #expect(sandbox.exists("db/other"))
            let dry = try sandbox.dirdb("rm", "-r", "db", "[!r]*", "--dry-run").output
            #expect(
                dry == """
                    would be removed * (1 B)
                    would be removed notes/deep/d (1 B)
                    would be removed sub/run-1 (1 B)
                    would be removed sub/run-2 (1 B)
                    would be removed sub/run-3 (1 B)
                    would be pruned notes/deep
                    would be pruned other
                    would be pruned sub
                    would be removed: 5 entries, 5 B
                    would be pruned: 3 sub-databases

                    """)
            let wet = try sandbox.dirdb("rm", "-r", "db", "[!r]*")
            #expect(wet == Outcome(output: "removed: 5 entries, 5 B\npruned: 3 sub-databases\n"))
            #expect(try sandbox.names(in: "db/notes") == [".hidden"])
            #expect(!sandbox.exists("db/other") && !sandbox.exists("db/sub"))
        }
    }

    @Test("With a condition a path that is no database is an entry")
    func conditionOnOne() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            try sandbox.write("E", to: "db/plain")
            let removed = Outcome(output: "removed: 1 entry, 1 B\n")
            #expect(try sandbox.dirdb("rm", "db/run-1", "--where", "epoch=1") == removed)
            let none = "nothing in db is chosen by 'run-2' and the conditions; "
            #expect(try sandbox.dirdb("rm", "db/run-2", "--where", "epoch=1").error.contains(none))
            #expect(try sandbox.dirdb("rm", "db/plain", "--where", "epoch!=1") == removed)
            #expect(
                try sandbox.dirdb("rm", "./db", "--where", "epoch>1").output == "removed: 2 entries, 2 B\n")
            #expect(
                try sandbox.dirdb("rm", "none", "--where", "epoch>1")
                    == .failure("there is no database at none; check the path or create it by a first put"))
        }
    }

    @Test("get and cp take columns and rows")
    func parts() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("a,b\n1,x\n2,y\n3,z\n", to: "t.csv")
            #expect(try sandbox.dirdb("put", "db", "t", "t.csv", "--as", "parquet") == Outcome())
            #expect(
                try sandbox.dirdb("get", "db", "t", "--as", "csv", "--only", "b,a", "--rows", "1:")
                    == Outcome(output: "b,a\ny,2\nz,3\n"))
            #expect(try sandbox.dirdb("cp", "db", "t", "u", "--except", "b", "--rows", ":1") == Outcome())
            #expect(try sandbox.dirdb("get", "db", "u", "--as", "csv") == Outcome(output: "a\n1\n"))
            let missing = try sandbox.dirdb("get", "db", "t", "--as", "csv", "--only", "c")
            #expect(missing.status == 1 && missing.error.contains("choose among a, b"))
            for rows in ["3:1", "1", "a:b", "-1:2"] {
                #expect(try sandbox.dirdb("get", "db", "t", "--rows=\(rows)").status == 2)
            }
        }
    }

    @Test("tree shows the hierarchy with formats and sizes, as deep and as wide as asked for")
    func tree() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            #expect(
                try sandbox.dirdb("tree", "db", "--width", "2").output == """
                    db  7 entries, 7 B
                    ├── *      bin  1 B
                    ├── run-1  bin  1 B
                    ├── sub/  3 entries, 3 B
                    │   ├── run-1  txt  1 B
                    │   ├── run-2  txt  1 B
                    │   └── … 1 more entries
                    └── … 2 more entries

                    """)
            let lines = try sandbox.dirdb("tree", "db", "--depth", "1", "--json").output.split(
                separator: "\n")
            #expect(lines.count == 6)
            let last = try JSON(parsing: String(lines[5]))
            #expect(last == ["name": "sub", "entries": 3, "bytes": 3])
            #expect(try sandbox.dirdb("tree", "db", "--depth", "0").status == 2)
            #expect(try sandbox.dirdb("tree", "none").status == 1)
        }
    }
}
