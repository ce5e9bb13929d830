import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Databases opened read-only")
struct ReadOnlyTests {
    private static let attempts: [@Sendable (Database) throws -> Void] = [
        { try $0["a"].put([2]) },
        { try $0["new"].put([2]) },
        { try $0["sub", "new"].put([2]) },
        { try $0["a"].updateMeta { $0.k = 2 } },
        { try $0["a"].replaceMeta(with: [:]) },
        { try $0["a"].delete() },
        { try $0["none"].delete() },
        { try $0["a"].rename(to: $0["b"]) },
        { try $0["a"].copy(to: $0["b"]) },
        { try $0["a"].withLock { _ in } },
        { try $0["a"].withLock(.shared) { try $0.put([2]) } },
        { try $0["a"].withLock(.shared) { try $0.delete() } },
        { try $0["a"].withLock(.shared) { $0.meta.k = 2 } },
        { try $0["unlocked"].withLock(.shared) { $0.meta = [:] } },
        { _ = try $0.recover() },
    ]

    @Test(
        "Every change is refused as such, and no read or refused change creates anything",
        arguments: attempts.indices)
    func changes(_ index: Int) throws {
        let directory = try TemporaryDirectory()
        let writable = try directory.database()
        try writable["a"].put([1], meta: ["k": 1])
        try directory.write("x", to: "unlocked.bin")
        try directory.write(#"{"k": 1}"#, to: "unlocked.json")
        let before = try directory.names()
        let db = try directory.database(.readOnly)
        #expect(failure { () throws in try Self.attempts[index](db) }?.code == .readOnly)
        #expect(try directory.names() == before)
        #expect(try db["a"].bytes() == [1])
        #expect(try db["unlocked"].meta == ["k": 1])
        #expect(try db.verify().isEmpty)
    }

    @Test("Every read works and creates nothing, with a lock file and without")
    func reads() throws {
        let directory = try TemporaryDirectory()
        try directory.write("xyz", to: "a.hoc")
        try directory.write(#"{"k": 1}"#, to: "a.json")
        let before = try directory.names()
        let db = try directory.database(.readOnly)
        let entry = try db["a"]
        #expect(try entry.exists && !db["none"].exists && !db["sub", "none"].exists)
        #expect(try entry.bytes() == Array("xyz".utf8))
        #expect(try entry.map().count == 3)
        #expect(try entry.info().bytes == 3)
        #expect(try entry.inspect().meta.get() == ["k": 1])
        #expect(try db["sub", "none"].meta == [:])
        // A shared lock needs a file to lock.
        let refused = failure { () throws in try entry.withLock(.shared) { _ in } }
        #expect(refused?.code == .readOnly && refused?.message.contains("inspect()") == true)
        #expect(failure { () throws in _ = try db["none"].bytes() }?.code == .notFound)
        #expect(failure { () throws in _ = try db.subdatabase("sub") }?.code == .notFound)
        #expect(try db.entries(recursive: true, order: .size, withoutData: true).map(\.name) == ["a"])
        #expect(try directory.names() == before)
        #expect(try db.verify().isEmpty)
    }

    @Test("A copy out of a read-only database takes data and metadata and leaves it as it is")
    func copyOut() throws {
        let directory = try TemporaryDirectory()
        try directory.write("xyz", to: "from/a.bin")
        try directory.write(#"{"k":NaN}"#, to: "from/a.json")
        let source = try Database(directory.path(of: "from"), .readOnly, dumpers: [])
        let target = try Database(directory.path(of: "to"), dumpers: [])
        try source["a"].copy(to: target["b"])
        #expect(try directory.text("to/b.json") == #"{"k":NaN}"#)
        #expect(try target["b"].bytes() == Array("xyz".utf8))
        #expect(
            try directory.names() == [
                "from", "from/a.bin", "from/a.json", "to", "to/b.bin", "to/b.json", "to/b.lock",
            ])
        #expect(try target.verify().isEmpty)
    }

    @Test("A source that nobody can lock and that vanishes during the copy does not take the target along")
    func vanishingSource() throws {
        let directory = try TemporaryDirectory()
        try directory.write("xyz", to: "from/a.bin")
        let source = try Database(directory.path(of: "from"), .readOnly, dumpers: [])
        let target = try Database(directory.path(of: "to"), dumpers: [])
        try target["b"].put([1], meta: ["k": 1])
        let data = directory.path(of: "from/a.bin")
        let removing = { @Sendable (call: SystemCall) -> SystemCall.Verdict in
            if call.name == .open && call.file == "a.bin" { unlink(data) }
            return .proceed
        }
        let error = SystemCall.$observer.withValue(removing) {
            failure { () throws in try source["a"].copy(to: target["b"], replacing: true) }
        }
        #expect(error?.code == .notFound)
        #expect(try target["b"].bytes() == [1])
        #expect(try target["b"].meta == ["k": 1])
        #expect(try target.verify().isEmpty)
    }

    @Test("A pending commit is reported by every read, not settled and not guessed at")
    func pending() throws {
        let directory = try TemporaryDirectory()
        try directory.write("old", to: "a.bin")
        try directory.write("torn", to: ".a.intent")
        let before = try directory.names()
        let db = try directory.database(.readOnly)
        let path = directory.path(of: "a")
        let expected = DirDBError(
            .pendingCommit, path: path, subject: "a commit of \(path) was cut short",
            "a database opened read-only cannot finish it", remedy: "open it for writing once")
        let entry = try db["a"]
        #expect(failure { () throws in _ = try entry.bytes() } == expected)
        #expect(failure { () throws in _ = try entry.meta } == expected)
        #expect(failure { () throws in _ = try entry.exists } == expected)
        #expect(failure { () throws in _ = try entry.inspect() } == expected)
        #expect(failure { () throws in try entry.withLock(.shared) { _ in } } == expected)
        let other = try Database(directory.path(of: "other"), dumpers: [])
        #expect(failure { () throws in try entry.copy(to: other["b"]) } == expected)
        #expect(try db.verify().map(\.kind) == [.pending])
        #expect(try directory.names().filter { !$0.hasPrefix("other") } == before)
    }
}
