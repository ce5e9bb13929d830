import DirDB
import Foundation
import TestSupport
import Testing

/// A user without rights, as whom the executable is run by setpriv(1).
private enum Nobody {
    static let prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    static let isPossible: Bool = {
        var isPossible = false
        try? Sandbox.run { (sandbox) throws in
            isPossible = try sandbox.dirdb(through: prefix, "--version").status == 0
        }
        return isPossible
    }()
}

/// Read-only directories, seen by a user who is not root.
@Suite(.enabled(if: Nobody.isPossible, "setpriv(1) cannot run the executable as user 65534"))
struct PermissionTests {
    @Test("Looking at a read-only directory works, changing it is an error, and nothing is created")
    func readOnlyDirectory() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            try sandbox.write(#"{"k": 1}"#, to: "db/a.json")
            #expect(try sandbox.shell("chmod 755 . && chmod 555 db && chmod 444 db/*") == Outcome())
            let meta = try sandbox.dirdb(through: Nobody.prefix, "meta", "db", "a", "--json")
            #expect(meta == Outcome(output: #"{"k": 1}"# + "\n"))
            #expect(try sandbox.dirdb(through: Nobody.prefix, "get", "db", "a") == Outcome(output: "x"))
            let list = try sandbox.dirdb(through: Nobody.prefix, "ls", "db")
            #expect(
                list.status == 0 && list.error.isEmpty && list.output.split(separator: "\n").count == 2)
            #expect(
                try sandbox.dirdb(through: Nobody.prefix, "verify", "db")
                    == Outcome(error: "dirdb: no findings\n"))
            let sentence = """
                cannot create \(sandbox.path(of: "db"))/a.lock: Permission denied; ask its owner, or that of its \
                directory, for permission
                """
            for change in [["put", "db", "a", "/dev/null"], ["rm", "db", "a"]] {
                let outcome = try sandbox.dirdb(through: Nobody.prefix, change)
                #expect(outcome == .failure(sentence))
            }
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.json"])
        }
    }

    @Test("A file that may not be read is none that verify calls damaged, whether data or metadata")
    func unreadableFiles() throws {
        try Sandbox.run { sandbox in
            for name in ["a.bin", "a.json", "b.bin", ".dirdb.json"] {
                try sandbox.write("{}", to: "db/\(name)")
            }
            let files = "db/a.json db/b.bin db/.dirdb.json"
            #expect(try sandbox.shell("chmod 755 . db && chmod 600 \(files)") == Outcome())
            let outcome = try sandbox.dirdb(through: Nobody.prefix, "verify", "db", "--json")
            let found = try outcome.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(outcome.status == 1 && found.count == 3 && found.allSatisfy { $0.kind == "unreadable" })
            let remedy = "ask its owner, or that of its directory, for permission"
            #expect(found.allSatisfy { $0.message.asString?.hasSuffix(remedy) == true })
        }
    }

    @Test("The register is listed where it cannot be made, and a search names what it could not read")
    func register() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/sub/a.bin")
            #expect(try sandbox.shell("chmod 755 . && chmod 700 db/sub && mkdir -m 777 own") == Outcome())
            func nobody(_ home: String, _ arguments: String...) throws -> Outcome {
                let home = "XDG_DATA_HOME=\(sandbox.path(of: home))"
                return try sandbox.dirdb(through: Nobody.prefix + ["env", home], arguments)
            }
            #expect(try nobody("db", "register") == Outcome())
            #expect(try nobody("db", "find-db", "x").error.contains("the register knows no database x"))
            let cause = "cannot open the directory \(sandbox.path(of: "db"))/sub: Permission denied"
            let outcome = try nobody("own", "find-db", "x", "--search", "db")
            #expect(
                outcome.status == 1 && outcome.error.contains("could not be read, as: \(cause)"), "\(outcome)"
            )
        }
    }

    @Test(
        "The doctor of a read-only directory says what could not be tried, creates nothing, and does not fail"
    )
    func doctor() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            #expect(try sandbox.shell("chmod 755 . && chmod 555 db && chmod 444 db/*") == Outcome())
            let outcome = try sandbox.dirdb(through: Nobody.prefix, "doctor", "db")
            #expect(outcome.status == 0 && outcome.error.isEmpty)
            let sentence = "Not tried: cannot create the directory \(sandbox.path(of: "db"))/.dirdb-doctor."
            #expect(outcome.output.contains("\n\n\(sentence)"))
            #expect(outcome.output.contains("Permission denied") && !outcome.output.contains("Safe: "))
            let json = try sandbox.dirdb(through: Nobody.prefix, "doctor", "db", "--json").output
            #expect(json.contains(#""isSafe": null"#))
            #expect(json.contains(#""exclusion": {"holds": null, "detail": "cannot create"#))
            #expect(try sandbox.names(in: "db") == ["a.bin"])
        }
    }

    @Test("An entry is copied out of a read-only directory, which no lock file can be made in")
    func copyOut() throws {
        try Sandbox.run { sandbox in
            try sandbox.write("x", to: "db/a.bin")
            try sandbox.write(#"{"k": 1}"#, to: "db/a.json")
            #expect(try sandbox.shell("chmod 755 . db && mkdir -m 777 own") == Outcome())
            let to = sandbox.path(of: "own/db")
            let copied = try sandbox.dirdb(
                through: Nobody.prefix, "cp", sandbox.path(of: "db"), "a", "b", "--to", to)
            #expect(copied == Outcome())
            #expect(try sandbox.names(in: "db") == ["a.bin", "a.json"])
            #expect(try sandbox.names(in: "own/db") == ["b.bin", "b.json", "b.lock"])
        }
    }
}
