import DirDBWorkflow
import TestSupport
import Testing

@testable import DirDB

@Suite("Recovery of a database")
final class DatabaseRecoveryTests {
    private let directory: TemporaryDirectory
    private let db: Database

    init() throws {
        directory = try TemporaryDirectory()
        db = try directory.database()
    }

    @Test("The temporary files of a dead writer are removed by recover, in sub-databases too")
    func staleTemporaries() throws {
        try directory.write("x", to: ".a.0123456789abcdef.bin.tmp")
        try directory.write("x", to: "sub/deep/.b.0123456789abcdef.json.tmp")
        try directory.write("x", to: ".not-ours.tmp")
        #expect(try db.verify().map(\.kind) == [.leftoverTemporary, .leftoverTemporary])
        let report = try db.recover()
        #expect(report.removedTemporaries == 2 && report.settled.isEmpty && report.failures.isEmpty)
        #expect(try directory.names().contains(".not-ours.tmp"))
        #expect(try db.verify().isEmpty)
    }

    @Test("Recover waits for live writers; one that does not finish in time is reported and spared")
    func liveWriter() throws {
        try db["a"].put([1])
        try directory.write("x", to: ".a.0123456789abcdef.bin.tmp")
        try directory.write("x", to: ".b.0123456789abcdef.bin.tmp")
        let lock = try directory.lock("a.lock")
        let report = try db.recover(timeout: .zero)
        #expect(report.removedTemporaries == 1)
        #expect(report.failures.map(\.code) == [.locked])
        #expect(report.failures.map(\.path) == [directory.path(of: "a")])
        #expect(try directory.names().contains(".a.0123456789abcdef.bin.tmp"))
        _ = consume lock
        #expect(try db.recover(timeout: .seconds(20)).removedTemporaries == 1)
        #expect(try db.verify().isEmpty)
    }

    @Test("The locks of absent entries are removed on request only, those of others and held ones never")
    func locks() throws {
        try db["a"].put([1])
        try db["gone"].put([1])
        try db["gone"].delete()
        try db["m"].replaceMeta(with: ["k": 1])
        try db["held"].put([1])
        try db["held"].delete()
        #expect(try db.recover().removedLocks == 0)
        let lock = try directory.lock("held.lock")
        let report = try db.recover(timeout: .seconds(1), removingLocks: true)
        #expect(report.removedLocks == 1)
        #expect(report.failures.map(\.path) == [directory.path(of: "held")])
        #expect(
            try directory.names().filter { $0.hasSuffix(".lock") } == ["a.lock", "held.lock", "m.lock"])
        _ = consume lock
        try db["m"].delete()
        #expect(try db.verify().isEmpty)
    }
}
