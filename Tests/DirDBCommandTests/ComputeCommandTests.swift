import Foundation
import Testing

@Suite struct ComputeCommandTests {
    @Test("What a program prints becomes the data, once; --force computes it again")
    func standardOutput() throws {
        try Sandbox.run { sandbox in
            let compute = "$DIRDB compute db a --format txt --json"
            let first = try sandbox.shell("\(compute) --set k=1 -- echo one")
            #expect(first == Outcome(output: #"{"name": "a", "computed": true}"# + "\n"))
            let second = try sandbox.shell("\(compute) -- sh -c 'echo two; touch ran'")
            #expect(second == Outcome(output: #"{"name": "a", "computed": false}"# + "\n"))
            #expect(try sandbox.text("db/a.txt") == "one\n" && !sandbox.exists("ran"))
            #expect(try sandbox.dirdb("compute", "db/a", "--force", "--", "echo", "three") == Outcome())
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.json", "a.lock"])
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "three\n"))
        }
    }

    @Test("A megabyte arrives byte for byte")
    func large() throws {
        try Sandbox.run { (sandbox) throws in
            let script = "head -c 1000001 /dev/urandom > in; $DIRDB compute db a -- cat in; cmp in db/a.bin"
            #expect(try sandbox.shell(script) == Outcome())
        }
    }

    @Test("With --output the file that the program writes becomes the data, under its extension")
    func file() throws {
        try Sandbox.run { (sandbox) throws in
            let script = #"""
                export TMPDIR=$PWD/tmp; mkdir tmp
                $DIRDB compute db a --output sub/out.dat -- sh -c \
                    'f=${0#--to=}; echo "${f##*/}" > "$f"; mkdir "$f.d"; : > "$f.d/more"' --to=sub/out.dat
                $DIRDB get db a; ls tmp
                """#
            // The folder that the file is in goes with all that is in it.
            #expect(try sandbox.shell(script) == Outcome(output: "out.dat\n"))
            #expect(try sandbox.names(in: "db") == ["a.dat", "a.lock"])
        }
    }

    @Test("A table is converted from what the program prints, and from the file that it writes")
    func conversion() throws {
        try Sandbox.run { (sandbox) throws in
            let printed = try sandbox.shell(
                "$DIRDB compute db a --format csv --as parquet -- printf 'x,y\\n1,2\\n'")
            #expect(printed == Outcome())
            let written = try sandbox.shell(
                "$DIRDB compute db b --output t.csv --as parquet -- sh -c 'printf \"x,y\\n1,2\\n\" > $0' t.csv"
            )
            #expect(written == Outcome())
            for key in ["a", "b"] {
                #expect(try sandbox.dirdb("get", "db", key, "--as", "csv") == Outcome(output: "x,y\n1,2\n"))
                #expect(sandbox.exists("db/\(key).parquet"))
            }
        }
    }

    @Test("What cannot be stored is refused before the program runs")
    func refusedEarly() throws {
        try Sandbox.run { (sandbox) throws in
            let number = try sandbox.dirdb(
                "compute", "db", "a", "--set", "b.c=1", "--set", "b.c.d=2", "--", "touch",
                sandbox.path(of: "ran"))
            #expect(
                number
                    == .failure(
                        "cannot set b.c.d: the metadata's b.c is not an object; unset it first or choose another key"
                    ))
            let table = try sandbox.dirdb(
                "compute", "db", "a", "--as", "parquet", "--", "touch", sandbox.path(of: "ran"))
            #expect(table.status == 2 && table.error.contains("--as needs --format"))
            #expect(!sandbox.exists("ran") && !sandbox.exists("db"))
        }
    }

    @Test("A program that fails, writes nothing or is no program stores nothing, and its status is passed on")
    func failures() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "old") == Outcome())
            #expect(
                try sandbox.dirdb("compute", "db", "a", "--force", "--", "sh", "-c", "echo new; exit 7")
                    == .failure("sh ended with status 7: nothing was stored", status: 7))
            #expect(
                try sandbox.dirdb("compute", "db", "b", "--", "no-such-program")
                    == .failure(
                        "cannot run no-such-program: No such file or directory; check its name and PATH",
                        status: 127))
            let unwritten = try sandbox.dirdb("compute", "db", "b", "--output", "f", "--", "true", "f")
            #expect(unwritten.status == 1)
            #expect(unwritten.error.hasSuffix("let it write the file that its arguments name\n"))
            let csv = try sandbox.dirdb(
                "compute", "db", "b", "--format", "csv", "--as", "parquet", "--", "printf", "a,b\\n1\\n")
            #expect(csv.status == 1)
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.lock", "b.lock"])
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "old"))
            #expect(try sandbox.dirdb("ls", "db", "--all", "--json").output.split(separator: "\n").count == 1)
        }
    }

    @Test(
        "Wrong usage is told before anything is made",
        arguments: [
            ["compute", "db", "a"], ["compute", "db", "a", "--output", "f", "--", "true"],
            ["compute", "db", "a", "--output", "f/", "--", "true", "f/"], ["compute", "db", "--", "true"],
            ["compute", "db", "a", "--as", "npy", "--", "true"],
        ])
    func usage(arguments: [String]) throws {
        try Sandbox.run { sandbox in
            let process = try sandbox.launch(arguments)
            try process.closeInput()
            #expect(process.outcome().status == 2)
            #expect(!sandbox.exists("db"))
        }
    }

    @Test("Eight commands at once: one runs the program")
    func once() throws {
        try Sandbox.run { sandbox in
            let script = "echo ran >> log; sleep 0.2; echo result"
            let processes = try (0..<8).map { _ in
                try sandbox.start(["compute", "db", "a", "--", "sh", "-c", script])
            }
            for process in processes { #expect(process.outcome() == Outcome()) }
            #expect(try sandbox.text("log") == "ran\n")
            #expect(try sandbox.text("db/a.bin") == "result\n")
        }
    }

    @Test("A command killed in the middle leaves nothing that is seen, and the next one computes")
    func killed() throws {
        try Sandbox.run { sandbox in
            let script = "echo part; echo $$ > pid; exec sleep 1000"
            let process = try sandbox.start(["compute", "db", "a", "--", "sh", "-c", script])
            try wait { (try? sandbox.text("pid").hasSuffix("\n")) == true }
            kill(process.processIdentifier, SIGKILL)
            // A crash cannot end the program that it had started.
            kill(try #require(pid_t(try sandbox.text("pid").dropLast())), SIGKILL)
            _ = process.outcome()
            #expect(try sandbox.dirdb("ls", "db") == Outcome())
            #expect(try sandbox.dirdb("compute", "db", "a", "--", "echo", "whole") == Outcome())
            #expect(try sandbox.dirdb("recover", "db").status == 0)
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.lock"])
            #expect(try sandbox.text("db/a.bin") == "whole\n")
        }
    }

    @Test("SIGTERM is passed on to the program; nothing is stored, nothing is left")
    func terminated() throws {
        try Sandbox.run { sandbox in
            let script = "trap 'exit 5' TERM; echo ready > ready; while :; do sleep 0.05; done"
            let process = try sandbox.start([
                "compute", "db", "a", "--output", "x", "--", "sh", "-c", script, "x",
            ])
            try wait { sandbox.exists("ready") }
            kill(process.processIdentifier, SIGTERM)
            #expect(process.outcome() == .failure("sh ended with status 5: nothing was stored", status: 5))
            #expect(try sandbox.names(in: "db") == ["a.lock"])
        }
    }

    @Test("A program that computes its own entry is told, one that computes another is not hindered")
    func nested() throws {
        try Sandbox.run { (sandbox) throws in
            let other = try sandbox.shell(
                "$DIRDB compute db a -- sh -c '$DIRDB compute db b -- echo b; $DIRDB get db b; echo a'")
            #expect(other == Outcome())
            #expect(try sandbox.text("db/a.bin") == "b\na\n")
            let own = try sandbox.shell(
                "$DIRDB compute db c -- sh -c '$DIRDB compute db d -- sh -c \"$DIRDB compute db c -- true\"'")
            #expect(own.status == 1)
            let path = sandbox.path(of: "db")
            #expect(
                own.error.hasPrefix("dirdb: \(path)/c is being computed by the program that asks for it;"))
            let locked = try sandbox.shell("$DIRDB lock db e -- $DIRDB compute db e -- true")
            #expect(locked.status == 1 && locked.error.hasPrefix("dirdb: \(path)/e is being computed"))
        }
    }

    @Test("A limit on file sizes stops the program and stores nothing")
    func fileSizeLimit() throws {
        try Sandbox.run { (sandbox) throws in
            let outcome = try sandbox.shell("ulimit -f 8; exec $DIRDB compute db a -- yes")
            #expect(outcome.status == 1 && outcome.error.contains("File too large"))
            #expect(try sandbox.names(in: "db") == ["a.lock"])
        }
    }
}
