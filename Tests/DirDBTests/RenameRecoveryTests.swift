import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Recovery of renames")
final class RenameRecoveryTests {
    private let directory: TemporaryDirectory
    private let db: Database
    private let id: CommitID

    init() throws {
        directory = try TemporaryDirectory()
        db = try directory.database()
        id = CommitID()
    }

    /// Source and target of a rename: within one directory, across, into one below, out of it, and two names
    /// that differ in normalisation only.
    static let places: [([String], [String])] = [
        (["a"], ["b"]), (["one", "a"], ["two", "a"]), (["a"], ["two", "a"]), (["one", "a"], ["a"]),
        (["one", "a"], ["one", "deep", "a"]), (["\u{E9}"], ["e\u{301}"]),
        (["\u{E9}", "a"], ["e\u{301}", "a"]),
        (["\u{301}x", "a"], ["\u{301}y", "a"]), (["two", "a"], ["two", "two", "a"]),
    ]

    private func path(_ place: [String], _ suffix: String, hidden: Bool = false) -> String {
        (place.dropLast() + [(hidden ? "." : "") + (place.last ?? "") + suffix]).joined(separator: "/")
    }

    /// The state of a rename after `done` of its steps, with the records of the given sides.
    private func prepare(
        _ source: [String], _ target: [String], done: Int,
        sides: [IntentRecord.Move.Side] = [.source, .target],
        ids: [CommitID]? = nil
    ) throws {
        let from = try db.entry(at: source)
        _ = try db.entry(at: target).database.openDirectoryCreating(.relaxed)
        _ = try from.database.openDirectoryCreating(.relaxed)
        try directory.write("data", to: path(source, ".bin"))
        try directory.write(#"{"k":1}"#, to: path(source, ".json"))
        try directory.write("old", to: path(target, ".dat"))
        func content(_ place: [String], _ format: String) throws -> IntentRecord.Move.File {
            let entry = try db.entry(at: place)
            let content = try ContentIdentity.current(
                entry.files.data(format), in: entry.database.openDirectory())
            return .init(format: format, content: try #require(content))
        }
        let shared = zip(source.dropLast(), target.dropLast()).prefix { $0.hasSameBytes(as: $1) }.count
        let moved = try [content(source, "bin"), content(source, "json")]
        let obsolete = try [content(target, "dat")]
        for (index, side) in sides.enumerated() {
            let move = IntentRecord.Move(
                side: side,
                source: .init(directory: Array(source.dropFirst(shared).dropLast()), name: source.last ?? ""),
                target: .init(directory: Array(target.dropFirst(shared).dropLast()), name: target.last ?? ""),
                moved: moved, obsolete: obsolete)
            let record = IntentRecord(id: ids?[index] ?? id, content: .move(move))
            try directory.write(
                record.text, to: path(side == .source ? source : target, ".intent", hidden: true))
        }
        for format in [".bin", ".json"].prefix(done) {
            rename(directory.path(of: path(source, format)), directory.path(of: path(target, format)))
        }
        if done > 2 { unlink(directory.path(of: path(target, ".dat"))) }
    }

    private func files() throws -> Set<[UInt8]> {
        Set(
            try directory.names().filter { !$0.hasSuffix(".lock") && $0.contains(".") }.map { Array($0.utf8) }
        )
    }

    private func expectDone(_ source: [String], _ target: [String]) throws {
        let entry = try db.entry(at: target)
        #expect(try entry.bytes() == Array("data".utf8))
        #expect(try entry.meta == ["k": 1])
        #expect(try !db.entry(at: source).exists)
        #expect(try db.entry(at: source).meta == [:])
        #expect(try files().count == 2)
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Both records: the rename is completed by whoever asks for either entry", arguments: places.indices,
        0...3)
    func both(_ index: Int, _ done: Int) throws {
        let (source, target) = Self.places[index]
        try prepare(source, target, done: done)
        switch done {
        case 0: #expect(try !db.entry(at: source).exists)
        case 1: #expect(try db.entry(at: target).meta == ["k": 1])
        case 2: #expect(try db.recover().failures.isEmpty)
        default: try db.entry(at: target).withLock(.shared) { _ in }
        }
        try expectDone(source, target)
    }

    @Test("The source's record alone is of a rename that is finished", arguments: places.indices)
    func sourceAlone(_ index: Int) throws {
        let (source, target) = Self.places[index]
        try prepare(source, target, done: 3, sides: [.source])
        #expect(try !db.entry(at: source).exists)
        try expectDone(source, target)
    }

    @Test("The target's record alone is of a rename that has not begun", arguments: places.indices)
    func targetAlone(_ index: Int) throws {
        let (source, target) = Self.places[index]
        try prepare(source, target, done: 0, sides: [.target])
        #expect(try db.entry(at: target).bytes() == Array("old".utf8))
        #expect(try db.entry(at: source).bytes() == Array("data".utf8))
        #expect(try files().count == 3)
        #expect(try db.verify().isEmpty)
    }

    @Test("Two records with different identifiers are each one alone")
    func differentIDs() throws {
        try prepare(["a"], ["b"], done: 0, ids: [CommitID(), CommitID()])
        #expect(try db["a"].bytes() == Array("data".utf8))
        #expect(try db["b"].bytes() == Array("old".utf8))
        #expect(try db.verify().isEmpty)
    }

    @Test("A record whose partner's directory was removed since blocks nothing")
    func removedDirectory() throws {
        try prepare(["a"], ["two", "b"], done: 3, sides: [.source])
        try FileManager.default.removeItem(atPath: directory.path(of: "two"))
        try db["a"].put([1])
        #expect(try db["a"].bytes() == [1])
        #expect(try db.verify().isEmpty)
    }

    @Test("A file that somebody has written since is neither moved nor removed")
    func foreign() throws {
        try prepare(["a"], ["b"], done: 0)
        try directory.write("theirs", to: "b.dat")
        #expect(try db["b"].get(as: RawBytes("dat")) == Array("theirs".utf8))
        #expect(try db["b"].get([UInt8].self) == Array("data".utf8))
        #expect(try db.verify().map(\.kind) == [.ambiguousData])
    }

    @Test(
        "From a database opened at one of the directories, the record is reported and left alone",
        arguments: places.indices)
    func openedInside(_ index: Int) throws {
        let (source, target) = Self.places[index]
        for place in [source, target] where place.count > 1 {
            let partner = place == source ? target : source
            // Where the other one lies below, it is within reach.
            if partner.count > place.count && partner.starts(with: place.dropLast()) { continue }
            try prepare(source, target, done: 1)
            try directory.write("decoy", to: path(place.dropLast() + place, ".bin"))
            let inner = try Database(
                directory.path(of: place.dropLast().joined(separator: "/")), dumpers: [])
            let name = try #require(place.last)
            let entry = try inner[name]
            let expected = DirDBError(
                .pendingCommit, path: entry.path, subject: "a commit of \(entry.path) was cut short",
                "its record speaks of a rename outside this database",
                remedy: "recover the database that contains both")
            #expect(failure { () throws in _ = try entry.meta } == expected)
            #expect(failure { () throws in try entry.put([1]) } == expected)
            #expect(try inner.recover().failures == [expected])
            try FileManager.default.removeItem(
                atPath: directory.path(of: path(place.dropLast() + place, ".bin")))
            #expect(try db.recover().failures.isEmpty)
            try expectDone(source, target)
        }
    }

    @Test("A rename whose partner is locked waits no longer than allowed")
    func lockedPartner() throws {
        try prepare(["a"], ["b"], done: 1)
        let lock = try directory.lock("b.lock")
        #expect(failure { () throws in try db["a"].withLock(timeout: .zero) { _ in } }?.code == .locked)
        #expect(try db.recover(timeout: .zero).failures.map(\.code) == [.locked, .locked])
        _ = consume lock
        try db["a"].withLock(timeout: .seconds(20)) { _ in }
        try expectDone(["a"], ["b"])
    }
}
