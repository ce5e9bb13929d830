import DirDB
import Foundation
import Testing

// For Swift a slash and the combining mark behind it are one Character: a key that is split by Character is not split.
@Suite struct CombiningMarkTests {
    private static let name = "\u{301}x"

    private static func fill(_ sandbox: Sandbox) throws {
        try sandbox.write("A", to: "db/sub/\(name).bin")
        try sandbox.write("B", to: "db/\(name).bin")
    }

    @Test("Keys whose names begin with a combining mark are listed, shown and read, given either way")
    func reading() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            for argument in ["-r", "*/\(Self.name)"] {
                let listed = try sandbox.dirdb("ls", "db", argument, "--json").output.split(separator: "\n")
                let keys = try listed.map { try JSON(parsing: String($0))["name"] }
                #expect(keys.contains(.string("sub/\(Self.name)")), "\(argument)")
            }
            #expect(try sandbox.dirdb("get", "db", "sub/\(Self.name)") == Outcome(output: "A"))
            #expect(try sandbox.dirdb("get", "db/sub/\(Self.name)") == Outcome(output: "A"))
            #expect(try sandbox.dirdb("get", "db/\(Self.name)") == Outcome(output: "B"))
            #expect(try sandbox.dirdb("get", "db", Self.name, "-o", "./\(Self.name)") == Outcome())
            #expect(try sandbox.text(Self.name) == "B")
        }
    }

    @Test("Such keys are merged, also under such names, copied and removed")
    func changing() throws {
        try Sandbox.run { sandbox in
            try Self.fill(sandbox)
            #expect(try sandbox.dirdb("merge", "db", "other") == Outcome(output: "copied: 2 entries, 2 B\n"))
            #expect(try sandbox.text("other/sub/\(Self.name).bin") == "A")
            let renamed = try sandbox.dirdb("merge", "db", "third", "--rename", "sub/*=\(Self.name)/*")
            #expect(renamed == Outcome(output: "copied: 2 entries, 2 B\n"))
            #expect(try sandbox.text("third/\(Self.name)/\(Self.name).bin") == "A")
            #expect(try sandbox.dirdb("cp", "db/\(Self.name)", "db/\(Self.name)y") == Outcome())
            #expect(try sandbox.text("db/\(Self.name)y.bin") == "B")
            #expect(try sandbox.dirdb("rm", "db", "sub/\(Self.name)") == Outcome())
            #expect(try sandbox.dirdb("rm", "other/sub/\(Self.name)") == Outcome())
            let removed = try sandbox.dirdb("rm", "-r", "third", "\(Self.name)/\(Self.name)")
            #expect(removed == Outcome(output: "removed: 1 entry, 1 B\npruned: 1 sub-database\n"))
            for file in ["db/sub", "other/sub"] {
                #expect(!sandbox.exists("\(file)/\(Self.name).bin"))
            }
        }
    }
}
