import Foundation
import Testing

@Suite struct InterruptionTests {
    @Test(
        "A signal ends put from an open pipe with 128 + N, silently, and leaves no file",
        arguments: [SIGINT, SIGTERM, SIGHUP])
    func put(signal: Int32) throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.dirdb("put", "db", "a", "-", input: "old") == Outcome())
            let process = try sandbox.start(["put", "db", "a", "-", "--set", "k=1"])
            if let pipe = process.standardInput as? Pipe {
                try pipe.fileHandleForWriting.write(contentsOf: Data("part".utf8))
            }
            try wait { try sandbox.names(in: "db").contains { $0.hasSuffix(".tmp") } }
            kill(process.processIdentifier, signal)
            #expect(process.outcome() == Outcome(status: 128 + signal))
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.lock"])
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "old"))
        }
    }

    @Test("A signal ends the waiting for a lock")
    func waiting() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            let holder = try sandbox.start(["lock", "db", "a", "--", "sh", "-c", "echo ready; read line"])
            #expect(holder.readLine() == "ready")
            let process = try sandbox.start(["rm", "db", "a", "--timeout", "inf"])
            // Until it has the lock file open it may not have come to the waiting.
            try wait { process.hasOpen("/db") || process.hasOpen("/a.lock") }
            kill(process.processIdentifier, SIGINT)
            #expect(process.outcome() == Outcome(status: 130))
            try holder.closeInput()
            holder.waitUntilExit()
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.lock"])
        }
    }

    @Test("A signal to the demo ends its workers too, and no half array is left")
    func demo() throws {
        try Sandbox.run { sandbox in
            let outcome = try sandbox.interrupt(
                ["demo", "db", "--entries", "1000", "--mib", "1"], by: SIGINT, product: "db",
                when: { try sandbox.exists("db") && !sandbox.names(in: "db").isEmpty })
            #expect(outcome == Outcome(status: 130))
            #expect(try sandbox.names(in: "db").allSatisfy { !$0.hasPrefix(".") })
        }
    }

    @Test("A signal ends get while nobody reads the pipe that it is to write")
    func output() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.shell("echo x | $DIRDB put db a -; mkfifo f") == Outcome())
            let process = try sandbox.start(["get", "db", "a", "-o", "f"])
            // It has read the signals' dispositions; whether it already waits for a reader or not: it must end.
            try wait { process.hasOpen("/db/a.bin") }
            kill(process.processIdentifier, SIGINT)
            #expect(process.outcome() == Outcome(status: 130))
        }
    }

    @Test("A signal that was ignored from the start stays ignored, as under nohup")
    func ignored() throws {
        try Sandbox.run { sandbox in
            #expect(try sandbox.shell("mkfifo pipe") == Outcome())
            let script = "trap '' HUP; exec $DIRDB put db a pipe --format bin"
            let process = try sandbox.launch(["sh", "-c", script], executable: "/usr/bin/env")
            // Opening waits for the reader, who then has done with its own dispositions.
            let pipe = try FileHandle(forWritingTo: URL(fileURLWithPath: sandbox.path(of: "pipe")))
            kill(process.processIdentifier, SIGHUP)
            try pipe.write(contentsOf: Data("done".utf8))
            try pipe.close()
            #expect(process.outcome() == Outcome())
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "done"))
        }
    }
}
