import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Dates and times as text")
struct TimeTextTests {
    /// A value, its type, and its text; or another text that reads as the value.
    static let texts: [(Int64, String, String)] = [
        (18_262, "date", "2020-01-01"), (-1, "date", "1969-12-31"), (-719_162, "date", "0001-01-01"),
        (11_016, "date", "2000-02-29"), (2_932_897, "date", "10000-01-01"), (-719_529, "date", "-0001-12-31"),
        (0, "time[ms]", "00:00:00"), (86_399_999_999, "time[us]", "23:59:59.999999"),
        (1, "time[ns]", "00:00:00.000000001"),
        (1_577_880_000_000_000, "timestamp[us]", "2020-01-01 12:00:00"),
        (1_577_880_000_250_000, "timestamp[us]", "2020-01-01 12:00:00.250"),
        (-1, "timestamp[ms, UTC]", "1969-12-31 23:59:59.999+00:00"),
        (1_577_880_000_000, "timestamp[ms, Europe/Berlin]", "2020-01-01 12:00:00+00:00"),
        (.max, "timestamp[ns]", "2262-04-11 23:47:16.854775807"),
        (.min, "timestamp[ns]", "1677-09-21 00:12:43.145224192"),
        (.max, "timestamp[us]", "294247-01-10 04:00:54.775807"),
        (.min, "timestamp[us]", "-290308-12-21 19:59:05.224192"),
        (1500, "duration[ms]", "1500 ms"), (.min, "duration[ns]", "-9223372036854775808 ns"),
    ]

    @Test("A value has its text, and the text that value", arguments: texts)
    func text(value: Int64, type: String, text: String) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let is32 = type == "date" || type == "time[ms]"
        let column = try Column(
            "t", is32 ? .int32([Int32(value)]) : .int64([value]), logicalType: type)
        try db["x"].put(Table([column]), as: CSVDumper())
        #expect(try db["x"].text() == "t\n\(text)\n")
        #expect(try Table([column]).description.contains("\n\(text)\n"))
        let given = try #require(ColumnType(rawValue: type))
        #expect(try db["x"].get(as: CSVDumper(types: ["t": given]))["t"] == column)
        #expect(try db["x"].get(as: CSVDumper())["t"]?.dtype == "string")
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Other forms of the same moment are read",
        arguments: [
            ("2020-01-01T12:00:00Z", "timestamp[us, UTC]"), ("2020-01-01 14:00+02:00", "timestamp[us, UTC]"),
            ("2020-01-01 07:30:00.0-0430", "timestamp[us, UTC]"),
            (" 2020-01-01T12:00 ", "timestamp[us]"), ("2020-01-01 12:00:00", "timestamp[us, UTC]"),
        ])
    func forms(text: String, type: String) throws {
        let given = try #require(ColumnType(rawValue: type))
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(csv: "t\n\(text)\n")
        #expect(
            try db["x"].get(as: CSVDumper(types: ["t": given]))["t"]?.values
                == .int64([1_577_880_000_000_000]))
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "The times of a column have the same number of digits, and no value a type cannot have ends the program"
    )
    func columns() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let times = try Column(
            "t", .int64([0, 1_500_000, .min]), validity: [true, true, false], logicalType: "timestamp[us]")
        try db["x"].put(Table([times, Column("n", [1, 2, 3])]), as: CSVDumper())
        #expect(try db["x"].text() == "t,n\n1970-01-01 00:00:00.000,1\n1970-01-01 00:00:01.500,2\n,3\n")
        for type in [
            "date", "time[s]", "time[ns]", "timestamp[s]", "timestamp[s, UTC]", "timestamp[ns]",
            "duration[us]",
        ] {
            for value in [Int64.min, .min + 1, .max, -1] {
                try db["x"].put(Table([Column("t", .int64([value]), logicalType: type)]), as: CSVDumper())
                #expect(try db["x"].text().utf8.count > 4)
            }
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("The footer's statistics have the texts; for programs they are integers")
    func statistics() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(
            Table([
                Column("d", .int32([18_262, -1]), logicalType: "date"),
                Column("t", .int64([1_577_880_000_000_000, 5]), logicalType: "timestamp[us, UTC]"),
                Column("u", .int64([-1, 7]), logicalType: "uint64"),
                Column("v", .int64([1500, -2]), logicalType: "duration[ms]"),
            ]), as: ParquetDumper(rowGroupSize: 1))
        try db["x"].withData { file in
            let parquet = try ParquetFile(file)
            #expect(
                parquet.statistics == [
                    "d": ["min": "1969-12-31", "max": "2020-01-01", "nulls": 0],
                    "t": [
                        "min": "1970-01-01 00:00:00.000005+00:00", "max": "2020-01-01 12:00:00+00:00",
                        "nulls": 0,
                    ],
                    "u": ["min": 7, "max": JSON(UInt64.max), "nulls": 0],
                    "v": ["min": "-2 ms", "max": "1500 ms", "nulls": 0],
                ])
            #expect(try parquet.statistics(of: "d").max == 18_262)
            #expect(try parquet.statistics(of: "u").max == JSON(UInt64.max))
        }
        #expect(try db.verify().isEmpty)
    }
}
