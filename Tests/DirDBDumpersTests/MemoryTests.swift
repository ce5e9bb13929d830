import Foundation
import TestSupport
import Testing

/// Peak memory of whole processes: what is asked for and a few MiB.
@Suite struct MemoryTests {
    private func rise(_ arguments: [String]) throws -> Int {
        let worker = try Executable.start("dirdb-test-worker", arguments)
        return try #require(Int(worker.outputToEnd().trimmingCharacters(in: .newlines)))
    }

    @Test("Putting an array needs no memory beside it, mapping it almost none")
    func arrays() throws {
        let directory = try TemporaryDirectory()
        #expect(try rise(["memory-put", directory.path, "256"]) < 8 << 10)
        #expect(try rise(["memory-map", directory.path]) < 8 << 10)
    }

    @Test("Arrays are written into an archive piece by piece, and one is read without the others")
    func archives() throws {
        let directory = try TemporaryDirectory()
        #expect(try rise(["memory-npz", directory.path, "128", "stored"]) < 8 << 10)
        #expect(try rise(["memory-npz", directory.path, "32", "deflated"]) < 8 << 10)
    }

    @Test("The memory of listing does not grow with the number of entries")
    func listing() throws {
        let directory = try TemporaryDirectory()
        for number in 0..<20_000 { try directory.write("", to: "entry-\(number).npy") }
        #expect(try rise(["memory-list", directory.path]) < 2 << 10)
    }

    @Test("A table is written and read by row groups in the memory of one")
    func rowGroups() throws {
        let directory = try TemporaryDirectory()
        // 2,000,000 rows of 28 bytes are 56 MB; a row group has 100,000.
        #expect(try rise(["memory-put-table", directory.path, "2000000"]) < 20 << 10)
        #expect(try rise(["memory-get-table", directory.path]) < 20 << 10)
    }
}
