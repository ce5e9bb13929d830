import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Parts of csv files keep the text of their fields")
struct CSVPartTests {
    /// A file as the pieces that a part of it is made of.
    private struct File {
        let mark: String
        let delimiter: String
        let lineEnd: String
        var names: [String]
        var rows: [[String]]
        let endsWithLine: Bool

        init(_ random: inout SplitMix64) {
            func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
            mark = pick(["", "", "\u{FEFF}"])
            let delimiter = pick([",", ";", "\t"])
            self.delimiter = delimiter
            lineEnd = pick(["\n", "\r\n", "\r"])
            let fields = [
                "1.50", "01220", "TRUE", "89111702272002019559", "", "\"\"", "\"a\(delimiter)b\"",
                "\"two\nlines\"",
                "\"say \"\"so\"\"\"", " x ", "NA", "1e400", "é", "\"plain\"", "x\"y",
            ]
            let count = Int.random(in: 1...4, using: &random)
            names = (0..<count).map { pick(["n\($0)", "\"n\($0)\"", "\"n\($0)\(delimiter)\""]) }
            rows = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                (0..<count).map { _ in pick(fields) }
            }
            endsWithLine = random.next() % 3 > 0
        }

        /// An empty field that was chosen alone gets quotes: an empty line is no row for most readers.
        func text(_ columns: [Int], _ rows: Range<Int>, isChosen: Bool = false) -> String {
            let lines = ([names] + self.rows[rows]).map { line in
                let text = columns.map { line[$0] }.joined(separator: delimiter)
                return isChosen && text.isEmpty ? "\"\"" : text
            }
            // The last line of the part, which may be the header, need not be that of the file.
            let isCut = rows.upperBound < self.rows.count || rows.isEmpty && !self.rows.isEmpty
            return mark + lines.joined(separator: lineEnd) + (isCut || endsWithLine ? lineEnd : "")
        }
    }

    @Test("Random files, rows and columns: the part is made of the same text")
    func parts() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        var random = SplitMix64(state: 11)
        for _ in (0..<400).sampled {
            let file = File(&random)
            let count = file.rows.count
            // A line that is not ended and has but one empty field is none.
            let whole = file.text(Array(file.names.indices), 0..<count)
            if file.names.count == 1, !file.endsWithLine, file.rows.last == [""] { continue }
            try db["x"].put(Array(whole.utf8), as: RawBytes("csv"))
            let names = file.names.map { $0.filter { $0 != "\"" } }
            let start = Int.random(in: 0...count, using: &random)
            let end = Int.random(in: start...count + 1, using: &random)
            let kept = names.indices.filter { _ in random.next() % 2 == 0 }.shuffled(using: &random)
            let dumper = CSVDumper(
                delimiter: CSVDumper.Delimiter.allCases.first { $0.rawValue == file.delimiter.utf8.first })
            for (selection, columns) in [
                (Selection(rows: start..<end), Array(names.indices)),
                (Selection(only: kept.map { names[$0] }, rows: start..<end), kept),
            ] where !columns.isEmpty {
                let rows = start..<min(end, count)
                var sink = try SinkFile(directory)
                try db["x"].withData { try selection.write($0, to: &sink.sink, csv: dumper) }
                let isChosen = selection.only != nil
                #expect(
                    try sink.text() == file.text(columns, rows, isChosen: isChosen),
                    "\(whole.debugDescription) \(selection)")
            }
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    /// A sink whose text can be read.
    private struct SinkFile: ~Copyable {
        var sink: DataSink

        init(_ directory: borrowing TemporaryDirectory) throws {
            let path = directory.path(of: "sink")
            sink = DataSink(
                FileDescriptor(open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)), path: path,
                isToBeSynced: false)
        }

        func text() throws -> String {
            String(decoding: try sink.readBytes(at: 0, count: Int(sink.count)), as: UTF8.self)
        }
    }

    @Test(
        "A part is copied with its text; an empty name alone gets quotes; empty lines between rows are left out"
    )
    func copies() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["x"].put(Array("\n,zip\r\n\r\n0,01220\r\n\r\n1,\r\n".utf8), as: RawBytes("csv"))
        for (selection, text) in [
            (Selection(only: [""]), "\"\"\r\n0\r\n1\r\n"),
            (Selection(only: ["zip"]), "zip\r\n01220\r\n\"\"\r\n"),
            (Selection(rows: 1..<2), ",zip\r\n1,\r\n"), (Selection(except: ["", "zip"]), ""),
            (Selection(only: ["zip", ""], rows: 0..<1), "zip,\r\n01220,0\r\n"),
        ] {
            try db["x"].copy(selection, to: db["y"], replacing: true)
            #expect(String(decoding: try db["y"].bytes(), as: UTF8.self) == text)
        }
        // What is cut to one column reads as that column.
        try db["x"].copy(Selection(only: ["zip"]), to: db["y"], replacing: true)
        #expect(try db["y"].get() as Table == Table([Column("zip", ["01220", nil])]))
        #expect(failure { try db["x"].copy(Selection(only: ["typo"]), to: db["z"]) }?.code == .notFound)
        try db["bad"].put(Array("a,b\n1,2\n3\n".utf8), as: RawBytes("csv"))
        try db["bad"].copy(Selection(rows: 0..<1), to: db["y"], replacing: true)
        #expect(
            failure { try db["bad"].copy(Selection(rows: 0..<2), to: db["z"]) }?.code == .unsupportedFormat)
        try db["bad"].delete()
        #expect(try db.verify().isEmpty)
    }
}
