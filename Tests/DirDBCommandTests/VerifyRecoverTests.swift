import DirDB
import Foundation
import Testing

@Suite struct VerifyRecoverTests {
    private static func damage(_ sandbox: Sandbox) throws {
        try sandbox.write("x", to: "db/a.bin")
        try sandbox.write("{", to: "db/a.json")
        try sandbox.write("half", to: "db/.a.0123456789abcdef.bin.tmp")
        try sandbox.write("x", to: "db/sub/b.npy")
        try sandbox.write("", to: "db/gone.lock")
    }

    @Test("verify prints path, cause and remedy of each finding, counts them, and fails")
    func verify() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.damage(sandbox)
            let outcome = try sandbox.dirdb("verify", "db")
            let db = sandbox.path(of: "db")
            let lines = outcome.output.split(separator: "\n")
            #expect(outcome.status == 1 && outcome.error == "dirdb: 3 findings\n" && lines.count == 3)
            #expect(
                lines.first == """
                    \(db)/.a.0123456789abcdef.bin.tmp is not part of the database: a write was cut short, or is under \
                    way; run recover, which removes it when its writer is dead
                    """)
            let second = lines.dropFirst().first
            #expect(second?.hasPrefix("the metadata in \(db)/a.json is damaged: line 1") == true)
            #expect(lines.last?.hasPrefix("\(db)/sub/b.npy is damaged: ") == true)
            let json = try sandbox.dirdb("verify", "db", "--json")
            let found = try json.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(found.map(\.kind) == ["leftover-temporary", "damaged", "damaged"])
            #expect(found[0].cause == "a write was cut short, or is under way")
            #expect(found[0].remedy == "run recover, which removes it when its writer is dead")
            #expect(found[0].message.asString == lines.first.map(String.init))
        }
    }

    @Test("verify finds damaged metadata of the database itself and of its sub-databases")
    func databaseMetadata() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write("x", to: "db/sub/a.bin")
            try sandbox.write(#"{"id": "runs-7"}"#, to: "db/.dirdb.json")
            #expect(try sandbox.dirdb("verify", "db") == Outcome(error: "dirdb: no findings\n"))
            try sandbox.write("[]", to: "db/.dirdb.json")
            try sandbox.write("", to: "db/sub/.dirdb.json")
            let outcome = try sandbox.dirdb("verify", "db")
            let path = sandbox.path(of: "db")
            #expect(outcome.status == 1 && outcome.error == "dirdb: 2 findings\n")
            #expect(outcome.output.contains("\(path)/.dirdb.json is damaged: it is not a JSON object"))
            #expect(outcome.output.contains("\(path)/sub/.dirdb.json is damaged: "))
        }
    }

    @Test("verify --checksums finds links whose raw files are gone or have changed")
    func brokenLinks() throws {
        try Sandbox.run { sandbox in
            let text = "t\tVm run 00\n0.0\t-5.0\n0.5\t5.0\n1.0\t-5.0\n"
            let file = "raw/20150815-1530_0/0_vm_all_traces.csv"
            try sandbox.write(text, to: file)
            let options = "--link --no-parameters --no-synapse-activation"
            #expect(try sandbox.shell("$DIRDB import simrun raw db \(options)").status == 0)
            #expect(try sandbox.dirdb("verify", "db", "--checksums").status == 0)
            try sandbox.write(text + "1.5\t-5.0\n", to: file)
            #expect(try sandbox.dirdb("verify", "db").status == 0)
            let path = sandbox.path(of: "db")
            let changed = try sandbox.dirdb("verify", "db", "--checksums", "--json")
            #expect(changed.status == 1 && changed.error.hasSuffix("dirdb: 2 findings\n"))
            let found = try changed.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
                .filter { $0.kind == "broken-link" }
            #expect(found.map(\.path) == [.string("\(path)/spike_times"), .string("\(path)/voltage_traces")])
            let sentence = found.first?.message.asString
            #expect(sentence?.contains("\(file) has changed since") == true)
            #expect(sentence?.hasSuffix("; import the results again") == true)
            #expect(try sandbox.shell("rm -r raw").status == 0)
            let gone = try sandbox.dirdb("verify", "db", "--checksums")
            #expect(
                gone.status == 1 && gone.output.contains("spike_times is only a link to it; bring it back"))
        }
    }

    @Test("recover removes what a dead writer left, and lock files of absent entries only when asked")
    func recover() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.damage(sandbox)
            #expect(try sandbox.dirdb("recover", "db") == Outcome(output: "temporary files removed: 1\n"))
            #expect(sandbox.exists("db/gone.lock"))
            let locks = "temporary files removed: 0\nlock files removed: 1\n"
            #expect(try sandbox.dirdb("recover", "db", "--remove-locks") == Outcome(output: locks))
            #expect(!sandbox.exists("db/gone.lock") && sandbox.exists("db/a.lock"))
            let json = #"{"settled": [], "removedTemporaries": 0, "removedLocks": 0, "failures": []}"#
            #expect(try sandbox.dirdb("recover", "db", "--json") == Outcome(output: json + "\n"))
        }
    }

    @Test("recover fails for an entry that is locked, and says by whom")
    func recoverLocked() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("half", to: "db/.a.0123456789abcdef.bin.tmp")
            let holder = try sandbox.start(["lock", "db", "a", "--", "sh", "-c", "echo ready; read line"])
            #expect(holder.readLine() == "ready")
            let sentence = """
                \(sandbox.path(of: "db"))/a is locked by process \(holder.processIdentifier) (dirdb); wait for it, or \
                allow more time
                """
            #expect(
                try sandbox.dirdb("recover", "db", "--timeout", "0")
                    == .failure(sentence, output: "temporary files removed: 0\n"))
            try holder.closeInput()
            holder.waitUntilExit()
            #expect(try sandbox.dirdb("recover", "db").output == "temporary files removed: 1\n")
        }
    }

    @Test("ls marks a commit that was cut short and leaves it; get settles it")
    func pendingCommit() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            // A torn record: nothing visible had happened yet.
            try sandbox.write("dirdb-intent", to: "db/.a.intent")
            let list = try sandbox.dirdb("ls", "db")
            #expect(list.status == 0 && list.output.contains("! pending"))
            #expect(
                list.error.hasPrefix("dirdb: warning: a commit of \(sandbox.path(of: "db"))/a was cut short"))
            #expect(list.error.hasSuffix("; open it for writing once: dirdb recover DB\n"))
            #expect(try sandbox.names(in: "db") == [".a.intent", "a.bin"])
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "x"))
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.lock"])
        }
    }

    @Test("A database that is missing is an error of each command that needs it")
    func missingDatabase() throws {
        try Sandbox.run { (sandbox) throws in
            let sentence = "there is no database at none; check the path or create it by a first put"
            let commands = [
                "ls none", "show none a", "meta none a", "meta none a --set k=1", "get none a", "rm none a",
                "mv none a b", "cp none a b", "lock none a -- true", "verify none", "recover none",
            ]
            for command in commands {
                #expect(try sandbox.shell("$DIRDB \(command)") == .failure(sentence))
            }
            #expect(try sandbox.names(in: ".").isEmpty)
        }
    }
}
