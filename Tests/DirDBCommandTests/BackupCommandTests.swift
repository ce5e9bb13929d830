import DirDB
import Foundation
import Testing

@Suite struct BackupCommandTests {
    private static func fill(_ sandbox: Sandbox) throws {
        try sandbox.write("A", to: "db/a.bin")
        try sandbox.write(#"{"k": 1}"#, to: "db/a.json")
        try sandbox.write("BB", to: "db/sub/b.txt")
        for name in ["db/a.bin", "db/sub/b.txt"] { try sandbox.age(name, days: 1) }
    }

    @Test("backup copies what has changed, tells how much, and restore brings it back")
    func roundTrip() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            let dry =
                "would be copied a (1 B)\nwould be copied sub/b (2 B)\nwould be copied: 2 entries, 3 B\n"
            #expect(try sandbox.dirdb("backup", "db", "copy", "--dry-run") == Outcome(output: dry))
            #expect(!sandbox.exists("copy"))
            #expect(try sandbox.dirdb("backup", "db", "copy") == Outcome(output: "copied: 2 entries, 3 B\n"))
            #expect(
                try sandbox.dirdb("backup", "db", "copy", "--verify")
                    == Outcome(output: "unchanged: 2 entries, 3 B\n"))
            #expect(try sandbox.dirdb("rm", "db", "a") == Outcome())
            #expect(
                try sandbox.dirdb("backup", "db", "copy").output
                    == "unchanged: 1 entry, 2 B\nkept: 1 entry, 1 B\n")
            let json = try sandbox.dirdb("restore", "copy", "db", "--json").output
            let lines = try json.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(
                lines == [
                    ["name": "a", "change": "copied", "bytes": 1],
                    ["name": "sub/b", "change": "unchanged", "bytes": 2],
                ])
            #expect(try sandbox.dirdb("get", "db", "a") == Outcome(output: "A"))
            #expect(try sandbox.dirdb("meta", "db", "a").output.contains("1"))
        }
    }

    @Test("What fails for one entry is told, does not keep the others, and makes the status 1")
    func failures() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try Self.fill(sandbox)
            try sandbox.write("C", to: "db/a.csv")
            let outcome = try sandbox.dirdb("backup", "db", "copy")
            #expect(outcome.status == 1 && outcome.error.contains("several data files"))
            #expect(outcome.error.split(separator: "\n").count == 1)
            #expect(try sandbox.text("copy/sub/b.txt") == "BB")
        }
    }

    @Test("A copy beyond the limit on file sizes, as on a full disk, leaves what was there, and says so")
    func fullDisk() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            try sandbox.write(String(repeating: "x", count: 100_000), to: "db/large.bin")
            #expect(try sandbox.dirdb("backup", "db", "copy").status == 0)
            try sandbox.write(String(repeating: "y", count: 100_000), to: "db/large.bin")
            let outcome = try sandbox.shell("ulimit -f 50; $DIRDB backup db copy")
            #expect(outcome.status == 1 && outcome.error.contains("ulimit -f"))
            #expect(try sandbox.text("copy/large.bin").hasPrefix("x"))
            #expect(try sandbox.names(in: "copy").allSatisfy { !$0.hasPrefix(".") })
            #expect(try sandbox.dirdb("backup", "db", "copy").output.contains("replaced: 1 entry"))
        }
    }

    @Test("A signal ends a backup, and nothing half copied is left")
    func interrupted() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            try sandbox.write(Data(count: 200 << 20), to: "db/b.bin")
            let outcome = try sandbox.interrupt(
                ["backup", "db", "copy"], by: SIGINT, product: "copy",
                when: { (try? sandbox.names(in: "copy").contains { $0.hasSuffix(".tmp") }) == true })
            #expect(outcome == Outcome(status: 130))
            #expect(try sandbox.names(in: "copy").allSatisfy { !$0.hasSuffix(".tmp") && $0 != "b.bin" })
        }
    }

    @Test("merge copies under new keys, refuses conflicts before it changes anything, and moves")
    func merge() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            try sandbox.write("X", to: "other/a.bin")
            let refused = try sandbox.dirdb("merge", "db", "other")
            #expect(refused.status == 1 && refused.error.contains("keys a (1 in all)"))
            #expect(try sandbox.names(in: "other") == ["a.bin"])
            #expect(
                try sandbox.dirdb("merge", "db", "other", "--rename", "*=day/*", "--dry-run").output
                    == "would be copied a as day/a (1 B)\nwould be copied sub/b as day/sub/b (2 B)\n"
                    + "would be copied: 2 entries, 3 B\n")
            #expect(
                try sandbox.dirdb("merge", "db", "other", "--on-conflict", "skip", "--move").output
                    == "moved: 1 entry, 2 B\npruned: 1 sub-database\nskipped: 1 entry, 1 B\n")
            #expect(try sandbox.text("other/sub/b.txt") == "BB" && !sandbox.exists("db/sub"))
            let unused = try sandbox.dirdb("merge", "db", "other", "--rename", "b*=x", "--rename", "*=y/*")
            #expect(
                unused.status == 0
                    && unused.error
                        == "dirdb: warning: the rule 'b*=x' is for none of the keys; look at them with dirdb tree\n"
            )
            #expect(try sandbox.dirdb("merge", "db", "other", "--rename", "a=*").status == 2)
            #expect(try sandbox.dirdb("merge", "db", "other", "--on-conflict", "ask").status == 2)
        }
    }
}
