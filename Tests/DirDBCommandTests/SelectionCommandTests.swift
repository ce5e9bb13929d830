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
            #expect(last == ["key": "sub", "entries": 3, "bytes": 3])
            #expect(try sandbox.dirdb("tree", "db", "--depth", "0").status == 2)
            #expect(try sandbox.dirdb("tree", "none").status == 1)
        }
    }
}
