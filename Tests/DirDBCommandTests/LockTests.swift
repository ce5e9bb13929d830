import Foundation
import Testing

@Suite struct LockTests {
    @Test(
        "The status is that of the program",
        arguments: [
            ("true", 0), ("sh -c 'exit 7'", 7), ("sh -c 'kill -9 $$'", 137), ("sh -c 'kill -INT $$'", 130),
        ])
    func status(command: String, expected: Int32) throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let script = "exec env --default-signal=INT $DIRDB lock db a -- \(command)"
            #expect(try sandbox.shell(script) == Outcome(status: expected))
        }
    }

    @Test("A program that does not exist is status 127")
    func missingProgram() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            #expect(
                try sandbox.dirdb("lock", "db/a", "--", "no-such-program", "-x")
                    == .failure(
                        "cannot run no-such-program: No such file or directory; check its name and PATH",
                        status: 127))
        }
    }

    @Test(
        "The program runs with its arguments, an empty signal mask, and the entry's path in the environment")
    func environment() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let outcome = try sandbox.dirdb(
                "lock", "db", "a", "--", "sh", "-c",
                "echo $DIRDB_LOCKED_ENTRY $1; grep -c 'SigBlk:.0*$' /proc/self/status", "--", "--json")
            #expect(outcome == Outcome(output: "\(sandbox.path(of: "db"))/a --json\n1\n"))
        }
    }

    @Test("While the lock is held others fail with its holder's name, or wait for it")
    func exclusion() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let holder = try sandbox.start(["lock", "db", "a", "--", "sh", "-c", "echo ready; read line"])
            #expect(holder.readLine() == "ready")
            let path = "\(sandbox.path(of: "db"))/a"
            let who = "\(path) is locked by process \(holder.processIdentifier) (dirdb)"
            let commands = [
                "put db a -", "meta db a --set k=1", "rm db a", "mv db a c", "cp db b a --replace",
                "lock db a",
            ]
            try sandbox.write("y", to: "db/b.bin")
            for command in commands {
                let end = command.hasPrefix("lock") ? "-- true" : ""
                #expect(
                    try sandbox.shell("$DIRDB \(command) --timeout 0 \(end)")
                        == .failure("\(who); wait for it, or allow more time"))
            }
            #expect(
                try sandbox.dirdb("put", "db", "a", "-", "--timeout", "0.05")
                    == .failure(
                        "\(who) and was not released within 0.05 seconds; wait for it, or allow more time"))
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "x"))
            let shown = try sandbox.dirdb("show", "db", "a").output
            #expect(shown.contains("lock      held by process \(holder.processIdentifier) (dirdb)\n"))
            let waiter = try sandbox.start(["meta", "db", "a", "--set", "k=1", "--timeout", "inf"])
            try holder.closeInput()
            #expect(holder.outcome() == Outcome(status: 1))
            #expect(waiter.outcome() == Outcome())
            #expect(try sandbox.text("db/a.json") == #"{"k": 1}"#)
        }
    }

    @Test("Shared locks go together and keep writers out")
    func shared() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let inner = "$DIRDB lock db a --shared --timeout 0 -- echo in; $DIRDB rm db a --timeout 0"
            let outcome = try sandbox.dirdb("lock", "db", "a", "--shared", "--", "sh", "-c", inner)
            #expect(outcome.status == 1 && outcome.output == "in\n")
            #expect(outcome.error.hasPrefix("dirdb: \(sandbox.path(of: "db"))/a is locked by process "))
        }
    }

    @Test("SIGINT is left to the program, SIGTERM is passed on to it")
    func signals() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let script = "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"
            let process = try sandbox.start(["lock", "db", "a", "--", "sh", "-c", script])
            #expect(process.readLine() == "ready")
            kill(process.processIdentifier, SIGINT)
            kill(process.processIdentifier, SIGTERM)
            #expect(process.outcome() == Outcome(status: 5))
        }
    }

    @Test("A signal that comes while the program is only being started reaches it")
    func signalAtStart() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let script = "trap 'exit 5' TERM; kill -TERM $PPID; while :; do sleep 0.05; done"
            // It is a matter of microseconds, so more than once.
            for _ in 0..<20 {
                let process = try sandbox.start(["lock", "db", "a", "--", "sh", "-c", script])
                #expect(process.outcome() == Outcome(status: 5))
            }
        }
    }
}
