import DirDB
import Foundation
import Testing

@Suite struct EntryCommandTests {
    private static func fill(_ sandbox: Sandbox) throws {
        try sandbox.write("A", to: "db/a.bin")
        try sandbox.write(#"{"k": 1}"#, to: "db/a.json")
        try sandbox.write("B", to: "db/b.txt")
    }

    private static func missing(_ sandbox: Sandbox, _ key: String) -> String {
        "there is no entry \(sandbox.path(of: "db"))/\(key); list the database to see its entries"
    }

    // MARK: rm

    @Test("rm removes all that are there, and fails when one is not")
    func remove() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            #expect(
                try sandbox.dirdb("rm", "db", "a", "typo", "b") == .failure(Self.missing(sandbox, "typo")))
            #expect(try sandbox.names(in: "db") == ["a.lock", "b.lock"])
            #expect(try sandbox.dirdb("rm", "db/a") == .failure(Self.missing(sandbox, "a")))
        }
    }

    @Test("Of two data files of one name, commands that do not say which change and print neither")
    func ambiguous() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            try sandbox.write("C", to: "db/a.tsv")
            let sentence = """
                the entry \(sandbox.path(of: "db"))/a has several data files, a.bin and a.tsv; name the format to use, \
                or delete the one that is not wanted
                """
            // A file of a known format hides one of an unknown format from access by key.
            try sandbox.write("D", to: "db/b.tsv")
            let other = sentence.replacingOccurrences(of: "a.bin and a.tsv", with: "b.tsv and b.txt")
                .replacingOccurrences(of: "/a has", with: "/b has")
            for command in ["get db b", "rm db b", "show db b", "mv db b c", "cp db b c"] {
                #expect(try sandbox.shell("$DIRDB \(command)") == .failure(other))
            }
            #expect(try sandbox.dirdb("get", "db", "b", "--format", "tsv") == Outcome(output: "D"))
            #expect(try sandbox.dirdb("rm", "db", "b", "--format", "tsv") == Outcome())
            #expect(try sandbox.dirdb("rm", "db", "a", "--format", "tsv") == Outcome())
            #expect(try sandbox.dirdb("get", "db", "b") == Outcome(output: "B"))
        }
    }

    // MARK: mv and cp

    @Test(
        "mv and cp take DB KEY NEWKEY and DB/KEY NEWKEY",
        arguments: [
            ("db a c", "c"), ("db a sub/c", "sub/c"), ("db/a c", "c"), ("db/a db/c", "c"),
            ("db/a db/sub/c", "sub/c"),
            ("db a db/c", "db/c"),
        ])
    func targets(arguments: String, target: String) throws {
        for command in ["mv", "cp"] {
            try Sandbox.run { sandbox in
                try Self.fill(sandbox)
                #expect(try sandbox.shell("$DIRDB \(command) \(arguments)") == Outcome())
                #expect(try sandbox.text("db/\(target).bin") == "A")
                #expect(try sandbox.text("db/\(target).json") == #"{"k": 1}"#)
                #expect(sandbox.exists("db/a.bin") == (command == "cp"))
                #expect(sandbox.exists("db/a.json") == (command == "cp"))
            }
        }
    }

    @Test("mv and cp replace only when told to, data and metadata", arguments: ["mv", "cp"])
    func replace(command: String) throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            try sandbox.write(#"{"old": 1}"#, to: "db/b.json")
            let path = "\(sandbox.path(of: "db"))/b"
            #expect(
                try sandbox.dirdb(command, "db", "a", "b")
                    == .failure(
                        "there is an entry \(path) already; ask for it to be replaced or choose another name:"
                            + " --replace")
            )
            #expect(try sandbox.text("db/b.txt") == "B")
            #expect(try sandbox.dirdb(command, "db", "a", "b", "--replace") == Outcome())
            #expect(try sandbox.text("db/b.bin") == "A")
            #expect(try sandbox.text("db/b.json") == #"{"k": 1}"#)
            #expect(!sandbox.exists("db/b.txt"))
        }
    }

    @Test("cp --to copies into another database, which it creates; not for a key that is missing")
    func copyElsewhere() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            #expect(
                try sandbox.dirdb("cp", "db", "typo", "x", "--to", "no")
                    == .failure(Self.missing(sandbox, "typo")))
            #expect(!sandbox.exists("no"))
            #expect(try sandbox.dirdb("cp", "db", "a", "x", "--to", "new/db") == Outcome())
            #expect(try sandbox.names(in: "new/db") == ["x.bin", "x.json", "x.lock"])
            #expect(try sandbox.dirdb("verify", "new/db").status == 0)
        }
    }

    @Test("A target elsewhere than in the database is a wrong command line")
    func foreignTarget() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            let outcome = try sandbox.dirdb("mv", "db/a", "other/b")
            #expect(outcome.status == 2 && outcome.output.isEmpty)
            let sentence = "'other/b' does not begin with 'db/'; name database and keys apart: DB KEY NEWKEY."
            #expect(outcome.error.hasPrefix("dirdb: \(sentence)\n"))
        }
    }

    // MARK: Keys

    @Test(
        "A key never leaves the database",
        arguments: [
            ("../x", "..", "it starts with a dot"), ("/etc/x", "", "it is empty"),
            ("a//b", "", "it is empty"),
            ("", "", "it is empty"), ("sub/../../x", "..", "it starts with a dot"),
            (".hidden", ".hidden", "it starts with a dot"),
            ("a\u{7}", "a\\u{07}", "it contains a control character"),
        ])
    func illegalKeys(key: String, part: String, objection: String) throws {
        try Sandbox.run { sandbox in
            let rule = """
                choose 1 to 200 bytes of UTF-8 without slashes or control characters that do not start with a dot
                """
            let commands = [
                ["put", "db", key, "-"], ["get", "db", key], ["meta", "db", key], ["show", "db", key],
                ["rm", "db", key],
                ["mv", "db", key, "b"], ["cp", "db", key, "b"], ["lock", "db", key, "--", "true"],
            ]
            for command in commands {
                let words = command.map { "'\($0)'" }.joined(separator: " ")
                let expected = "\"\(part)\" cannot be a name in db: \(objection); \(rule)"
                let outcome = try sandbox.shell("$DIRDB \(words)")
                #expect(outcome == .failure(expected))
            }
            #expect(try sandbox.names(in: ".").isEmpty)
        }
    }

    // MARK: show

    @Test("show tells everything of an entry, for people and for programs")
    func show() throws {
        try Sandbox.run { sandbox in
            try sandbox.write(ArrayFile.doubles([1, 2], shape: "(2,)"), to: "db/sub/x.npy")
            try sandbox.write(#"{"k": [1]}"#, to: "db/sub/x.json")
            let date = Date(timeIntervalSince1970: 1_700_000_000)
            let path = sandbox.path(of: "db/sub/x")
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(path).npy")
            let text = """
                name      sub/x
                path      \(path)
                format    npy
                dtype     float64
                shape     2
                size      144 B
                modified  2023-11-14T22:13:20Z
                lock      free
                files     x.npy, x.json
                metadata  {
                  "k": [1]
                }

                [1. 2.]

                trace      ▁█
                histogram  1. █%@█ 2.

                """.replacingOccurrences(of: "%@", with: String(repeating: " ", count: 38))
            #expect(try sandbox.dirdb("show", "db", "sub/x") == Outcome(output: text))
            let json = try JSON(parsing: try sandbox.dirdb("show", "db/sub/x", "--json").output)
            #expect(
                json.path == .string(path) && json.lock == .null && json.shape == [2] && json.meta.k == [1])
            #expect(json.files == [["name": "x.npy", "bytes": 144], ["name": "x.json", "bytes": 10]])
            #expect(try sandbox.dirdb("show", "db", "typo") == .failure(Self.missing(sandbox, "typo")))
        }
    }

    @Test("show of something damaged tells what is known, and fails")
    func showDamaged() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            try sandbox.write("3", to: "db/a.json")
            let outcome = try sandbox.dirdb("show", "db", "a")
            #expect(outcome.status == 1 && outcome.output.contains("\nsize      1 B\n"))
            #expect(
                outcome.error == """
                    dirdb: the metadata in \(sandbox.path(of: "db"))/a.json is damaged: it is not a JSON object; repair \
                    the file or replace its whole content

                    """)
        }
    }
}
