import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Fifos, directories and links in the place of files")
struct ObstacleTests {
    @Test(
        "In the place of data it is neither followed, waited for nor replaced",
        arguments: Obstacle.allCases)
    func data(_ obstacle: Obstacle) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try directory.place(obstacle, at: "a.bin")
        let entry = try db["a"]
        let codes: [DirDBError.Code?] = [.notRegular, .notFound]
        #expect(codes.contains(failure { () throws in _ = try entry.bytes() }?.code))
        #expect(codes.contains(failure { () throws in _ = try entry.get([UInt8].self) }?.code))
        #expect(codes.contains(failure { () throws in _ = try entry.info() }?.code))
        #expect(try Array(db.entries()).isEmpty)
        let path = directory.path(of: "a.bin")
        for meta in [nil, ["k": 1]] as [JSON?] {
            let error = try #require(failure { () throws in try entry.put([1], meta: meta) })
            #expect(error.code == .notRegular && error.path.hasPrefix(directory.path))
            #expect(error.message.contains(path))
        }
        if obstacle != .directory {
            #expect(
                failure { () throws in try entry.put([1]) }?.message
                    == "\(path) is not a regular file; move it out of the database")
        }
        #expect(try directory.names() == ["a.bin", "a.lock"])
        try FileManager.default.removeItem(atPath: path)
        try entry.put([1])
        #expect(try entry.bytes() == [1])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "In the place of metadata it is an error, not followed, not waited for", arguments: Obstacle.allCases)
    func metadata(_ obstacle: Obstacle) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let entry = try db["a"]
        try entry.put([1])
        try directory.place(obstacle, at: "a.json")
        #expect(failure { () throws in _ = try entry.meta }?.code == .notRegular)
        #expect(failure { () throws in try entry.updateMeta { $0.k = 1 } }?.code == .notRegular)
        #expect(failure { () throws in try entry.copy(to: db["b"]) }?.code == .notRegular)
        #expect(try entry.bytes() == [1])
        try entry.put([2])
        #expect(failure { () throws in try entry.replaceMeta(with: ["k": 1]) }?.code == .notRegular)
        #expect(failure { () throws in try entry.put([3], meta: ["k": 1]) }?.code == .notRegular)
        #expect(try entry.bytes() == [2])
    }

    @Test(
        "In the place of a lock file it is an error for whoever locks, and none for readers",
        arguments: Obstacle.allCases)
    func lock(_ obstacle: Obstacle) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try directory.write("x", to: "a.bin")
        try directory.place(obstacle, at: "a.lock")
        let error = failure { () throws in try db["a"].put([1]) }
        #expect(error?.code == .notRegular)
        #expect(error?.path == directory.path(of: "a.lock"))
        if obstacle == .link {
            #expect(
                error?.message
                    == "cannot open \(directory.path(of: "a.lock")): Too many levels of symbolic links;"
                    + " it is a symbolic link, which is never followed here: remove the link")
        }
        #expect(failure { () throws in try db["a"].withLock(.shared) { _ in } }?.code == .notRegular)
        #expect(
            failure { () throws in try directory.database(.readOnly)["a"].withLock(.shared) { _ in } }?.code
                == .notRegular)
        #expect(try db["a"].bytes() == Array("x".utf8))
        #expect(try directory.names() == ["a.bin", "a.lock"])
    }

    @Test(
        "In the place of an intent file it is an error, not followed, not waited for",
        arguments: Obstacle.allCases)
    func intent(_ obstacle: Obstacle) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        try directory.place(obstacle, at: ".a.intent")
        // A link is a record, though not one of ours.
        let isLink = obstacle == .link || obstacle == .dangling
        let code = isLink ? DirDBError.Code.pendingCommit : .notRegular
        #expect(failure { () throws in _ = try db["a"].bytes() }?.code == code)
        #expect(failure { () throws in try db["a"].put([2]) }?.code == code)
        #expect(try db.recover().failures.map(\.code) == [code])
        #expect(try db.verify().map(\.kind) == [isLink ? .pending : .foreignFile])
        #expect(try directory.text("a.bin") == "\u{1}")
    }

    @Test("A temporary file's name that is taken by a link is not written through")
    func temporary() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try directory.write("precious", to: "victim")
        // The name is random: whatever is created exclusively, is there already.
        let error = failing(.open, EEXIST, on: ".tmp") {
            failure { () throws in try db["a"].put([1]) }
        }
        #expect(error?.code == .alreadyExists)
        #expect(
            error?.message.hasSuffix(
                ": somebody who takes no lock made it meanwhile; remove it and do it again") == true)
        try directory.place(.link, at: ".a.0123456789abcdef.bin.tmp")
        #expect(try db.recover().removedTemporaries == 1)
        #expect(try String(contentsOfFile: "/etc/passwd", encoding: .utf8).isEmpty == false)
        #expect(try directory.text("victim") == "precious")
        #expect(try db.verify().isEmpty)
    }

    @Test("A sub-database with the name of a data file is no data of the entry")
    func subdatabaseLikeData() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a.pickle", "inner"].put([1], meta: ["k": 1])
        try db["a"].put([2], meta: ["k": 2])
        try db["a"].put([3], as: RawBytes("dat"), meta: ["k": 3])
        #expect(try db["a"].bytes() == [3])
        try db["a"].rename(to: db["b"])
        try db["b"].delete()
        #expect(try db.entries(recursive: true).map(\.name) == ["inner"])
        #expect(try db.verify().isEmpty)
    }
}
