import DirDB
import Foundation
import Testing

@Suite struct ListTests {
    /// Four entries, one of them in a sub-database, of known ages.
    private static func fill(_ sandbox: Sandbox) throws {
        try sandbox.write(ArrayFile.doubles([1, 2, 3, 4, 5, 6], shape: "(2, 3)"), to: "db/array.npy")
        try sandbox.write(
            #"{"mean": 3.5, "tags": ["a", "b"], "stats": {"x": 1, "y": 2, "z": 3}}"#, to: "db/array.json")
        try sandbox.write("text", to: "db/note.txt")
        try sandbox.write(#"{"mean": 0.1234567890123, "by": "some one"}"#, to: "db/note.json")
        try sandbox.write(String(repeating: "x", count: 5000), to: "db/raw")
        try sandbox.write("1", to: "db/sub/deep.bin")
        try sandbox.write(#"{"draft": true}"#, to: "db/later.json")
        for (name, days) in [
            ("db/array.npy", 3.0), ("db/note.txt", 0.5), ("db/raw", 2000), ("db/sub/deep.bin", 1),
        ] {
            try sandbox.age(name, days: days)
        }
    }

    @Test("Columns are aligned, sorted by name, and not cut when the output is no terminal")
    func table() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.fill(sandbox)
            let expected = """
                NAME   FORMAT  DTYPE    SHAPE     SIZE  AGE  METADATA
                array  npy     float64  2×3      176 B   3d  mean=3.5 tags=[2] stats={3}
                note   txt     -        -          4 B  12h  mean=0.123457 by="some one"
                raw    -       -        -      4.9 KiB   5y

                """
            #expect(
                try sandbox.dirdb("ls", "db", environment: ["COLUMNS": "20"]) == Outcome(output: expected))
        }
    }

    @Test(
        "Orders, patterns, conditions and what is listed",
        arguments: [
            ([], "array note raw"), (["--reverse"], "raw note array"),
            (["--sort", "time"], "raw array note"), (["--sort", "size"], "note array raw"),
            (["--sort", "size", "--reverse"], "raw array note"),
            (["-r"], "array note raw sub/deep"), (["--all"], "array later note raw"),
            (["--all", "--recursive"], "array later note raw sub/deep"),
            (["*a*"], "array raw"), (["raw", "no*"], "note raw"), (["nothing"], ""),
            (["sub/*"], "sub/deep"), (["-r", "*ee?"], "sub/deep"), (["[!a]*"], "note raw"),
            (["--where", "mean>0.5"], "array"), (["--where", "mean<=3.5"], "array note"),
            (["--where", "mean=3.50"], "array"), (["--where", "mean!=3.5"], "note raw"),
            (["--where", "stats.x==1"], "array"), (["--where", "tags.1=b"], "array"),
            (["--where", "by=some one"], "note"), (["--where", "by>=some"], "note"),
            (["--where", "mean>0", "--where", "stats.z >= 3"], "array"),
            (["--where", "mean<text"], ""), (["--all", "--where", "draft=true"], "later"),
            (["--where", #"tags=["a","b"]"#], "array"),
        ])
    func selection(arguments: [String], expected: String) throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.fill(sandbox)
            let words = arguments.map { "'\($0)'" }.joined(separator: " ")
            let outcome = try sandbox.shell("$DIRDB ls db --json \(words)")
            #expect(outcome.status == 0 && outcome.error.isEmpty)
            let names = try outcome.lines.map { try JSON(parsing: $0).name.asString }
            #expect(names == expected.split(separator: " ").map(String.init))
        }
    }

    @Test("Each line of --json is an object with the documented keys")
    func json() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.fill(sandbox)
            let date = Date(timeIntervalSince1970: 1_700_000_000.5)
            try FileManager.default.setAttributes(
                [.modificationDate: date], ofItemAtPath: sandbox.path(of: "db/array.npy"))
            let outcome = try sandbox.dirdb("ls", "db", "array", "later", "--all", "--json", "--sort", "none")
            let lines = try outcome.lines.map { try JSON(parsing: $0) }
            #expect(
                Set(lines) == [
                    [
                        "name": "array", "format": "npy", "dtype": "float64", "shape": [2, 3], "rows": 2,
                        "columns": 3,
                        "bytes": 176, "modified": 1_700_000_000.5,
                        "meta": ["mean": 3.5, "tags": ["a", "b"], "stats": ["x": 1, "y": 2, "z": 3]],
                    ],
                    [
                        "name": "later", "format": nil, "dtype": nil, "shape": nil, "rows": nil,
                        "columns": nil,
                        "bytes": nil, "modified": nil, "meta": ["draft": true],
                    ],
                ])
        }
    }

    @Test("Damage is marked, named on standard error, and no failure of the listing")
    func damage() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            try sandbox.write("[1]", to: "db/a.json")
            try sandbox.write("x", to: "db/b.npy")
            for name in ["db/a.bin", "db/b.npy"] { try sandbox.age(name, days: 3) }
            let table = try sandbox.dirdb("ls", "db")
            #expect(
                table.output == """
                    NAME  FORMAT  DTYPE  SHAPE  SIZE  AGE  METADATA
                    a     bin     -      -       1 B   3d  ! damaged metadata
                    b     npy     -      -       1 B   3d  ! damaged

                    """)
            #expect(table.status == 0)
            let lines = table.error.split(separator: "\n")
            let db = sandbox.path(of: "db")
            #expect(
                lines.first == """
                    dirdb: warning: the metadata in \(db)/a.json is damaged: it is not a JSON object; repair the file \
                    or replace its whole content
                    """)
            #expect(lines.last?.hasPrefix("dirdb: warning: \(db)/b.npy ") == true)
            let json = try JSON(parsing: try sandbox.dirdb("ls", "db", "a", "--json").output)
            #expect(json.meta == .null && json.bytes == 1 && json.state == "damaged")
            #expect(json.error.asString?.hasPrefix("the metadata in ") == true)
        }
    }

    @Test("Nothing in a foreign name or in metadata commands the terminal")
    func controlCharacters() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write("x", to: "db/bad\u{1B}[31m.bin")
            try sandbox.write("x", to: "db/csi\u{9B}31m.bin")
            try sandbox.write("x", to: "db/turn\u{202E}ed.bin")
            try sandbox.write("{\"k\": \"\u{202E}\\u001b[2J\"}", to: "db/turn\u{202E}ed.json")
            for command in [
                "ls db", "ls db --json", "show 'db/turn\u{202E}ed'", "show 'db/csi\u{9B}31m'",
                "meta 'db/turn\u{202E}ed'", "verify db",
            ] {
                let outcome = try sandbox.shell("$DIRDB \(command)")
                for scalar in (outcome.output + outcome.error).unicodeScalars where scalar != "\n" {
                    #expect(![.control, .format].contains(scalar.properties.generalCategory))
                }
            }
            let line = try JSON(parsing: try sandbox.dirdb("ls", "db", "--json").output)
            #expect(line.name == "turn\u{202E}ed" && line.meta.k == "\u{202E}\u{1B}[2J")
        }
    }

    @Test("A terminal is not written beyond its width: of the window, or of COLUMNS", arguments: [nil, "38"])
    func width(columns: String?) throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.fill(sandbox)
            let terminal = try PseudoTerminal(columns: 60)
            let output = try terminal.run("cd '\(sandbox.path)' && exec $DIRDB ls db", columns: columns)
            let wide = """
                NAME   FORMAT  DTYPE    SHAPE     SIZE  AGE  METADATA
                array  npy     float64  2×3      176 B   3d  mean=3.5 tags=…
                note   txt     -        -          4 B  12h  mean=0.123457 …
                raw    -       -        -      4.9 KiB   5y

                """
            if columns == nil {
                #expect(output == wide)
            } else {
                // The narrowest that is still of use: the last column keeps eight places.
                #expect(output.split(separator: "\n")[1].hasSuffix(" mean=3.…"))
            }
        }
    }

    @Test("Looking creates nothing")
    func createsNothing() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.fill(sandbox)
            let before = try sandbox.names(in: "db")
            for command in [
                "ls db -r", "show db array", "meta db array", "get db array -o /dev/null", "verify db",
            ] {
                #expect(
                    try sandbox.shell("$DIRDB \(command) > /dev/null").status
                        == (command == "verify db" ? 1 : 0))
            }
            #expect(try sandbox.names(in: "db") == before)
            let missing = try sandbox.dirdb("ls", "none")
            #expect(
                missing
                    == .failure("there is no database at none; check the path or create it by a first put"))
            #expect(!sandbox.exists("none"))
        }
    }
}
