import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Parquet files that are damaged", .timeLimit(.minutes(120)))
struct ParquetBadInputTests {
    /// Small files of all encodings and codecs without checksums, which the peers wrote, and one of ours.
    private static func seeds() throws -> [(name: String, bytes: [UInt8])] {
        let corpus = URL(filePath: #filePath).appending(path: "../../Fuzz/Corpus/parquet").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: corpus.path).sorted()
        let peers = try names.map { name in
            (name: name, bytes: Array(try Data(contentsOf: corpus.appending(path: name))))
        }
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(
            ParquetTables.everyType(30).selecting(["int64-scattered", "few-full", "double-runs", "bool-full"])
        )
        return peers + [(name: "ours", bytes: try db["x"].bytes())]
    }

    /// What reading gives, all at once and column by column: a value or one of our errors.
    private func readsConsistently(_ entry: Entry, _ name: String) throws -> Bool {
        do {
            let table = try entry.get(Table.self)
            #expect(try entry.info().content.rows == table.rowCount)
            return true
        } catch let error as DirDBError {
            #expect([.damagedData, .unsupportedFormat].contains(error.code), "\(name): \(error)")
            #expect(error.message.contains("\(entry.path).parquet"))
            guard let fields = try? entry.info().content.fields else { return false }
            for field in fields {
                do { _ = try entry.get(columns: [field.name]) } catch let error as DirDBError {
                    #expect([.damagedData, .unsupportedFormat].contains(error.code), "\(name): \(error)")
                }
            }
            return false
        }
    }

    @Test("No beginning of a file is taken for the whole")
    func truncations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for (name, bytes) in try Self.seeds() {
            for length in (0..<bytes.count).sampled {
                try db["x"].put(Array(bytes.prefix(length)), as: RawBytes("parquet"))
                let error = #expect(throws: DirDBError.self, "\(name) cut to \(length)") {
                    try db["x"].info()
                }
                #expect(error?.code == .damagedData)
            }
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("No mutation of a file can crash a reader")
    func mutations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let seeds = try Self.seeds()
        var random = SplitMix64(state: 2026)
        var (loaded, refused) = (0, 0)
        for round in (0..<12_000).sampled {
            var (name, bytes) = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<2, using: &random) {
                let place = Int.random(in: 4..<bytes.count - 8, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
                default:
                    let other = Int.random(in: 4..<bytes.count - 8, using: &random)
                    bytes.swapAt(place, other)
                }
            }
            name += " in round \(round)"
            try db["x"].put(bytes, as: RawBytes("parquet"))
            if try readsConsistently(try db["x"], name) { loaded += 1 } else { refused += 1 }
        }
        // Else the mutations would be too coarse, or too fine.
        #expect(loaded * samplingShare > 1000 && refused * samplingShare > 1000)
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("A changed byte in a page that has a checksum is found")
    func checksums() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(
            ParquetTables.table(Column("a", (0..<500).map { Double($0) })),
            as: ParquetDumper(compression: .none))
        var bytes = try entry.bytes()
        bytes[1000] ^= 1
        try entry.put(bytes, as: RawBytes("parquet"))
        let error = #expect(throws: DirDBError.self) { try entry.get(Table.self) }
        #expect(
            error?.message
                == "\(entry.path).parquet is damaged: its column \"a\": a page does not match its checksum; restore it or"
                + " write it again")
        #expect(try entry.info().content.rows == 500)
        #expect(try db.verify().isEmpty)
    }

    struct Frame: CustomTestStringConvertible {
        let bytes: [UInt8]
        let cause: String

        /// A file of these bytes between the two magics.
        init(_ bytes: [UInt8], _ cause: String) {
            self.init(raw: Array("PAR1".utf8) + bytes + Array("PAR1".utf8), cause)
        }

        init(raw: [UInt8], _ cause: String) {
            bytes = raw
            self.cause = cause
        }

        var testDescription: String { cause }
    }

    static let frames: [Frame] = [
        Frame(raw: [], "its 0 bytes are too few for a Parquet file"),
        Frame([], "its 8 bytes are too few for a Parquet file"),
        Frame(raw: Array("a,b\n1,2\n3,4\n5,6\n".utf8), "it does not start with PAR1 as Parquet files do"),
        Frame(raw: Array("PAR1 and some more text".utf8), "it does not end with PAR1 as Parquet files do"),
        Frame([9, 0, 0, 0], "its footer of 9 bytes is longer than the file"),
        Frame([255, 255, 255, 255], "its footer of 4294967295 bytes is longer than the file"),
        Frame([0, 0, 0, 0], "its footer: it ends in the middle of a Thrift structure"),
        Frame([0, 1, 0, 0, 0], "its footer: it lacks the schema, rows or row groups"),
        Frame([0x2C, 0x1C, 0x1C, 3, 0, 0, 0], "its footer: it ends in the middle of a Thrift structure"),
        Frame(endlessGroup, "its footer: it is no Thrift structure of the expected kind"),
    ]

    /// A schema of a group of two members, the first of which claims 2⁶³ - 1 members.
    private static var endlessGroup: [UInt8] {
        func element(_ name: Character, childCount: [UInt8]) -> [UInt8] {
            [0x48, 1] + Array(String(name).utf8) + [0x15] + childCount + [0]
        }
        let largest = [0xFE] + [UInt8](repeating: 0xFF, count: 8) + [1]
        let footer =
            [0x15, 2, 0x19, 0x4C] + element("r", childCount: [2]) + element("g", childCount: [4])
            + element("m", childCount: largest) + element("n", childCount: [0]) + [0]
        return footer + [UInt8(footer.count), 0, 0, 0]
    }

    @Test("What is no Parquet file is told from what is only cut", arguments: frames)
    func wrongFrame(_ frame: Frame) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(frame.bytes, as: RawBytes("parquet"))
        let error = #expect(throws: DirDBError.self) { try entry.info() }
        #expect(
            error?.message
                == "\(entry.path).parquet is damaged: \(frame.cause); restore it or write it again")
        #expect(try db.verify().map(\.kind) == [.damaged])
        try entry.delete()
        #expect(try db.verify().isEmpty)
    }
}
