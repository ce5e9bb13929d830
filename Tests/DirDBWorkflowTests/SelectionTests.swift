import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct SelectionTests {
    private static let table = Result {
        try Table([
            Column("t", (0..<10).map(Double.init)), Column("site", (0..<10).map { "s\($0)" }),
            Column("n", (0..<10).map { $0 }),
        ])
    }

    @Test(
        "Columns and rows of tables are those of the whole table, in every format",
        arguments: [
            Selection(only: ["n", "t"]), Selection(except: ["site"]), Selection(rows: 2..<5),
            Selection(rows: 8..<99),
            Selection(rows: 50..<60), Selection(rows: 3..<3), Selection(rows: 4..<4),
            Selection(only: ["site"], rows: 4..<8),
            Selection(only: ["n", "t"], except: ["n"], rows: 0..<(.max)),
        ])
    func tables(selection: Selection) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        let whole = try Self.table.get()
        try db["parquet"].put(whole, as: ParquetDumper(rowGroupSize: 3))
        try db["csv"].put(whole, as: CSVDumper())
        var names = selection.only ?? ["t", "site", "n"]
        names.removeAll { selection.except.contains($0) }
        let rows = (selection.rows ?? 0..<10).clamped(to: 0..<10)
        let expected = try whole.selecting(names).rows(rows)
        for format in ["parquet", "csv"] {
            let part: Table = try db[format].get(selection)
            // Of no rows a csv file does not tell the types.
            if !rows.isEmpty || format == "parquet" { #expect(part == expected, "\(format)") }
            #expect(part.rowCount == rows.count)
            try db[format].copy(selection, to: db["part"], replacing: true)
            let copied: Table = try db["part"].get()
            #expect(copied == part || rows.isEmpty && format == "csv" && copied.rowCount == 0, "\(format)")
        }
    }

    @Test("Of Parquet no row group is decoded that has none of the rows")
    func rowGroups() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["x"].put(try Self.table.get(), as: ParquetDumper(compression: .none, rowGroupSize: 3))
        // The pages of the first row group become nonsense.
        let handle = try #require(FileHandle(forWritingAtPath: directory.path(of: "db/x.parquet")))
        try handle.seek(toOffset: 4)
        try handle.write(contentsOf: Data([UInt8](repeating: 0xFF, count: 60)))
        try handle.close()
        let part: Table = try db["x"].get(Selection(rows: 3..<10))
        #expect(try part == Self.table.get().rows(3..<10))
        #expect(failure { _ = try db["x"].get(Selection(rows: 2..<4)) as Table }?.code == .damagedData)
    }

    @Test("Members of an npz archive, and rows of each")
    func archives() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        let x = try NDArray(shape: [3, 2], elements: [1.0, 2, 3, 4, 5, 6])
        try db["a"].put(
            ["x": x, "n": NDArray([1, 2, 3, 4]), "s": NDArray(shape: [], elements: [Float(1)])] as NamedArrays
        )
        let part: NamedArrays = try db["a"].get(Selection(except: ["s"], rows: 1..<9))
        #expect(part.names == ["x", "n"])
        #expect(try part["x"] == x.rows(1..<3) && part["n"] == NDArray([2, 3, 4]))
        try db["a"].copy(Selection(only: ["n"]), to: db["b"])
        let copied: NamedArrays = try db["b"].get()
        #expect(try copied.names == ["n"] && copied["n"] == NDArray([1, 2, 3, 4]))
        #expect(
            failure { _ = try db["a"].get(Selection(rows: 0..<1)) as NamedArrays }?.code == .invalidArgument)
    }

    @Test("Rows of arrays of any element type", arguments: [0..<2, 1..<100, 5..<7, 1..<1])
    func arrays(rows: Range<Int>) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        func check<Element: NumpyElement & Equatable>(_ elements: [Element]) throws {
            let array = try NDArray(shape: [3, 2], elements: elements)
            try db["a"].put(array, meta: ["k": 1])
            try db["a"].copy(Selection(rows: rows), to: db["b"], replacing: true)
            #expect(try db["b"].get() == array.rows(rows.clamped(to: 0..<3)))
            #expect(try db["b"].meta == ["k": 1])
        }
        try check([1.0, 2, 3, 4, 5, 6])
        try check([true, false, false, true, true, false])
        try check([UInt16(1), 2, 3, 4, 5, 6])
    }

    @Test("A part does not claim the checksum of the whole")
    func provenance() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["a"].put(NDArray([1.0, 2]), meta: ["k": 1], provenance: .capture())
        try db["b"].put(NDArray([1.0, 2]), provenance: .capture())
        try db["a"].copy(Selection(rows: 0..<1), to: db["part"])
        try db["b"].copy(Selection(rows: 0..<1), to: db["other"])
        try db["a"].copy(Selection(), to: db["whole"])
        #expect(try db["part"].meta == ["k": 1] && db["other"].meta == [:])
        #expect(try db["whole"].meta[Provenance.key] == db["a"].meta[Provenance.key])
    }

    @Test("What is not there, or has no such parts, is an error, and nothing is made")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["array"].put(NDArray([1.0, 2]))
        try db["scalar"].put(NDArray(shape: [], elements: [1.0]))
        try db["bytes"].put([1, 2, 3])
        try db["table"].put(try Self.table.get())
        for (name, selection, code) in [
            ("array", Selection(only: ["x"]), DirDBError.Code.unsupportedFormat),
            ("scalar", Selection(rows: 0..<1), .invalidArgument),
            ("bytes", Selection(rows: 0..<1), .unsupportedFormat),
            ("table", Selection(only: ["typo"]), .notFound),
            ("table", Selection(except: ["typo"]), .notFound),
            ("table", Selection(only: ["t", "t"]), .invalidArgument),
        ] {
            let error = failure { try db[name].copy(selection, to: db["new"]) }
            #expect(error?.code == code, "\(name): \(String(describing: error))")
        }
        #expect(try db.keys == ["array", "bytes", "scalar", "table"])
    }
}
