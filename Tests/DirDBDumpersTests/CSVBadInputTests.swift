import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("csv files that are damaged, or not what was said")
struct CSVBadInputTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let message: String
        let code: DirDBError.Code
        let dumper: CSVDumper

        /// PATH in a message stands for the file.
        init(
            _ name: String, _ bytes: [UInt8], _ message: String, _ code: DirDBError.Code = .damagedData,
            _ dumper: CSVDumper = CSVDumper()
        ) {
            testDescription = name
            self.bytes = bytes
            self.message = message
            self.code = code
            self.dumper = dumper
        }

        init(
            _ name: String, _ text: String, _ message: String, _ code: DirDBError.Code = .damagedData,
            _ dumper: CSVDumper = CSVDumper()
        ) {
            self.init(name, Array(text.utf8), message, code, dumper)
        }
    }

    private static func damaged(_ cause: String) -> String {
        "PATH is damaged: \(cause); restore it or write it again"
    }

    private static func noTable(_ cause: String) -> String {
        "PATH cannot be loaded: \(cause), so it is not a table; correct it, or name its delimiter"
    }

    static let cases: [Case] = [
        Case(
            "too few", "a,b,c\n1,2,3\n1,2\n", noTable("line 3 has 2 fields where 3 are expected"),
            .unsupportedFormat),
        Case(
            "one", "a,b\n\"x\ny\",2\n\n1\n", noTable("line 5 has 1 field where 2 are expected"),
            .unsupportedFormat),
        Case(
            "too many", "a,b\r\n1,2\r\n1,2,3\r\n", noTable("line 3 has more fields where 2 are expected"),
            .unsupportedFormat),
        Case(
            "more than one", "a\n1,\n", noTable("line 2 has more fields where 1 is expected"),
            .unsupportedFormat),
        Case("no end of a quote", "a\nx\n\"y\nz\n", damaged("the quote that begins in line 3 does not end")),
        Case("no end in the header", "a,\"b", damaged("the quote that begins in line 1 does not end")),
        Case(
            "behind a quote", "a\n\"x\"y\n", noTable("text follows the end of a quote in or below line 2"),
            .unsupportedFormat),
        Case(
            "Latin-1 text", Array("a,b\nx,1\n".utf8) + [0xE9] + Array(",2\n".utf8),
            "PATH cannot be loaded: row 2 of its column \"a\" is not UTF-8; convert the file, as with iconv",
            .unsupportedFormat),
        Case(
            "Latin-1 name", [0x61, 0x2C, 0xE9, 0x0A],
            "PATH cannot be loaded: the name of its column 2 is not UTF-8; convert the file, as with iconv",
            .unsupportedFormat),
        Case(
            "UTF-16", [0xFF, 0xFE, 0x61, 0, 0x0A, 0],
            "PATH cannot be loaded: its text is not UTF-8; convert the file, as with iconv",
            .unsupportedFormat),
        Case(
            "repeated name", "a,b,a\n1,2,3\n",
            "PATH cannot be loaded: its first line names two columns \"a\"; rename one, or read it without a header",
            .unsupportedFormat),
        Case(
            "wrong type", "a,b\n1,2\n3,4.5\n",
            "\"4.5\" in the column \"b\", line 3 of PATH, is not a value of type int64; correct it or name another type for the column",
            .formatMismatch, CSVDumper(types: ["b": .int64])),
        Case(
            "too large", "a\n2147483648\n",
            "\"2147483648\" in the column \"a\", line 2 of PATH, is not a value of type int32; correct it or name another type for the"
                + " column", .formatMismatch, CSVDumper(types: ["a": .int32])),
        Case(
            "no truth", "a\n\"say \"\"yes\"\"\"\n",
            "\"say \"yes\"\" in the column \"a\", line 2 of PATH, is not a value of type bool; correct it or name another type for the"
                + " column", .formatMismatch, CSVDumper(types: ["a": .bool])),
        Case(
            "missing column", "a\n1\n",
            "there is no column \"b\" in PATH; give types and index for columns that are there",
            .invalidArgument,
            CSVDumper(types: ["b": .bool])),
        Case(
            "missing index", "a\n1\n",
            "there is no column \"i\" in PATH; give types and index for columns that are there",
            .invalidArgument,
            CSVDumper(index: "i")),
    ]

    @Test("Every fault has its sentence: the line, the cause, the remedy", arguments: cases)
    func sentence(_ fault: Case) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(fault.bytes, as: RawBytes("csv"))
        let message = fault.message.replacing("PATH", with: "\(try db["x"].path).csv")
        let error = #expect(throws: DirDBError.self) { try db["x"].get(as: fault.dumper) }
        #expect(error?.message == message)
        #expect(error?.code == fault.code)
        let streaming = #expect(throws: DirDBError.self) {
            try db["x"].withData { try fault.dumper.forEachBatch(rows: 10, of: $0) { _ in } }
        }
        #expect(streaming?.code == fault.code)
        // What is whole is not to be restored.
        #expect(try db.verify().contains(where: \.isProblem) == (fault.code == .damagedData))
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    static let seeds: [String] = [
        "a,b,c\n1,2.5,x\n-3,,\"y,\"\"z\"\"\"\n,1e5,\n", "\u{FEFF}t;v\r\n0.025;-70.5\r\n0.05;nan\r\n",
        "a\tb\n\"1\n2\"\t3\n\n4\t5", "x\n\n\"\"\n1\n", "a,b\n12345678,123456789012345678901234567890\n",
        "π,ö\ntrue,False\n,TRUE\n",
    ]

    @Test("Each truncation and thousands of mutated files are read or refused, in every way alike")
    func mutations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let seeds = Self.seeds.map { Array($0.utf8) }
        var loaded = 0
        for seed in seeds {
            for count in 0..<seed.count where try readsAlike(try db["x"], Array(seed.prefix(count))) {
                loaded += 1
            }
        }
        var random = SplitMix64(state: 2026)
        let parts = [
            "\"", "\"\"", ",", "\n", "\r\n", "\r", ";", "\t", "1e999", "nan", "9999999999999999999", "",
        ]
        for round in (0..<6_000).sampled {
            var bytes = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                guard !bytes.isEmpty else { break }
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.removeSubrange(place..<min(place + 3, bytes.count))
                case 3: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                default:
                    bytes.replaceSubrange(
                        place..<place + 1, with: (parts.randomElement(using: &random) ?? "").utf8)
                }
            }
            if try readsAlike(try db["x"], bytes) { loaded += 1 }
        }
        // Else the mutations would be too coarse to get beyond the header.
        #expect(loaded * samplingShare > 2000)
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    /// Reads in every way; false when all of them threw an error of ours.
    private func readsAlike(_ entry: Entry, _ bytes: [UInt8]) throws -> Bool {
        try entry.put(bytes, as: RawBytes("csv"))
        var isLoaded = false
        for delimiter in [nil, .comma, .semicolon] as [CSVDumper.Delimiter?] {
            let dumper = CSVDumper(delimiter: delimiter, hasHeader: bytes.count % 4 > 0)
            do {
                let table = try entry.get(as: dumper)
                isLoaded = true
                let fields = try entry.withData { try dumper.inspect($0).fields }
                #expect(fields.map(\.name) == table.columns.map(\.name))
                #expect(fields.map(\.dtype) == table.columns.map(\.dtype))
                var rowCount = 0
                try entry.withData { file in
                    try dumper.forEachBatch(rows: 2, of: file) { batch in
                        let expected = try table.rows(rowCount..<rowCount + batch.rowCount)
                        #expect(batch.hasSameBits(as: expected))
                        rowCount += batch.rowCount
                    }
                }
                #expect(rowCount == table.rowCount)
            } catch is DirDBError {}
        }
        return isLoaded
    }
}
