import Foundation
import Testing

@Suite("dirdb watch", .timeLimit(.minutes(120)))
struct WatchCommandTests {
    @Test("Prints a line for each change until a signal ends it")
    func lines() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "old", "-", input: "x") == Outcome())
            let watch = try sandbox.start(["watch", "db", "-r", "--existing"])
            #expect(watch.readLine() == "existing  old")
            #expect(try sandbox.dirdb("put", "db", "a", "-", "--set", "k=1", input: "x") == Outcome())
            #expect(watch.readLine() == "new       a")
            #expect(try sandbox.dirdb("put", "db", "sub/b", "-", input: "x") == Outcome())
            #expect(watch.readLine() == "new       sub/b")
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "y") == Outcome())
            #expect(watch.readLine() == "replaced  a")
            #expect(try sandbox.dirdb("meta", "db", "a", "--set", "k=2") == Outcome())
            #expect(watch.readLine() == "metadata  a")
            #expect(try sandbox.dirdb("rm", "db", "a") == Outcome())
            #expect(watch.readLine() == "removed   a")
            kill(watch.processIdentifier, SIGINT)
            #expect(watch.outcome() == Outcome(status: 130))
        }
    }

    @Test("Prints objects for programs, by polling too", arguments: [[], ["--poll", "0.01"]])
    func json(polling: [String]) throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "x") == Outcome())
            let watch = try sandbox.start(["watch", "db", "--json", "--existing"] + polling)
            let path = URL(fileURLWithPath: sandbox.path(of: "db")).resolvingSymlinksInPath().path
            let file = "\"format\": \"bin\", \"file\": \"\(path)/a.bin\""
            #expect(watch.readLine() == "{\"change\": \"existing\", \"name\": \"a\", \(file)}")
            #expect(try sandbox.dirdb("rm", "db", "a") == Outcome())
            let gone = "\"format\": null, \"file\": null"
            #expect(watch.readLine() == "{\"change\": \"removed\", \"name\": \"a\", \(gone)}")
            try FileManager.default.removeItem(atPath: path)
            let outcome = watch.outcome()
            #expect(outcome.status == 1 && outcome.error.contains("was removed or moved"))
        }
    }

    @Test(
        "Runs a program once for each new entry, with its path and key; one that fails does not end the watch"
    )
    func program() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "old", "-", input: "x") == Outcome())
            let script = """
                echo "$DIRDB_KEY $(cat "$1")"; test "$DIRDB_KEY" != bad
                "$DIRDB" meta "$DIRDB_DB" "$DIRDB_KEY" --set seen=true
                """
            let watch = try sandbox.start([
                "watch", "db", "--existing", "--exec", "sh", "-ec", script, "sh", "{}",
            ])
            #expect(watch.readLine() == "old x")
            #expect(try sandbox.dirdb("put", "db", "bad", "-", input: "y") == Outcome())
            #expect(watch.readLine() == "bad y")
            #expect(try sandbox.dirdb("put", "db", "bad", "-", input: "replaced") == Outcome())
            #expect(try sandbox.dirdb("put", "db", "a b", "-", input: "z") == Outcome())
            #expect(watch.readLine() == "a b z")
            try wait { try sandbox.dirdb("meta", "db", "a b", "--get", "seen").output == "true\n" }
            kill(watch.processIdentifier, SIGTERM)
            let outcome = watch.outcome()
            #expect(outcome.status == 143 && outcome.output == "")
            let path = URL(fileURLWithPath: sandbox.path(of: "db")).resolvingSymlinksInPath().path
            #expect(outcome.error == "dirdb: warning: sh failed with status 1 for \(path)/bad\n")
            #expect(try sandbox.dirdb("meta", "db", "bad", "--get", "seen").status == 1)
        }
    }

    @Test("A signal while a program runs ends both", arguments: [SIGTERM, SIGHUP])
    func signalToProgram(signal: Int32) throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "x") == Outcome())
            #expect(try sandbox.dirdb("put", "db", "b", "-", input: "x") == Outcome())
            let script = "trap 'echo bye; exit 0' TERM HUP; echo ready; while :; do sleep 0.01; done"
            let watch = try sandbox.start(["watch", "db", "--existing", "--exec", "sh", "-c", script])
            #expect(watch.readLine() == "ready")
            kill(watch.processIdentifier, signal)
            #expect(watch.outcome() == Outcome(status: 128 + signal, output: "bye\n"))
        }
    }

    @Test("What cannot be done is said")
    func refusals() throws {
        try Sandbox.run { sandbox in
            let missing = try sandbox.dirdb("watch", "db")
            #expect(missing.status == 1 && missing.error.contains("there is no database"))
            #expect(!sandbox.exists("db"))
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "x") == Outcome())
            let program = try sandbox.dirdb("watch", "db", "--existing", "--exec", "./absent")
            #expect(
                program.status == 1 && program.error.hasPrefix("dirdb: cannot run ./absent: No such file"))
            for arguments in [["--poll", "0"], ["--poll", "x"], ["--json", "--exec", "true"], ["--exec"]] {
                #expect(try sandbox.dirdb(through: ["env"], ["watch", "db"] + arguments).status == 2)
            }
        }
    }
}
