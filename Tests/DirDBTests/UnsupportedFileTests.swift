import DirDB
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Files of a kind that is not supported")
struct UnsupportedFileTests {
    /// A dumper that knows no file.
    private struct Refusing: Dumper {
        let fileExtension = "odd"

        func dump(_ value: [UInt8], to sink: inout DataSink) throws { try sink.write(value) }
        func load(_ file: borrowing DataFile) throws -> [UInt8] { throw refusal(file) }
        func inspect(_ file: borrowing DataFile) throws -> FormatInfo { throw refusal(file) }
        private func refusal(_ file: borrowing DataFile) -> DirDBError {
            .unsupportedFormat(file.path, "it is odd")
        }
    }

    @Test("Of a whole file that its dumper does not support, the file's own facts are known, and what it is")
    func unsupported() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database(dumpers: [Refusing()])
        try db["a"].put([1, 2, 3], as: Refusing())
        let info = try db["a"].info()
        #expect(info.format == "odd" && info.bytes == 3)
        #expect(info.content.problem?.code == .unsupportedFormat)
        #expect(try db["a"].inspect().info.get() == info)
        let refusal = #expect(throws: DirDBError.self) { try db["a"].get(as: Refusing()) }
        #expect(refusal?.code == .unsupportedFormat)
        let findings = try db.verify()
        #expect(findings.map(\.kind) == [.unsupported] && findings.allSatisfy { !$0.isProblem })
        #expect(findings.first?.error == info.content.problem)
    }
}
