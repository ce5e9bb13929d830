import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Storing piece by piece, and users' own formats")
struct StreamingTests {
    private struct Stop: Error {}

    /// A user's own format: a count and that many bytes of one value.
    private struct Runs: Dumper {
        let fileExtension = "runs"

        func dump(_ value: Int, to sink: inout DataSink) throws {
            try sink.write([0])
            try sink.overwrite([UInt8(value)], at: 0)
        }

        func load(_ file: borrowing DataFile) throws -> Int {
            guard let byte = try file.readBytes(count: 1).first else {
                throw DirDBError.damagedData(file.path, "it is empty")
            }
            return Int(byte)
        }

        func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
            let superfluous = DirDBError(.damagedData, path: file.path, "it has more than one byte")
            return FormatInfo(dtype: "run", rows: try load(file), problem: file.size > 1 ? superfluous : nil)
        }
    }

    @Test("Data is stored from a closure in pieces, a header written last")
    func closure() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put(format: "dat", meta: ["k": 1]) { (sink) throws in
            try sink.write([0, 0])
            try sink.write([3, 4])
            try sink.overwrite([1, 2], at: 0)
            #expect(sink.count == 4)
        }
        #expect(try entry.bytes() == [1, 2, 3, 4])
        #expect(try entry.meta == ["k": 1])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test(
        "Overwriting what was not written is an error",
        arguments: [(2, 3), (0, 5), (-1, 1), (4, 1), (Int64.max, 1)])
    func overwriting(_ offset: Int64, _ count: Int) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        let error = failure { () throws in
            try entry.put(format: "dat") { (sink) throws in
                try sink.write([1, 2, 3, 4])
                try sink.overwrite([UInt8](repeating: 0, count: count), at: offset)
            }
        }
        #expect(error?.code == .invalidArgument)
        #expect(try directory.names() == ["a.lock"])
    }

    @Test("A writer that throws leaves the old data and nothing else", arguments: [true, false])
    func throwing(_ isNew: Bool) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        if !isNew { try entry.put([9], meta: ["k": 1]) }
        let before = try directory.names()
        #expect(throws: Stop.self) {
            try entry.put(format: "dat", meta: ["k": 2]) { (sink) throws in
                try sink.write([1])
                throw Stop()
            }
        }
        #expect(try directory.names() == (isNew ? ["a.lock"] : before))
        #expect(try entry.meta == (isNew ? [:] : ["k": 1]))
        try entry.withLock(timeout: .seconds(20)) { _ in }
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A file and a pipe are stored from their position to their end")
    func descriptors() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try directory.write("0123456789", to: "source")
        let file = open(directory.path(of: "source"), O_RDONLY)
        lseek(file, 4, SEEK_SET)
        try db["file"].put(contentsOf: file, format: "txt", meta: ["k": 1])
        #expect(try db["file"].bytes() == Array("456789".utf8))
        close(file)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let writer = Thread { [output = ends[1]] in
            let piece = [UInt8](repeating: 7, count: 100_000)
            for _ in 0..<25 { _ = piece.withUnsafeBytes { write(output, $0.baseAddress, $0.count) } }
            close(output)
        }
        writer.start()
        try db["pipe"].put(contentsOf: ends[0], format: "")
        close(ends[0])
        #expect(try db["pipe"].bytes().count == 2_500_000)
        #expect(failure { () throws in try db["bad"].put(contentsOf: -1, format: "x") }?.errno == EBADF)
        #expect(try directory.names().filter { $0.hasPrefix("bad") } == ["bad.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Opaque data of an extension that the database does not know is found by name",
        arguments: ["hoc", "", "é"])
    func opaque(_ format: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try directory.write("abc", to: format.isEmpty ? "a" : "a.\(format)")
        try directory.write("x", to: "ab.\(format)x")
        #expect(try db["a"].exists)
        #expect(try db["a"].bytes() == Array("abc".utf8))
        #expect(try db["a"].info().format == format)
        #expect(try db["a"].get(as: RawBytes(format)) == Array("abc".utf8))
        try db["a"].withLock { _ in }
        try db["a"].put([1])
        #expect(try db["a"].bytes() == [1])
        #expect(try db.entries().map(\.name).sorted() == ["a", "ab"])
        #expect(try db.verify().isEmpty)
    }

    @Test("A user's own format is stored, loaded, inspected and verified")
    func ownDumper() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database(dumpers: [Runs()])
        try db["a"].put(5, as: Runs())
        #expect(try db["a"].get(as: Runs()) == 5)
        #expect(try db["a"].info().content == FormatInfo(dtype: "run", rows: 5))
        #expect(try db["a"].withLock { try $0.get(as: Runs()) } == 5)
        #expect(try db.verify().isEmpty)
        try directory.write("ab", to: "a.runs")
        try directory.write("", to: "b.runs")
        #expect(try db.verify().map(\.kind) == [.damaged, .damaged])
        #expect(failure { () throws in _ = try db["b"].get(as: Runs()) }?.code == .damagedData)
    }

    @Test("Data of another format than the one asked for is named, with what was asked")
    func mismatch() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], as: RawBytes("hoc"))
        try db["b"].put([1], as: RawBytes(""))
        let path = directory.path(of: "a.hoc")
        let expected = DirDBError(
            .formatMismatch, path: path, "\(path) holds hoc data, but Array<UInt8> (bin) was asked for",
            remedy: "ask for that")
        #expect(failure { () throws in _ = try db["a"].get([UInt8].self) } == expected)
        #expect(failure { () throws in try db["a"].withLock { _ = try $0.get([UInt8].self) } } == expected)
        #expect(
            failure { () throws in _ = try db["b"].get(as: Runs()) }?.message
                == "\(directory.path(of: "b")) holds opaque data, but Int (runs) was asked for; ask for that")
        #expect(try db.verify().isEmpty)
    }
}
