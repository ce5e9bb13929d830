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
                ["--set", "x=NaN", "--set", "y=[-Infinity]", "--set", "z=18446744073709551616"],
                #"{"a": 1, "b": {"c": [1, 2], "d": "x"}, "e": 1.0, "x": NaN, "y": [-Infinity], "z": 18446744073709551616}"#
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

    /// What Python's json writes of `{"optim.lr": 0.1, "params": {"a.b": 1, "a": {"b": 2, "c": 3}}, "seed": 2**100}`.
    private static let dotted =
        #"{"optim.lr": 0.1, "params": {"a.b": 1, "a": {"b": 2, "c": 3}}, "seed": 1267650600228229401496703205376}"#

    @Test(
        "A key with dots is found before nested keys, and quotes mean a key alone",
        arguments: [
            ("optim.lr", "0.1"), (#""optim.lr""#, "0.1"), ("params.a.b", "1"), (#"params."a.b""#, "1"),
            (#"params."a".b"#, "2"), (#"params.a."c""#, "3"), ("params.a.c", "3"),
            ("seed", "1267650600228229401496703205376"),
        ])
    func dottedKeys(path: String, value: String) throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            try sandbox.write(Self.dotted, to: "db/k.json")
            #expect(try sandbox.dirdb("meta", "db", "k", "--get", path) == Outcome(output: value + "\n"))
            #expect(
                try sandbox.dirdb("ls", "db", "--json", "--where", "\(path)=\(value)").output.contains(
                    "\"k\""))
            #expect(try sandbox.dirdb("meta", "db", "k", "--set", "\(path)=\"new\"") == Outcome())
            #expect(try sandbox.dirdb("meta", "db", "k", "--get", path) == Outcome(output: "\"new\"\n"))
            let changed = try JSON(parsing: try sandbox.text("db/k.json"))
            #expect(changed.asObject?.keys == ["optim.lr", "params", "seed"])
            #expect(changed.params.asObject?.keys == ["a.b", "a"])
            #expect(try sandbox.dirdb("meta", "db", "k", "--unset", path) == Outcome())
            #expect(try sandbox.dirdb("meta", "db", "k").output.contains("new") == false)
        }
    }

    @Test("A quoted key with dots is made where there is none, and a plain path makes nested keys")
    func newDottedKeys() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/k.bin")
            #expect(
                try sandbox.dirdb(
                    "meta", "db", "k", "--set", #""a.b"=1"#, "--set", "c.d=2", "--set", #"e."f=g".h=3"#)
                    == Outcome())
            #expect(
                try sandbox.text("db/k.json") == #"{"a.b": 1, "c": {"d": 2}, "e": {"f=g": {"h": 3}}}"#)
        }
    }

    @Test(
        "Conditions compare numbers by their exact values",
        arguments: [
            ("x=9007199254740993", "b"), ("x=9007199254740992", "a"), ("x=9007199254740992.0", "a"),
            ("x>9007199254740992.0", "b c"), ("x<=18446744073709551615", "a b c"), ("x=NaN", "d"),
            ("x!=NaN", "a b c"),
            ("x>=18446744073709551615", "c"), ("x<1e300", "a b c"),
        ])
    func exactConditions(condition: String, expected: String) throws {
        try Sandbox.run { sandbox in
            for (key, value) in [
                ("a", "9007199254740992.0"), ("b", "9007199254740993"), ("c", "18446744073709551615"),
                ("d", "NaN"),
            ] {
                try sandbox.write("x", to: "db/\(key).bin")
                try sandbox.write("{\"x\": \(value), \"epoch\": 3}", to: "db/\(key).json")
            }
            let found = try sandbox.dirdb("ls", "db", "--json", "--where", condition, "--where", "epoch=3")
            #expect(
                try found.lines.map { try JSON(parsing: $0).name.asString }
                    == expected.split(separator: " ").map(String.init))
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
                end of file; repair the file or replace its whole content
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
                        "cannot set b.c.x: the metadata's b.c is not an object; unset it first or choose another key"
                    ))
            for text in ["[1e400]", #"{"a": -1e999}"#, #""\ud83d""#, #"{"a\u0000": 1}"#] {
                let refused = try sandbox.dirdb("meta", "db", "k", "--set", "b.n=\(text)")
                #expect(refused.status == 2 && refused.error.contains("cannot be kept"))
            }
            let number = try sandbox.dirdb("meta", "db", "k", "--set", "b.n=1e400")
            #expect(number.status == 2 && number.error.contains("1e400 cannot be kept"))
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
