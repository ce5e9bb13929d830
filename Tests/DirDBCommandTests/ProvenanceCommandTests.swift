import Foundation
import Testing

@Suite struct ProvenanceCommandTests {
    /// What was recorded of an entry.
    private func record(_ sandbox: Sandbox, _ key: String) throws -> [String: Any] {
        let text = try sandbox.dirdb("meta", "db", key, "--get", "_dirdb", "--json").output
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? [String: Any])
    }

    @Test("put records program, command line, git and checksum on request")
    func put() throws {
        try Sandbox.run { (sandbox) throws in
            let script = """
                git init -q . && git config user.email a@b && git config user.name n && echo x > f && git add f && \
                git commit -q -m m && $DIRDB put db a f --provenance --meta '{"k": 1}' && echo y > f && \
                $DIRDB put db b f --provenance && git rev-parse HEAD
                """
            let outcome = try sandbox.shell(script)
            #expect(outcome.status == 0)
            let clean = try record(sandbox, "a")
            #expect(clean["program"] as? String == "dirdb" && clean["bytes"] as? Int == 2)
            let command = try #require(clean["command"] as? [String])
            #expect(command.dropFirst() == ["put", "db", "a", "f", "--provenance", "--meta", #"{"k": 1}"#])
            let commit = outcome.output.split(separator: "\n").last.map(String.init)
            let git = try #require(clean["git"] as? [String: Any])
            #expect(git["commit"] as? String == commit && git["dirty"] as? Bool == false)
            let changed = try #require(try record(sandbox, "b")["git"] as? [String: Any])
            #expect(changed["commit"] as? String == commit && changed["dirty"] as? Bool == true)
            #expect(try sandbox.dirdb("meta", "db", "a", "--get", "k") == Outcome(output: "1\n"))
        }
    }

    @Test("Without repository or git there are no such keys")
    func withoutGit() throws {
        try Sandbox.run { (sandbox) throws in
            let environment = ["GIT_CEILING_DIRECTORIES": "/", "GIT_DIR": sandbox.path(of: "none")]
            let put = try sandbox.dirdb(
                "put", "db", "a", "-", "--provenance", input: "x", environment: environment)
            #expect(put == Outcome())
            #expect(try record(sandbox, "a")["git"] == nil)
            let bare = try sandbox.dirdb(
                "put", "db", "b", "-", "--provenance", environment: ["PATH": "/nowhere"])
            #expect(bare == Outcome())
            #expect(try record(sandbox, "b")["git"] == nil)
        }
    }

    @Test("A database that asks for it gets it, unless the command says otherwise")
    func perDatabase() throws {
        try Sandbox.run { (sandbox) throws in
            #expect(try sandbox.dirdb("put", "db", "a", "-") == Outcome())
            #expect(try sandbox.dirdb("db-meta", "db", "--set", "provenance=true") == Outcome())
            #expect(try sandbox.dirdb("put", "db", "sub/b", "-") == Outcome())
            #expect(try sandbox.dirdb("put", "db", "c", "-", "--no-provenance") == Outcome())
            #expect(try sandbox.dirdb("compute", "db", "d", "--", "echo", "x") == Outcome())
            try sandbox.write("a,b\n1,2\n", to: "in/e.csv")
            #expect(try sandbox.dirdb("import", "files", "in", "db").status == 0)
            let checked = try sandbox.dirdb("verify", "db", "--checksums", "--json")
            #expect(checked.status == 0)
            #expect(checked.error == "dirdb: checksums: 3 match, 2 not recorded\ndirdb: no findings\n")
            let kinds = checked.output.split(separator: "\n").map { $0.contains("\"no-checksum\"") }
            #expect(kinds == [true, true])
        }
    }

    @Test("What the database asks for cannot be read: the data is stored, with a warning")
    func damagedSettings() throws {
        try Sandbox.run(verifies: false) { (sandbox) throws in
            try sandbox.write("{", to: "db/.dirdb.json")
            let put = try sandbox.dirdb("put", "db", "a", "-", input: "x")
            #expect(
                put.status == 0
                    && put.error.hasPrefix("dirdb: warning: no provenance is recorded: the metadata in "))
            #expect(try sandbox.text("db/a.bin") == "x")
        }
    }

    @Test("verify --checksums finds what was changed, and put forgets what was recorded of old data")
    func verify() throws {
        try Sandbox.run(verifies: false) { (sandbox) throws in
            for key in ["a", "b", "c"] {
                #expect(try sandbox.dirdb("put", "db", key, "-", "--provenance", input: key) == Outcome())
            }
            try sandbox.write("B", to: "db/b.bin")
            #expect(try sandbox.dirdb("put", "db", "c", "-", input: "new") == Outcome())
            let checked = try sandbox.dirdb("verify", "db", "--checksums")
            #expect(checked.status == 1)
            let lines = checked.output.split(separator: "\n")
            let path = sandbox.path(of: "db")
            #expect(lines.count == 2 && lines[0].hasPrefix("\(path)/b: the data, 1 bytes, written 20"))
            #expect(
                lines[1] == "\(path)/c: no checksum is recorded; put the data with its provenance")
            #expect(
                checked.error
                    == "dirdb: checksums: 1 match, 1 differ, 1 not recorded\ndirdb: 1 finding\n")
            try sandbox.write("{", to: "db/a.json")
            let damaged = try sandbox.dirdb("verify", "db", "--checksums")
            #expect(damaged.output.split(separator: "\n").count { $0.contains("a.json") } == 1)
            #expect(damaged.error.hasSuffix("\ndirdb: 2 findings\n"))
        }
    }
}
