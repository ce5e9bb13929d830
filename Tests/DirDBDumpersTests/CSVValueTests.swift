import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// The rule of csv: a value becomes one that equals it, or stays text.
@Suite("csv: no conversion changes a value")
struct CSVValueTests {
    /// The fields of one column, and the type that it must get.
    struct Case: CustomTestStringConvertible {
        let fields: [String]
        let dtype: String
        var testDescription: String { "\(fields.joined(separator: " ")): \(dtype)" }

        init(_ fields: String..., dtype: String) {
            self.fields = fields
            self.dtype = dtype
        }
    }

    static let cases: [Case] = [
        Case("0", "-0", "9", dtype: "int64"),
        Case("9223372036854775807", "-9223372036854775808", dtype: "int64"),
        Case("9223372036854775808", dtype: "uint64"), Case("18446744073709551615", "1", "0", dtype: "uint64"),
        Case("1", "18446744073709551615", dtype: "uint64"), Case("18446744073709551616", dtype: "string"),
        Case("89111702272002019559", dtype: "string"), Case("18446744073709551615", "-1", dtype: "string"),
        Case("-1", "18446744073709551615", dtype: "string"), Case("-9223372036854775809", dtype: "string"),
        Case("01220", dtype: "string"), Case("1", "007", dtype: "string"), Case("-007", dtype: "string"),
        Case("00", dtype: "string"), Case("0.5", "00.5", dtype: "string"), Case("-01.5", dtype: "string"),
        Case("12345678", "01234567", dtype: "string"), Case("1234567.5", "0123456.5", dtype: "string"),
        Case("+5", dtype: "string"), Case("1.5", "+5", dtype: "string"),
        Case("+1.5", "-.5e1", dtype: "double"),
        Case("0", "0.5", "-0.5", "5.", ".5", "0e5", "1E+05", dtype: "double"),
        Case("1.50", "2", dtype: "double"), Case("9007199254740992", "0.5", dtype: "double"),
        Case("9007199254740993", "0.5", dtype: "string"), Case("0.5", "9007199254740993", dtype: "string"),
        Case("9007199254740993.0", dtype: "string"), Case("-9007199254740993", "0.5", dtype: "string"),
        Case("18446744073709551615", "0.5", dtype: "string"),
        Case("0.5", "18446744073709551616", dtype: "string"),
        Case("10000000000000000000", "0.5", dtype: "double"),
        Case("0.5", "10000000000000000000", dtype: "double"),
        Case("0.1", "0.30000000000000004", "1e23", "5e-324", dtype: "double"),
        // As %.17g, %.18e and the exact value are printed.
        Case("0.10000000000000001", "4.9406564584124654e-324", dtype: "double"),
        Case(
            "1.000000000000000056e-01", "9.999999999999999547e-07", "1.234567890123456708e+30",
            dtype: "double"),
        Case("0.1000000000000000055511151231257827021181583404541015625", dtype: "double"),
        Case("0.10000000000000000000", "1.00000000000000000000000", dtype: "double"),
        Case("0.10000000000000000000001", dtype: "string"),
        Case("0.30000000000000001", "0.5", dtype: "string"),
        Case("0.10000000000000002", "0.5", dtype: "double"),
        Case("123456789012345678901234567890.0", dtype: "string"), Case("1e400", dtype: "string"),
        Case("-1e400", dtype: "string"), Case("1e-400", dtype: "string"), Case("0e400", dtype: "double"),
        Case("nan", "-Inf", "1", dtype: "double"), Case("1", "nan", dtype: "double"),
        Case("TRUE", "false", dtype: "bool"), Case("TRUE", "1", dtype: "string"), Case("1e", dtype: "string"),
        Case("2020-01-01", dtype: "string"), Case(" 5", "6\t", dtype: "int64"), Case(" 05", dtype: "string"),
    ]

    @Test("A column gets the first type in which all its fields keep their values", arguments: cases)
    func types(_ given: Case) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        // The fields alone, and behind so many that they are in another block of the reader.
        let first = given.fields.first { !$0.contains("n") && $0 != "TRUE" && $0 != "00" } ?? given.fields[0]
        for padding in [0, 40_000] {
            let fields = Array(repeating: first, count: padding) + given.fields
            try db["x"].put(csv: "a,b\n" + fields.map { "\($0),\n" }.joined())
            let table = try db["x"].get(as: CSVDumper())
            let column = try #require(table["a"])
            #expect(column.dtype == given.dtype)
            if case .string(let values) = column.values {
                #expect((0..<fields.count).allSatisfy { values[$0] == fields[$0] })
            }
            // The same by way of Parquet.
            try db["x"].put(table)
            #expect(try db["x"].get() as Table == table || given.fields.contains { $0.contains("n") })
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Batches refuse what the rows before would not have been read as, and a given type reads it")
    func batches() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for (head, last) in [
            ("1", "007"), ("1.5", "9007199254740993"), ("1", "9223372036854775808"), ("1.5", "1e400"),
        ] {
            try db["x"].put(csv: "a\n" + String(repeating: head + "\n", count: 40_000) + last + "\n")
            let error = #expect(throws: DirDBError.self) {
                try db["x"].withData { try CSVDumper().forEachBatch(rows: 999, of: $0) { _ in } }
            }
            #expect(error?.code == .formatMismatch && error?.message.contains("\"\(last)\"") == true)
            #expect(
                try db["x"].get(as: CSVDumper())["a"]?.dtype == (last.hasPrefix("922") ? "uint64" : "string"))
        }
        try db["x"].put(csv: "a,b,c\n007,+5,0.10000000000000000000001\n")
        let table = try db["x"].get(as: CSVDumper(types: ["a": .int64, "b": .uint64, "c": .double]))
        #expect(table["a"] == Column("a", [7]) && table["c"] == Column("c", [0.1]))
        #expect(table["b"]?.dtype == "uint64" && table["b"]?.values == .int64([5]))
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A field that a given type cannot have is an error",
        arguments: [
            ("9007199254740993", "double"), ("16777217", "float"), ("1e400", "double"), ("1e39", "float"),
            ("-1", "uint64"), ("18446744073709551616", "uint64"), ("128", "int8"), ("-1", "uint32"),
            ("2020-02-30", "date"), ("2020-01-01 12:00:00.0005", "timestamp[ms]"), ("24:61", "time[us]"),
            ("2020-01-01 12:00:00+02:00", "timestamp[us]"), ("300000-01-01", "timestamp[us]"),
            ("5", "duration[ms]"),
        ])
    func refusals(field: String, type: String) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(csv: "a\n\(field)\n")
        let given = try #require(ColumnType(rawValue: type))
        let error = #expect(throws: DirDBError.self) { try db["x"].get(as: CSVDumper(types: ["a": given])) }
        #expect(
            error?.code == .formatMismatch
                && error?.message.contains("is not a value of type \(type);") == true)
        #expect(try db.verify().isEmpty)
    }
}
