import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

/// States that a crash leaves of the first version of an entry, made by hand.
@Suite("Recovery of first versions")
final class FirstVersionTests {
    private let directory: TemporaryDirectory
    private let db: Database
    private let temporary = ".a.0000000000000000.bin.tmp"

    init() throws {
        directory = try TemporaryDirectory()
        db = try directory.database()
    }

    private func expectAbsent() throws {
        #expect(try !db["a"].exists)
        #expect(try db["a"].meta == [:])
        #expect(try directory.names().filter { !$0.hasSuffix(".lock") } == [])
    }

    @Test("Before the data is visible: nothing was stored")
    func unpublished() throws {
        try directory.write("data", to: temporary)
        try directory.write(#"{"k":1}"#, to: ".a.intent")
        try expectAbsent()
    }

    @Test("Once the data is visible: the metadata is completed, for readers too")
    func published() throws {
        try directory.write("data", to: "a.bin")
        try directory.write(#"{"k":1}"#, to: ".a.intent")
        #expect(try db["a"].meta == ["k": 1])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
    }

    @Test(
        "What an even earlier writer left in another format does not keep the metadata from being completed")
    func otherFormat() throws {
        try directory.write("old", to: temporary)
        try directory.write("data", to: "a.csv")
        try directory.write(#"{"k":1}"#, to: ".a.intent")
        #expect(try db["a"].meta == ["k": 1])
        _ = try db.recover()
        #expect(try directory.names() == ["a.csv", "a.json", "a.lock"])
    }

    @Test("Data of a program that ignores records stays as it is, without the metadata that was not stored")
    func foreignData() throws {
        try directory.write("data", to: temporary)
        try directory.write(#"{"k":1}"#, to: ".a.intent")
        try directory.write("foreign", to: "a.bin")
        #expect(try db["a"].bytes() == Array("foreign".utf8))
        #expect(try db["a"].meta == [:])
        #expect(try directory.names() == ["a.bin", "a.lock"])
    }

    @Test("Metadata of a program that ignores records stays")
    func foreignMetadata() throws {
        try directory.write("data", to: "a.bin")
        try directory.write(#"{"k":1}"#, to: ".a.intent")
        try directory.write(#"{"k":"foreign"}"#, to: "a.json")
        #expect(try db["a"].meta == ["k": "foreign"])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
    }

    @Test("The temporary file of an entry whose name goes on with an identifier is not ours")
    func neighbour() throws {
        let other = ".a.0000000000000000.123456789abcdef0.bin.tmp"
        try directory.write("data", to: "a.bin")
        try directory.write("data", to: other)
        try directory.write(#"{"k":1}"#, to: ".a.intent")
        #expect(try db["a"].meta == ["k": 1])
        #expect(try directory.names().contains(other))
    }

    @Test("Torn metadata is dropped", arguments: ["", "{", #"{"k":"#, "\0\0\0", "[1]"])
    func torn(_ text: String) throws {
        try directory.write("data", to: "a.bin")
        try directory.write(text, to: ".a.intent")
        #expect(try db["a"].meta == [:])
        #expect(try directory.names() == ["a.bin", "a.lock"])
    }

    @Test("What an interrupted first version has left is no obstacle for the next")
    func leftover() throws {
        try directory.write("left over", to: temporary)
        try db["a"].put([1], meta: ["k": 2])
        #expect(try db["a"].bytes() == [1])
        #expect(try db["a"].meta == ["k": 2])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
    }

    @Test("A failure after the data is visible is reported, and the next locker completes the pair")
    func failureAfterCommitPoint() throws {
        let error = failure {
            try failing(.rename, EIO, on: ".intent") { try db["a"].put([1], meta: ["k": 1]) }
        }
        #expect(error != nil)
        #expect(try db["a"].meta == ["k": 1])
        #expect(try db.verify().isEmpty)
    }

    @Test("Metadata larger than any record is completed as well")
    func large() throws {
        let meta: JSON = ["text": .string(String(repeating: "x", count: 200_000))]
        try directory.write("data", to: "a.bin")
        try directory.write(try meta.serialized(), to: ".a.intent")
        #expect(try db["a"].meta == meta)
    }
}
