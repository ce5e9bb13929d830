import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

/// The body of a transaction that must not begin.
private func reached() {
    Issue.record("the body was called")
}

/// A file system whose flock fails, by each of the error numbers that such systems give.
@Suite("Without locks")
struct NoLockingTests {
    private static let codes = [ENOLCK, ENOSYS, EOPNOTSUPP, 524, EINVAL]

    private static let changes: [@Sendable (Database) throws -> Void] = [
        { try $0["a"].put([2]) },
        { try $0["a"].put([2], timeout: .zero) },
        { try $0["a"].put([2], meta: ["k": 2], timeout: .seconds(3600)) },
        { try $0["a"].put([2], as: RawBytes("dat")) },
        { try $0["a"].put(format: "bin") { _ in reached() } },
        { try $0["a"].updateMeta { $0.k = 2 } },
        { try $0["a"].replaceMeta(with: [:]) },
        { try $0["a"].delete() },
        { try $0["a"].rename(to: $0["b"]) },
        { try $0["a"].rename(to: $0["b"], replacing: true, timeout: .zero) },
        { try $0["b"].rename(to: $0["a"], replacing: true) },
        { try $0["a"].copy(to: $0["b"], replacing: true) },
        { try $0["b"].copy(to: $0["a"], replacing: true, timeout: .seconds(3600)) },
        { try $0["a"].withLock { _ in reached() } },
        { try $0["a"].withLock(.shared) { _ in reached() } },
        { try $0["a"].withLock(timeout: .zero) { _ in reached() } },
        { try $0["a"].holdingLock(.exclusive, timeout: nil) { reached() } },
    ]

    /// Two entries with their lock files, so that nothing new need be created.
    private func prepare(_ directory: borrowing TemporaryDirectory) throws -> Database {
        let db = try directory.database()
        try db["a"].put([1], meta: ["k": 1])
        try db["b"].put([5])
        return db
    }

    @Test(
        "Every locking call is the same error at once, whatever its timeout, and changes and leaves nothing",
        arguments: codes, changes.indices)
    func atOnce(_ errno: Int32, _ index: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory)
        let before = try DiskImage(directory.path)
        let error = failing(.lock, errno) { failure { () throws in try Self.changes[index](db) } }
        #expect(error?.code == .lockingUnsupported && error?.errno == errno)
        let path = directory.path(of: error?.path.hasSuffix("b.lock") == true ? "b.lock" : "a.lock")
        #expect(
            error?.message
                == "cannot lock \(path): \(String(cString: strerror(errno))); the file system offers no flock:"
                + " mount it with locks or move the database to one that has them")
        #expect(try DiskImage(directory.path) == before)
        #expect(try db.verify().isEmpty)
    }

    @Test("The asynchronous locks say so at once too", arguments: codes, [LockMode.exclusive, .shared])
    func asynchronous(_ errno: Int32, _ mode: LockMode) async throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory)
        let before = try DiskImage(directory.path)
        for timeout in [nil, Duration.zero, .seconds(3600)] {
            let error = await SystemCall.$observer.withValue(
                { $0.name == .lock ? .fail(errno) : .proceed },
                operation: {
                    await asyncFailure { () async throws in
                        try await db["a"].withLock(mode, timeout: timeout) { _ async in reached() }
                    }
                })
            #expect(error?.code == .lockingUnsupported && error?.errno == errno)
        }
        #expect(try DiskImage(directory.path) == before)
        #expect(try db.verify().isEmpty)
    }

    @Test("A first put leaves its lock file and nothing else", arguments: codes)
    func firstPut(_ errno: Int32) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let error = failing(.lock, errno) { failure { () throws in try db["new"].put([1], meta: ["k": 1]) } }
        #expect(error?.code == .lockingUnsupported)
        #expect(try directory.names() == ["new.lock"])
        #expect(try !db["new"].exists)
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Reading, looking, listing and verifying need no flock, of read-only databases without lock files too"
    )
    func reading() throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory)
        try directory.write("x", to: "unlocked.bin")
        let readOnly = try directory.database(.readOnly)
        try failing(.lock, ENOLCK) { () throws in
            #expect(try db["a"].bytes() == [1])
            #expect(try db["a"].map().count == 1)
            #expect(try db["a"].meta == ["k": 1])
            #expect(try db["a"].exists && db.contains("a"))
            #expect(try db["a"].info().bytes == 1)
            #expect(try db["a"].inspect().meta.get() == ["k": 1])
            #expect(try db.entries(order: .name).map(\.name) == ["a", "b", "unlocked"])
            #expect(try db.verify().isEmpty)
            let report = try db.recover()
            #expect(report == RecoveryReport())
            let pair = try readOnly["unlocked"].inspect()
            #expect(try pair.info.get()?.bytes == 1 && pair.meta.get() == [:])
        }
    }

    private static let reads: [@Sendable (Entry) throws -> Void] = [
        { _ = try $0.bytes() }, { _ = try $0.meta }, { _ = try $0.exists }, { _ = try $0.info() },
        { _ = try $0.map() }, { _ = try $0.inspect() }, { _ = try $0.withLock(.shared) { _ in } },
    ]

    @Test(
        "While a commit is pending, reading says so at once and leaves it for one who has locks",
        arguments: codes, reads.indices)
    func pendingCommit(_ errno: Int32, _ index: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try prepare(directory)
        try directory.write("torn", to: ".a.intent")
        let before = try DiskImage(directory.path)
        let error = failing(.lock, errno) { failure { () throws in try Self.reads[index](db["a"]) } }
        #expect(error?.code == .lockingUnsupported)
        let report = try failing(.lock, errno) { try db.recover() }
        #expect(report.failures.map(\.code) == [.lockingUnsupported] && report.settled.isEmpty)
        #expect(try DiskImage(directory.path) == before)
        #expect(try db["a"].bytes() == [1])
        #expect(try db.verify().isEmpty)
    }
}
