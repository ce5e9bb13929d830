import DirDB
import Testing

@Suite struct MetaTests {
    private static let start = #"{"a": 1, "b": {"c": [1, 2], "d": "x"}, "e": 1.0}"#

    @Test(
        "What each change makes of the metadata",
        arguments: [
            (["--set", "a=2"], #"{"a": 2, "b": {"c": [1, 2], "d": "x"}, "e": 1.0}"#),
            (["--set", "b.d=some text"], #"{"a": 1, "b": {"c": [1, 2], "d": "some text"}, "e": 1.0}"#),
            (
                ["--set", "n.m.o=[true]"],
                #"{"a": 1, "b": {"c": [1, 2], "d": "x"}, "e": 1.0, "n": {"m": {"o": [true]}}}"#
            ),
            (
                ["--set", "a=\"2\"", "--set", "e=a=b"],
                #"{"a": "2", "b": {"c": [1, 2], "d": "x"}, "e": "a=b"}"#
            ),
            (["--set", "a="], #"{"a": "", "b": {"c": [1, 2], "d": "x"}, "e": 1.0}"#),
            (["--unset", "b.c", "--unset", "none.x"], #"{"a": 1, "b": {"d": "x"}, "e": 1.0}"#),
            (["--unset", "a", "--set", "a=null"], #"{"b": {"c": [1, 2], "d": "x"}, "e": 1.0, "a": null}"#),
            (
                ["--merge", #"{"a": null, "b": {"c": 3}, "z": {"y": null}}"#],
                #"{"b": {"c": 3, "d": "x"}, "e": 1.0, "z": {}}"#
            ),
            (["--merge", #"{"b": [1]}"#, "--set", "a=0"], #"{"a": 0, "b": [1], "e": 1.0}"#),
            (["--replace", #"{"q": 1e3}"#, "--set", "r=2"], #"{"q": 1000.0, "r": 2}"#),
            (["--replace", "{}"], "{}"),
            (
                ["--set", "x=NaN", "--allow-nan"],
                #"{"a": 1, "b": {"c": [1, 2], "d": "x"}, "e": 1.0, "x": NaN}"#
            ),
        ])
    func change(arguments: [String], expected: String) throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            try sandbox.write(Self.start, to: "db/k.json")
            let words = arguments.map { "'\($0)'" }.joined(separator: " ")
            #expect(try sandbox.shell("$DIRDB meta db k \(words)") == Outcome())
            #expect(try sandbox.dirdb("meta", "db/k", "--json") == Outcome(output: expected + "\n"))
        }
    }

    @Test("Metadata is printed in its order; short values stay on a line; --get prints one")
    func printing() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            try sandbox.write(Self.start, to: "db/k.json")
            let pretty = """
                {
                  "a": 1,
                  "b": {"c": [1, 2], "d": "x"},
                  "e": 1.0
                }

                """
            #expect(try sandbox.dirdb("meta", "db", "k") == Outcome(output: pretty))
            #expect(try sandbox.dirdb("meta", "db", "k", "--get", "b.c.1") == Outcome(output: "2\n"))
            #expect(
                try sandbox.dirdb("meta", "db", "k", "--get", "b.x")
                    == .failure("the metadata of k has no b.x; print it to see its keys"))
        }
    }

    @Test("A key that is nowhere is an error, and nothing is created for it")
    func missing() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            let sentence =
                "there is no entry \(sandbox.path(of: "db"))/typo; list the database to see its entries"
            for arguments in ["", "--set a=1", "--replace '{}'", "--get a"] {
                #expect(try sandbox.shell("$DIRDB meta db typo \(arguments)") == .failure(sentence))
            }
            #expect(try sandbox.names(in: "db") == ["k.bin"])
            #expect(try sandbox.dirdb("meta", "db", "k") == Outcome(output: "{}\n"))
        }
    }

    @Test("Damaged metadata is neither printed nor changed, only replaced")
    func damaged() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            try sandbox.write("{", to: "db/k.json")
            let sentence = """
                the metadata in \(sandbox.path(of: "db"))/k.json is damaged: line 1, column 2: string or '}' expected near \
                end of file; correct the text; repair the file or replace its whole content
                """
            #expect(try sandbox.dirdb("meta", "db", "k") == .failure(sentence))
            #expect(try sandbox.dirdb("meta", "db", "k", "--set", "a=1") == .failure(sentence))
            #expect(try sandbox.text("db/k.json") == "{")
            #expect(try sandbox.dirdb("meta", "db", "k", "--replace", #"{"a": 1}"#) == Outcome())
            #expect(try sandbox.text("db/k.json") == #"{"a": 1}"#)
        }
    }

    @Test("A change that cannot be made says why and changes nothing")
    func refused() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            try sandbox.write(Self.start, to: "db/k.json")
            #expect(
                try sandbox.dirdb("meta", "db", "k", "--set", "new=1", "--set", "b.c.x=1")
                    == .failure(
                        "cannot set b.c.x: the metadata's b.c is no object; unset it first or choose another key"
                    ))
            #expect(
                try sandbox.dirdb("meta", "db", "k", "--set", "b.n=NaN")
                    == .failure(
                        "the metadata of \(sandbox.path(of: "db"))/k cannot be written: b.n: NaN has no JSON form;"
                            + " store null or a string, or allow NaN when writing"))
            #expect(try sandbox.text("db/k.json") == Self.start)
        }
    }

    @Test("Changes of several processes at once are all kept")
    func concurrent() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            // The pipe ends with the last of them. `wait` would need SIGCHLD, which test threads have blocked.
            let processes = try (1...8).map {
                try sandbox.start(["meta", "db", "k", "--set", "k\($0)=\($0)"])
            }
            for process in processes { #expect(process.outcome() == Outcome()) }
            let meta = try JSON(parsing: try sandbox.text("db/k.json"))
            #expect(meta == ["k1": 1, "k2": 2, "k3": 3, "k4": 4, "k5": 5, "k6": 6, "k7": 7, "k8": 8])
        }
    }
}
