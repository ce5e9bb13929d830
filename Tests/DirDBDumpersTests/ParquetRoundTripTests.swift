import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Parquet files read back")
struct ParquetRoundTripTests {
    struct Options: CustomTestStringConvertible {
        let testDescription: String
        let dumper: ParquetDumper
    }

    static let options: [Options] = [
        Options(testDescription: "zstd", dumper: ParquetDumper()),
        Options(testDescription: "snappy", dumper: ParquetDumper(compression: .snappy, rowGroupSize: 700)),
        Options(testDescription: "gzip", dumper: ParquetDumper(compression: .gzip, rowGroupSize: 1)),
        Options(
            testDescription: "none",
            dumper: ParquetDumper(compression: .none, floatEncoding: .byteStreamSplit)),
        Options(
            testDescription: "split",
            dumper: ParquetDumper(floatEncoding: .byteStreamSplit, rowGroupSize: 777)),
    ]

    @Test(
        "Every type comes back to the bit, with and without nulls, however it is written", arguments: options)
    func everyType(_ options: Options) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for count in [0, 1, 7, 8, 9, 64, 2000] {
            let table = try ParquetTables.everyType(count)
            try db["x"].put(table, as: options.dumper)
            let read = try db["x"].get(Table.self)
            #expect(try read.bits == table.bits, "\(count) rows")
            let content = try db["x"].info().content
            #expect(content.rows == count && content.columns == table.columns.count)
            #expect(content.fields == table.columns.map { Field(name: $0.name, dtype: $0.dtype) })
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Pages and row groups end anywhere", arguments: [131_071, 131_072, 131_073, 300_000])
    func pages(_ count: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let validity = (0..<count).map { $0 % 1000 < 999 }
        let table = try ParquetTables.table(
            Column("full", .int64((0..<count).map(Int64.init))),
            Column("holes", .double((0..<count).map { Double($0) / 3 }), validity: validity),
            Column("flags", .bool((0..<count).map { $0 % 3 == 0 }), validity: validity),
            Column("unique", .string(StringColumn((0..<count).map { "name-\($0)" })), validity: validity),
            Column("repeated", .string(StringColumn((0..<count).map { "kind-\($0 / 777 % 300)" }))))
        for size in [1 << 20, 131_072, 100_000] {
            try db["x"].put(table, as: ParquetDumper(rowGroupSize: size))
            #expect(try db["x"].get(Table.self) == table)
            let groups = try db["x"].withData { file in try ParquetFile(file).rowGroups.map(\.rowCount) }
            #expect(groups.allSatisfy { $0 <= size } && groups.reduce(0, +) == count)
            #expect(groups.dropLast().allSatisfy { $0 == size })
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("A table without rows or without columns keeps what it has")
    func edges() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for table in [
            try Table([]), try Table([], rowCount: 5), try ParquetTables.table(Column("a", [Int64]())),
            try ParquetTables.table(Column("", ["x"]), Column("\u{301}", [1.5])),
        ] {
            try db["x"].put(table)
            #expect(try db["x"].get(Table.self) == table)
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Long strings, which are larger than a page, come back and are left out of the extremes")
    func longStrings() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let texts = (0..<40).map { String(repeating: "äb\($0)", count: 1 + $0 * 4000) }
        let table = try ParquetTables.table(
            Column("text", texts + texts.reversed()),
            Column("short", ["z"] + [String](repeating: "b", count: 79)))
        try db["x"].put(table)
        #expect(try db["x"].get(Table.self) == table)
        let statistics = try db["x"].withData { file in try ParquetFile(file).statistics }
        #expect(statistics == ["text": ["nulls": 0], "short": ["min": "b", "max": "z", "nulls": 0]])
        #expect(try db.verify().isEmpty)
    }

    @Test("The index is an ordinary column that is known to be the index")
    func index() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try Table([Column("trial", ["a", "b"]), Column("0", [1.5, nil])], index: "trial")
        try db["x"].put(table, as: ParquetDumper(metadata: ["source": "run 7"]))
        #expect(try db["x"].get(Table.self) == table)
        #expect(try db["x"].get(columns: ["0"]) == table.selecting(["0", "trial"]))
        let alone = try db["x"].withData { file in try ParquetFile(file).read(columns: ["0"], from: file) }
        #expect(try alone == table.selecting(["0"]))
        #expect(try db["x"].get(columns: ["0", "trial"]).indexName == "trial")
        let keys = try db["x"].withData { file in try ParquetFile(file).keyValueMetadata }
        #expect(keys["source"] == "run 7" && keys.count == 2)
        #expect(try db.verify().isEmpty)
    }

    @Test("A value beyond its logical type is refused, and the entry stays as it was")
    func unfitValues() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let good = try ParquetTables.table(Column("a", .int32([255]), logicalType: "uint8"))
        try entry.put(good)
        for (value, type) in [(256, "uint8"), (-1, "uint16"), (128, "int8"), (-32769, "int16"), (0, "null")] {
            let bad = try ParquetTables.table(Column("a", .int32([Int32(value)]), logicalType: type))
            let error = #expect(throws: DirDBError.self) { try entry.put(bad) }
            #expect(error?.code == .invalidArgument)
            #expect(
                error?.message
                    == "the column \"a\" cannot be stored as \(type), because it holds \(value); correct the value or"
                    + " leave out the logical type")
        }
        let wide = try ParquetTables.table(Column("a", .int64([1 << 32]), logicalType: "uint32"))
        #expect(throws: DirDBError.self) { try entry.put(wide) }
        // What the format does not know is left out.
        try db["y"].put(ParquetTables.table(Column("a", .int32([7]), logicalType: "parsecs")))
        #expect(try db["y"].get(Table.self)["a"]?.logicalType == nil)
        #expect(try entry.get(Table.self) == good)
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Extremes and nulls are those of the values; NaN has no place in any order, zeros are both taken in")
    func statistics() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try ParquetTables.table(
            Column("i", .int32([3, -7, 5, 9]), validity: [true, true, true, false]),
            Column("u", .int64([-1, 1, 2, 3]), logicalType: "uint64"),
            Column("v", .int64([5, 1, 2, 3]), logicalType: "uint64"),
            Column("d", [1.5, -2, 0.25, 4]), Column("nan", [1, .nan, 2, 3]),
            Column("zero", [0.0, 0, -0.0, 0]),
            Column("f", .float([1, 2, -3, 0])), Column("b", [true, false, true, true]),
            Column("s", ["b", "ä", "", "zz"]), Column("none", [Double?](repeating: nil, count: 4)))
        try db["x"].put(table, as: ParquetDumper(rowGroupSize: 2))
        let parquet = try db["x"].withData { file in try ParquetFile(file) }
        #expect(
            parquet.statistics == [
                "i": ["min": -7, "max": 5, "nulls": 1],
                "u": ["min": 1, "max": JSON(UInt64.max), "nulls": 0], "v": ["min": 1, "max": 5, "nulls": 0],
                "d": ["min": -2.0, "max": 4.0, "nulls": 0], "nan": ["nulls": 0],
                "zero": ["min": -0.0, "max": 0.0, "nulls": 0], "f": ["min": -3.0, "max": 2.0, "nulls": 0],
                "b": ["min": false, "max": true, "nulls": 0], "s": ["min": "", "max": "ä", "nulls": 0],
                "none": ["nulls": 4],
            ])
        let zero = try parquet.statistics(of: "zero", rowGroups: 0..<1)
        #expect(zero.min?.asDouble?.sign == .minus && zero.max?.asDouble?.sign == .plus)
        #expect(try parquet.statistics(of: "i", rowGroups: 1..<2).nullCount == 1)
        #expect(try parquet.statistics(of: "nan", rowGroups: 1..<2).max == 3.0)
        #expect(throws: DirDBError.self) { try parquet.statistics(of: "absent") }
        #expect(throws: DirDBError.self) { try parquet.statistics(of: "i", rowGroups: 0..<3) }
        #expect(try db.verify().isEmpty)
    }
}
