import Foundation
import Testing

@Suite struct PutGetTests {
    @Test("The commands that scripts rely on, from put to recover")
    func scriptCommands() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("bytes\n", to: "file.dat")
            let put = try sandbox.dirdb("put", "db", "a", "file.dat", "--meta", #"{"k": 1}"#, "--relaxed")
            #expect(put == Outcome())
            #expect(try sandbox.dirdb("get", "db", "a", "-o", "copy") == Outcome())
            #expect(try sandbox.text("copy") == "bytes\n")
            #expect(try sandbox.dirdb("meta", "db", "a", "--set", "k=2") == Outcome())
            #expect(try sandbox.dirdb("meta", "db", "a") == Outcome(output: "{\n  \"k\": 2\n}\n"))
            #expect(try sandbox.dirdb("mv", "db", "a", "b") == Outcome())
            #expect(try sandbox.names(in: "db") == ["a.lock", "b.dat", "b.json", "b.lock"])
            #expect(try sandbox.dirdb("verify", "db") == Outcome(error: "dirdb: no findings\n"))
            #expect(try sandbox.dirdb("rm", "db", "b") == Outcome())
            #expect(try sandbox.dirdb("ls", "db", "--json") == Outcome())
            let recovered = try sandbox.dirdb("recover", "db")
            #expect(recovered == Outcome(output: "temporary files removed: 0\n"))
        }
    }

    @Test("A database in a working directory that was removed cannot be made, which put tells")
    func removedWorkingDirectory() throws {
        try Sandbox.run { sandbox in
            let outcome = try sandbox.shell(
                "mkdir x; cd x; rmdir ../x; timeout 3600 $DIRDB put new k /dev/null")
            #expect(outcome.status == 1 && outcome.error.contains("cannot create the directory ./new"))
        }
    }

    @Test(
        "The extension of FILE names the format, --format overrides it, bin is the default",
        arguments: [
            (["a.hoc"], "k.hoc"), (["a.tar.gz"], "k.gz"), ([".hidden"], "k.bin"), (["plain"], "k.bin"),
            (["dir.d/plain"], "k.bin"), (["a.hoc", "--format", "dat"], "k.dat"), (["-"], "k.bin"),
        ])
    func format(arguments: [String], expected: String) throws {
        try Sandbox.run { sandbox in
            if arguments[0] != "-" { try sandbox.write("x", to: arguments[0]) }
            let words = arguments.map { "'\($0)'" }.joined(separator: " ")
            let outcome = try sandbox.shell("echo x | $DIRDB put db k \(words)")
            #expect(outcome == Outcome())
            #expect(try sandbox.names(in: "db") == [expected, "k.lock"].sorted())
        }
    }

    @Test("Keys lead into sub-databases, and DB/KEY is DB KEY")
    func subdatabases() throws {
        try Sandbox.run { (sandbox) throws in
            #expect(try sandbox.dirdb("put", "db", "sub/deep/a", "-", input: "1") == Outcome())
            #expect(try sandbox.dirdb("put", "db/b", "-", input: "2") == Outcome())
            #expect(try sandbox.dirdb("get", "db/sub/deep/a") == Outcome(output: "1"))
            #expect(try sandbox.dirdb("get", "db", "b", "-o", "-") == Outcome(output: "2"))
        }
    }

    @Test("What comes from standard input and goes to standard output is the same, byte for byte")
    func binary() throws {
        try Sandbox.run { (sandbox) throws in
            let script =
                "head -c 3000001 /dev/urandom > in; $DIRDB put db a - < in; $DIRDB get db a | cmp - in"
            #expect(try sandbox.shell(script) == Outcome())
        }
    }

    @Test("A pipe and standard output, named by a path, are written as they are")
    func specialOutput() throws {
        try Sandbox.run { (sandbox) throws in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "data\n") == Outcome())
            let pipe = try sandbox.shell("mkfifo f; $DIRDB get db a -o f & cat f; wait $!")
            #expect(pipe == Outcome(output: "data\n"))
            // By its path the file would be replaced, and the shell's own lines lost.
            let script = "(echo head; $DIRDB get db a -o /dev/stdout; echo foot) > file; cat file"
            #expect(try sandbox.shell(script) == Outcome(output: "head\ndata\nfoot\n"))
        }
    }

    @Test("--set changes the metadata with the data and keeps the rest; --meta replaces it; @FILE reads it")
    func metadata() throws {
        try Sandbox.run { sandbox in
            try sandbox.write(#"{"a": 1, "b": {"c": 2}}"#, to: "meta.json")
            #expect(try sandbox.dirdb("put", "db", "x", "-", "--meta", "@meta.json") == Outcome())
            #expect(try sandbox.dirdb("put", "db", "x", "-", "--set", "b.d=text", input: "new") == Outcome())
            let kept = #"{"a": 1, "b": {"c": 2, "d": "text"}}"#
            #expect(try sandbox.dirdb("meta", "db", "x", "--json") == Outcome(output: kept + "\n"))
            let both = try sandbox.dirdb("put", "db", "x", "-", "--meta", #"{"a": 9}"#, "--set", "e=[1]")
            #expect(both == Outcome())
            let replaced = #"{"a": 9, "e": [1]}"#
            #expect(try sandbox.dirdb("meta", "db", "x", "--json") == Outcome(output: replaced + "\n"))
        }
    }

    @Test("A file that is damaged is stored all the same, with a warning")
    func damaged() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write("no array", to: "a.npy")
            let outcome = try sandbox.dirdb("put", "db", "a", "a.npy")
            #expect(outcome.status == 0 && outcome.output.isEmpty)
            #expect(outcome.error.hasPrefix("dirdb: warning: \(sandbox.path(of: "db/a.npy")) "))
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "no array"))
        }
    }

    @Test("An input that cannot be stored changes nothing")
    func badInput() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "file.json")
            #expect(
                try sandbox.dirdb("put", "db", "a", "missing")
                    == .failure("cannot read missing: No such file or directory; check the path"))
            #expect(
                try sandbox.dirdb("put", "db", "a", ".")
                    == .failure("cannot read .: it is a directory; name a file"))
            #expect(!sandbox.exists("db"))
            let db = sandbox.path(of: "db")
            #expect(
                try sandbox.dirdb("put", "db", "a", "file.json")
                    == .failure(
                        "\"json\" cannot be the format of \(db)/a: the extension .json is reserved;"
                            + " choose another extension with --format"))
            #expect(try sandbox.dirdb("ls", "db", "--all") == Outcome())
        }
    }

    @Test("get replaces a file only when it is complete, keeps its mode, and leaves nothing on failure")
    func output() throws {
        try Sandbox.run { (sandbox) throws in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "new") == Outcome())
            let modes =
                "umask 022; echo old > f; chmod 600 f; ln -s f link; $DIRDB get db a -o link; stat -c %a f"
            #expect(try sandbox.shell(modes) == Outcome(output: "600\n"))
            #expect(try sandbox.text("f") == "new")
            #expect(try sandbox.names(in: ".") == ["db", "f", "link"])
            #expect(
                try sandbox.dirdb("get", "db", "a", "-o", "db")
                    == .failure("cannot write db: it is a directory; name a file in it"))
            let cause = "No such file or directory; choose another place or make room"
            #expect(
                try sandbox.dirdb("get", "db", "a", "-o", "no/f") == .failure("cannot write no/f: \(cause)"))
            #expect(try sandbox.shell("$DIRDB get db a -o /dev/null; test -c /dev/null") == Outcome())
        }
    }

    @Test("A limit on file sizes is an error that names it, and nothing is left")
    func fileSizeLimit() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "old") == Outcome())
            try sandbox.write(String(repeating: "x", count: 100_000), to: "big")
            let put = try sandbox.shell("ulimit -f 8; exec $DIRDB put db a big")
            #expect(put.status == 1)
            let begin = "dirdb: cannot write \(sandbox.path(of: "db"))/.a."
            let end = "File too large; raise the limit on file sizes (ulimit -f) or store a smaller value\n"
            #expect(put.error.hasPrefix(begin) && put.error.hasSuffix(end))
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.lock"])
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "old"))
            #expect(try sandbox.dirdb("put", "db", "big", "big") == Outcome())
            let get = try sandbox.shell("ulimit -f 8; exec $DIRDB get db big -o out")
            #expect(get == .failure("cannot write out: File too large; choose another place or make room"))
            #expect(try sandbox.names(in: ".") == ["big", "db"])
        }
    }

    @Test("A full standard output is an error")
    func fullOutput() throws {
        try Sandbox.run { (sandbox) throws in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "x") == Outcome())
            for command in ["get db a", "ls db", "show db a", "meta db a"] {
                #expect(
                    try sandbox.shell("exec $DIRDB \(command) > /dev/full")
                        == .failure(
                            "cannot write to standard output: No space left on device; redirect it elsewhere")
                )
            }
        }
    }
}
