import DirDB
import DirDBWorkflow
import TestSupport
import Testing

@testable import DirDBDumpers

@Suite("Columns of decimals, bytes and lists")
struct ColumnKindTests {
    static let uuid: [UInt8] = [
        0x7B, 0x4E, 0xC9, 0xF2, 0x8F, 0x0A, 0x4A, 0x3C, 0x9D, 0x6F, 0x0F, 0x7C, 0x1F, 0x0C, 0x8F, 0x11,
    ]

    /// A table of all of them, some values and items missing.
    static func table(_ count: Int) throws -> Table {
        let validity = (0..<count).map { $0 % 7 != 3 }
        func texts(_ digits: (Int) -> String) -> Column.Values {
            .string(StringColumn((0..<count).map { validity[$0] ? digits($0) : "" }))
        }
        let lists: [[Double?]?] = (0..<count).map { row in
            row % 5 == 1 ? nil : (0..<(row * 7 % 13)).map { $0 % 4 == 2 ? nil : Double(row) + Double($0) / 8 }
        }
        let words: [[String?]?] = (0..<count).map { row in
            row % 6 == 2 ? nil : (0..<(row % 4)).map { $0 == 1 ? nil : "wörd \((row + $0) % 11)" }
        }
        let matrix = try Column("", .float((0..<count * 3).map { Float($0) / 4 }), validity: nil)
        return try Table([
            Column(
                "price", texts { "\($0 % 3 == 1 ? "-" : "")\($0 / 100).\($0 % 100 / 10)\($0 % 10)" },
                validity: validity, logicalType: "decimal(9, 2)"),
            Column(
                "large", texts { "\($0 + 1)0123456789012345678901234567890.5" }, validity: validity,
                logicalType: "decimal(38, 1)"),
            Column(
                "bytes", .binary(BinaryColumn((0..<count).map { [0xFF, UInt8($0 % 200), 0] })),
                validity: validity),
            Column(
                "fixed", .binary(BinaryColumn((0..<count).map { [UInt8($0 % 256), 0x80] })),
                logicalType: "fixed_len_byte_array[2]"),
            Column(
                "id", .binary(BinaryColumn((0..<count).map { _ in uuid })), validity: validity,
                logicalType: "uuid"),
            Column("spikes", lists: lists), Column("words", lists: words),
            Column("embedding", .list(ListColumn(width: 3, items: matrix))),
            Column(
                "days",
                .list(
                    ListColumn(
                        width: 1,
                        items: Column(
                            "", .int32((0..<count).map { Int32($0) }),
                            logicalType: "date")))),
            Column("n", (0..<count).map { Int64($0) }),
        ])
    }

    @Test("They come back from row groups and pages of any size, as wholes and as parts")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for (count, size) in [(0, 10), (1, 10), (50, 7), (3000, 1 << 20), (3000, 999)] {
            let table = try Self.table(count)
            try db["x"].put(table, as: ParquetDumper(rowGroupSize: size))
            #expect(try db["x"].get(Table.self) == table)
            let fields = try db["x"].info().content.fields
            #expect(fields.map(\.dtype) == table.columns.map(\.dtype))
            #expect(fields.map(\.dtype).contains("list<double>"))
            if case .list(let lists)? = try db["x"].get(Table.self)["embedding"]?.values {
                #expect(lists.width == 3)
            } else {
                Issue.record("the column has no lists")
            }
            #expect(try db["x"].get(columns: ["words", "id"]) == table.selecting(["words", "id"]))
            let part = count / 3..<count / 2
            #expect(try db["x"].get(Table.self).rows(part) == table.rows(part))
            try db["y"].put(table.rows(part))
            #expect(try db["y"].get(Table.self) == table.rows(part))
            // In pieces.
            try db["z"].put(tables: ParquetDumper(rowGroupSize: size)) { writer in
                for start in stride(from: 0, to: count, by: 100) {
                    try writer.append(table.rows(start..<min(start + 100, count)))
                }
            }
            if count > 0 { #expect(try db["z"].get(Table.self) == table) }
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Different lists of texts are different texts in csv, and nothing else is lost beside them")
    func listTexts() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let lists: [[String?]?] = [["a", "b"], ["a, b"], [nil], ["null"], [], [""], nil, ["\"", "\n"]]
        try db["x"].put(
            Table([Column("l", lists: lists), Column("n", Array(0..<Int64(lists.count)))]), as: CSVDumper())
        let texts = [
            #"["a", "b"]"#, #"["a, b"]"#, "[null]", #"["null"]"#, "[]", #"[""]"#, nil, #"["\"", "\n"]"#,
        ]
        #expect(try db["x"].get(Table.self).columns.first == Column("l", texts))
    }

    @Test("Lists of strings that hardly repeat, and lists larger than a page, come back")
    func largeLists() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let strings = try Table([
            Column(
                "s",
                lists: (0..<9000).map { row in
                    (0..<row % 9).map { "\(row)-\($0)" + String(repeating: "x", count: 40) }
                })
        ])
        try db["s"].put(strings)
        #expect(try db["s"].get(Table.self) == strings)
        let numbers = try Column("", .int64((0..<600_000).map { Int64($0) }))
        let long = try Table([
            Column("l", .list(ListColumn(offsets: [0, 5, 400_005, 400_005, 600_000], items: numbers)))
        ])
        try db["l"].put(long)
        #expect(try db["l"].get(Table.self) == long)
    }

    @Test("Rows of the parts of a partitioned table, and gathered ones, keep lists and bytes")
    func partitions() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try Self.table(60)
        try db.putPartitioned("p", table, by: ["n"])
        let again = try db.getPartitioned("p")
        let order = (0..<60).map { "\($0)" }.sorted().compactMap { Int($0) }
        #expect(try again == table.gathering(order))
    }

    @Test("What cannot be stored as its logical type is refused with the value")
    func unfit() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for (text, type) in [
            ("1.234", "decimal(9, 2)"), ("12345678.00", "decimal(9, 2)"), ("1e3", "decimal(9, 2)"),
            ("", "decimal(9, 2)"), (".5", "decimal(9, 2)"), ("5.", "decimal(9, 2)"), ("--5", "decimal(9, 2)"),
            ("nan", "decimal(9, 2)"),
        ] {
            let table = try Table([Column("a", .string(StringColumn(["1.00", text])), logicalType: type)])
            let error = #expect(throws: DirDBError.self) { try db["x"].put(table) }
            #expect(
                error?.message
                    == "the column \"a\" cannot be stored as \(type), because it holds \"\(text)\"; correct the value or"
                    + " leave out the logical type")
        }
        let short = try Table([Column("a", .binary(BinaryColumn([[1, 2]])), logicalType: "uuid")])
        #expect(throws: DirDBError.self) { try db["x"].put(short) }
        #expect(try !db["x"].exists)
        // Fewer digits after the point than there may be are no other number.
        try db["x"].put(
            Table([Column("a", .string(StringColumn(["5", "-0.5"])), logicalType: "decimal(9, 2)")]))
        #expect(try db["x"].get(Table.self)["a"]?.values == .string(StringColumn(["5.00", "-0.50"])))
    }

    @Test("Offsets that do not cover the items, and lists of lists, are refused")
    func badLists() throws {
        let items = Column("", [1.5, 2.5])
        for offsets in [[], [0], [0, 1], [1, 2], [0, 3], [0, 2, 1, 2]] {
            #expect(throws: DirDBError.self) { try ListColumn(offsets: offsets, items: items) }
        }
        let nested = try Column("", .list(ListColumn(offsets: [0, 2], items: items)))
        #expect(throws: DirDBError.self) { try ListColumn(offsets: [0, 1], items: nested) }
        for width in [0, -1, 3] {
            #expect(throws: DirDBError.self) { try ListColumn(width: width, items: items) }
        }
        // A missing list has no items, whatever was given for it.
        let cleared = try Column(
            "x", .list(ListColumn(offsets: [0, 1, 2], items: items)), validity: [false, true])
        #expect(cleared == Column("x", lists: [nil, [2.5]]))
        #expect(cleared != Column("x", lists: [[], [2.5]]))
    }

    @Test("Decimals have the digits of the integers that are stored")
    func decimals() {
        var random = SplitMix64(state: 11)
        for _ in 0..<2000 {
            let shift = Int128(Int.random(in: 0..<127, using: &random))
            let value = (Int128(Int64(bitPattern: random.next())) << 64 | Int128(random.next())) >> shift
            let bytes = (0..<16).map { UInt8(truncatingIfNeeded: value >> Int128(8 * (15 - $0))) }
            let text = bytes.withUnsafeBufferPointer { FixedDecimal.text($0, scale: 0) }
            #expect(text == "\(value)")
            var padded = text
            let scaled = bytes.withUnsafeBufferPointer { FixedDecimal.text($0, scale: 5) }
            #expect(
                scaled.filter { $0 != "." }.drop { $0 == "-" }.drop { $0 == "0" }
                    == text.drop { $0 == "-" }.drop { $0 == "0" })
            padded = scaled
            let back = padded.withUTF8 { FixedDecimal.bytes($0, precision: 39, scale: 5, width: 16) }
            #expect(back == bytes)
        }
        #expect(FixedDecimal.text(.min, scale: 0) == "-9223372036854775808")
        #expect(FixedDecimal.text(-5, scale: 2) == "-0.05")
        #expect([UInt8]().withUnsafeBufferPointer { FixedDecimal.text($0, scale: 2) } == "0.00")
        // As Arrow has it.
        #expect([1, 2, 3, 9, 10, 18, 19, 38, 76].map(FixedDecimal.width) == [1, 1, 2, 4, 5, 8, 9, 16, 32])
    }

    @Test("Extremes of decimals are in the order of the numbers, over row groups too")
    func decimalExtremes() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let texts = ["10.00", "-9.50", "9.99", "-10.25", "100.00"]
        for type in ["decimal(5, 2)", "decimal(30, 2)"] {
            let table = try Table([Column("a", .string(StringColumn(texts)), logicalType: type)])
            try db["x"].put(table, as: ParquetDumper(rowGroupSize: 2))
            let statistics = try db["x"].withData { file in try ParquetFile(file).statistics }
            #expect(statistics == ["a": ["min": "-10.25", "max": "100.00", "nulls": 0]])
        }
    }

    @Test("The texts of bytes and lists leave nothing out")
    func texts() throws {
        let table = try Table([
            Column("b", .binary(BinaryColumn([[0x61, 0xFF, 0x5C], []]))),
            Column(
                "u", .binary(BinaryColumn([Self.uuid, Self.uuid])), validity: [true, false],
                logicalType: "uuid"),
            Column("l", lists: [[1.5, nil], []]),
        ])
        #expect(
            table.description.split(separator: "\n").dropLast().map(String.init) == [
                "b          u                                     l",
                #"a\xFF\x5C  7b4ec9f2-8f0a-4a3c-9d6f-0f7c1f0c8f11  [1.5, null]"#,
                "           null                                  []",
            ])
    }
}
