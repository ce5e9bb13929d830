import DirDB
import DirDBDumpers
import Foundation
import TestSupport
import Testing

@testable import DirDBWorkflow

@Suite("Provenance")
struct ProvenanceTests {
    private static let provenance = Provenance(
        host: "h", user: "u", program: "p", version: "1", command: ["p", "--x"],
        git: GitState(porcelain: "# branch.oid abc\n# branch.head main\n1 .M N... a.swift"))

    @Test("It is recorded beside the user's keys, in one commit with the data")
    func record() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try db["x"].put(NDArray([1.0, 2]), meta: ["epoch": 3], provenance: Self.provenance)
        let meta = try db["x"].meta
        var record = meta[Provenance.key]
        #expect(meta.epoch == 3)
        let time = record.remove("time")?.asString ?? ""
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        let checksum = record.remove("checksum")?.asString ?? ""
        #expect(checksum.wholeMatch(of: /xxh3:[0-9a-f]{16}/) != nil)
        #expect(
            record == [
                "host": "h", "user": "u", "program": "p", "version": "1", "command": ["p", "--x"],
                "git": ["commit": "abc", "dirty": true], "format": "npy", "bytes": 144,
            ])
        #expect(try checks(db) == ["x": .matches])
    }

    @Test(
        "A change of the data without provenance forgets what was recorded of the old, unless it knows nothing of it"
    )
    func forget() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try db["x"].put(NDArray([1.0]), meta: ["k": 1], provenance: Self.provenance)
        try db["x"].put(NDArray([2.0]), provenance: nil)
        #expect(try db["x"].meta == ["k": 1])
        try db["x"].put(NDArray([3.0]), provenance: Self.provenance)
        try db["x"].updateMeta { $0.k = 2 }
        #expect(try checks(db) == ["x": .matches])
        _ = try db["x"].getOrPut(force: true) { NDArray([4.0]) }
        #expect(try db["x"].meta == ["k": 2])
        _ = try db["x"].getOrPut(provenance: Self.provenance, force: true) { NDArray([5.0]) }
        #expect(try checks(db) == ["x": .matches])
        try db["x"].put(NDArray([6.0]))
        #expect(try checks(db) == ["x": .differs])
    }

    @Test("A database asks for it in its own metadata")
    func perDatabase() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        #expect(try db.provenance() == nil)
        try db.updateMeta { $0.provenance = true }
        let provenance = try #require(try db.provenance(version: "7"))
        #expect(provenance.version == "7" && provenance.host != nil && !provenance.user.isEmpty)
        #expect(provenance.command == CommandLine.arguments)
        try db.updateMeta { $0.provenance = "yes" }
        #expect(errorCode { _ = try db.provenance() } == .damagedMetadata)
    }

    @Test("Of a long command line the beginning is recorded")
    func longCommand() {
        let arguments = ["p"] + [String](repeating: String(repeating: "x", count: 1000), count: 10)
        #expect(Provenance.shortened(arguments) == Array(arguments[..<5]) + ["… 6 more"])
        #expect(Provenance.shortened(["p", "a"]) == ["p", "a"])
    }

    @Test(
        "The state of git, as git status prints it",
        arguments: [
            ("# branch.oid 12ab\n# branch.head main\n", "12ab clean"),
            ("# branch.oid 12ab\n# branch.head main\n1 .M N... 100644 a\n", "12ab dirty"),
            ("# branch.oid (initial)\n# branch.head main\n", "none"), ("", "none"), ("fatal", "none"),
        ])
    func git(text: String, expected: String) {
        let state = GitState(porcelain: text)
        #expect(state.map { "\($0.commit) \($0.isDirty ? "dirty" : "clean")" } ?? "none" == expected)
    }

    @Test(
        "The checksum is that of the reference implementation",
        arguments: [("", "2d06800538d394c2"), ("abc", "78af5f94892f3950")])
    func reference(text: String, digits: String) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try db["x"].put(Array(text.utf8), provenance: Self.provenance)
        #expect(try db["x"].meta[Provenance.key].checksum == .string("xxh3:\(digits)"))
    }

    @Test("Data of many pieces has the checksum of the whole")
    func largeData() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        var bytes = [UInt8](repeating: 7, count: 1_000_001)
        try db["x"].put(bytes, provenance: Self.provenance)
        #expect(try checks(db) == ["x": .matches])
        bytes[900_000] ^= 1
        try directory.write(Data(bytes), to: "db/x.bin")
        #expect(try checks(db) == ["x": .differs])
    }
}

/// The outcomes of all checks by the names of the entries.
func checks(_ db: Database) throws -> [String: ChecksumCheck.Outcome] {
    var outcomes: [String: ChecksumCheck.Outcome] = [:]
    try db.verifyChecksums { check in
        outcomes[String(check.path.dropFirst(db.path.count + 1))] = check.outcome
    }
    return outcomes
}
