import DirDB
import DirDBDumpers
import Foundation
import TestSupport
import Testing

@testable import DirDBWorkflow

@Suite("Comparing with recorded checksums")
struct ChecksumTests {
    private static let provenance = Provenance(
        host: nil, user: "u", program: "p", version: nil, command: [], git: nil)

    @Test("Each entry at any depth is told with its outcome, in the order of the paths")
    func outcomes() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        for name in ["changed", "whole", "foreign", "number", "kind", "broken"] {
            try db["sub", name].put(Array(name.utf8), provenance: Self.provenance)
        }
        try db["plain"].put([UInt8(1)])
        try db["empty"].put([UInt8(1)], meta: ["_dirdb": ["host": "h"]])
        try directory.write("chAnged", to: "db/sub/changed.bin")
        try db["sub", "foreign"].updateMeta { $0["_dirdb"] = 5 }
        try db["sub", "number"].updateMeta { $0["_dirdb"]["checksum"] = 5 }
        try db["sub", "kind"].updateMeta { $0["_dirdb"]["checksum"] = "md5:00" }
        try directory.write("{", to: "db/sub/broken.json")
        try directory.write("{}", to: "db/only.json")
        var found: [String] = []
        try db.verifyChecksums {
            found.append("\($0.path.dropFirst(db.path.count + 1)) \($0.outcome.rawValue)")
        }
        #expect(
            found == [
                "empty no-checksum", "plain no-checksum", "sub/broken.json checksum-unknown",
                "sub/changed checksum-differs", "sub/foreign checksum-unknown", "sub/kind checksum-unknown",
                "sub/number checksum-unknown", "sub/whole checksum-matches",
            ])
    }

    @Test("A finding says what is there and what was recorded")
    func sentence() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try db["x"].put([UInt8(1)], provenance: Self.provenance)
        try db["x"].updateMeta { $0["_dirdb"]["time"] = "2020-01-02T03:04:05Z" }
        try db["x"].put([UInt8](repeating: 1, count: 9))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
            ofItemAtPath: directory.path(of: "db/x.bin"))
        var causes: [String] = []
        try db.verifyChecksums { causes.append($0.cause) }
        #expect(
            causes == [
                "the data, 9 bytes, written 2023-11-14T22:13:20Z, is not the 1 bytes whose checksum was recorded"
                    + " 2020-01-02T03:04:05Z: it is damaged, or a program that records none has replaced it"
            ])
    }

    @Test("A huge record, deeply nested, is no obstacle")
    func hugeRecord() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try directory.write("x", to: "db/a.bin")
        try directory.write("x", to: "db/b.bin")
        let long = String(repeating: "x", count: 5_000_000)
        try directory.write(#"{"_dirdb": {"checksum": "\#(long)", "time": "\#(long)"}}"#, to: "db/a.json")
        let deep = String(repeating: "[", count: 100_000)
        try directory.write(#"{"_dirdb": {"checksum": \#(deep)"#, to: "db/b.json")
        var sizes: [Int] = []
        try db.verifyChecksums { check in
            #expect(check.outcome == .uncheckable)
            sizes.append(check.cause.utf8.count)
        }
        #expect(sizes.count == 2 && sizes.allSatisfy { $0 < 500 })
    }

    @Test("Of more entries than are checked at once each is told once")
    func many() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        for number in 0..<1100 { try directory.write("x", to: "db/\(number).bin") }
        var paths: [String] = []
        try db.verifyChecksums { paths.append($0.path) }
        #expect(paths.count == 1100 && Set(paths).count == 1100)
    }

    @Test("Writers at work are never taken for damage")
    func writers() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try db["x"].put(Generation.bytes(0), provenance: Self.provenance)
        let isDone = Shared(false)
        let failures = Shared<[String]>([])
        onThreads(2) { role in
            do {
                if role == 0 {
                    defer { isDone.change { $0 = true } }
                    for number in 0..<300 {
                        try db["x"].put(Generation.bytes(Int64(number)), provenance: Self.provenance)
                    }
                } else {
                    while !isDone.current {
                        try db.verifyChecksums { check in
                            if check.outcome != .matches {
                                failures.change { $0.append("\(check.outcome) \(check.cause)") }
                            }
                        }
                    }
                }
            } catch {
                failures.change { $0.append("\(error)") }
            }
        }
        #expect(failures.current == [])
    }

    @Test("On a database opened read-only nothing is created")
    func readOnly() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), durability: .relaxed)
        try db["x"].put([UInt8(1)], provenance: Self.provenance)
        try directory.write("other", to: "db/x.bin")
        try FileManager.default.removeItem(atPath: directory.path(of: "db/x.lock"))
        let before = try directory.names()
        let outcomes = try checks(Database(directory.path(of: "db"), .readOnly))
        #expect(outcomes == ["x": .differs])
        #expect(try directory.names() == before)
    }
}
