import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("csv: what a text means")
struct CSVReadingTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let columns: [Column]
        let dumper: CSVDumper

        init(_ name: String, _ text: String, _ columns: [Column], _ dumper: CSVDumper = CSVDumper()) {
            testDescription = name
            self.text = text
            self.columns = columns
            self.dumper = dumper
        }
    }

    private static let none: [String?] = [nil]
    private static let noStrings: [String] = []

    static let cases: [Case] = [
        Case("integers and reals", "a,b\n1,2.5\n-3,4\n", [Column("a", [1, -3]), Column("b", [2.5, 4])]),
        Case("CR LF", "a,b\r\n1,x\r\n", [Column("a", [1]), Column("b", ["x"])]),
        Case("CR", "a,b\r1,x\r2,y", [Column("a", [1, 2]), Column("b", ["x", "y"])]),
        Case("no end of the last line", "a,b\n1,2", [Column("a", [1]), Column("b", [2])]),
        Case("last field empty at the end", "a,b\n1,", [Column("a", [1]), Column("b", none)]),
        Case("byte order mark", "\u{FEFF}a\n1\n", [Column("a", [1])]),
        Case("byte order mark, then quotes", "\u{FEFF}\"a\"\n1\n", [Column("a", [1])]),
        Case("empty file", "", []),
        Case("header alone", "a,b", [Column("a", noStrings), Column("b", noStrings)]),
        Case("empty lines alone", "\n\r\n", []),
        Case("empty lines on top", "\n\r\na;b\n1;2\n", [Column("a", [1]), Column("b", [2])]),
        Case("empty lines after a mark", "\u{FEFF}\n\na\n\n1\n", [Column("a", [nil, 1])]),
        Case(
            "no header, empty lines on top", "\n\n1,x\n", [Column("0", [1]), Column("1", ["x"])],
            CSVDumper(hasHeader: false)),
        Case(
            "no header, one column, missing on top", "\n\n1\n", [Column("0", [nil, nil, 1])],
            CSVDumper(hasHeader: false)),
        Case(
            "quotes", "a,\"b,\"\"\n\"\n\"x,\n\r\n\"\"y\"\"\",2\n",
            [Column("a", ["x,\n\r\n\"y\""]), Column("b,\"\n", [2])]),
        Case("quotes only", "a\n\"\"\"\"\n\"\"\"\"\"\"\n", [Column("a", ["\"", "\"\""])]),
        Case("quote within a field", "a\nx\"y\"\n", [Column("a", ["x\"y\""])]),
        Case("quoted numbers are numbers", "a,b\n\"1\",\"1.5\"\n", [Column("a", [1]), Column("b", [1.5])]),
        Case(
            "empty is missing, quoted empty is empty", "a,b\n,1\n\"\",\nx,3\n",
            [Column("a", [nil, "", "x"]), Column("b", [1, nil, 3])]),
        Case(
            "quoted empty among numbers", "a,b\n1,1\n\"\",2\n",
            [Column("a", ["1", ""]), Column("b", [1, 2])]),
        Case("quoted empty alone in its line is missing", "a\n1\n\"\"\n", [Column("a", [1, nil])]),
        Case(
            "nothing but missing", "a,b\n,1\n,2\n", [Column("a", [String?.none, nil]), Column("b", [1, 2])]),
        Case(
            "late begin", "a,b,c,d\n,,,\n,,,\n1,0.5,true,x\n",
            [
                Column("a", [nil, nil, 1]), Column("b", [nil, nil, 0.5]), Column("c", [nil, nil, true]),
                Column("d", [nil, nil, "x"]),
            ]),
        Case(
            "empty lines are skipped", "a,b\n\n1,2\n\r\n3,4\n\n",
            [Column("a", [1, 3]), Column("b", [2, 4])]),
        Case("an empty line of one column is missing", "a\n1\n\n3\n", [Column("a", [1, nil, 3])]),
        Case("integers become reals", "a\n1\n-3\n0.5\n", [Column("a", [1, -3, 0.5])]),
        Case(
            "infinities", "a\ninf\n-Infinity\n+INF\n",
            [Column("a", [Double.infinity, -Double.infinity, Double.infinity])]),
        Case(
            "truth", "a,b\ntrue,True\nfalse,FALSE\n",
            [Column("a", [true, false]), Column("b", [true, false])]),
        Case("truth and numbers are texts", "a\ntrue\n1\n", [Column("a", ["true", "1"])]),
        Case(
            "numbers, then texts", "a,b\n1.50,1\n,2\n01,3\nx,4\n",
            [Column("a", ["1.50", nil, "01", "x"]), Column("b", [1, 2, 3, 4])]),
        Case(
            "almost numbers", "a,b,c\n1x,1e,--1\n",
            [Column("a", ["1x"]), Column("b", ["1e"]), Column("c", ["--1"])]),
        Case("spaces around numbers", "a, b\n 1 , 2.5\n", [Column("a", [1]), Column(" b", [2.5])]),
        Case("spaces stay in texts", "a\n x \n\" \"\n", [Column("a", [" x ", " "])]),
        Case(
            "words are texts", "a\nNA\nnull\nNone\n\nnan\n",
            [Column("a", ["NA", "null", "None", nil, "nan"])]),
        Case(
            "words for missing", "a,b\nNA,NA\n1,\"NA\"\n,x\n",
            [Column("a", [nil, 1, nil]), Column("b", [nil, "NA", "x"])], CSVDumper(nullTexts: ["NA"])),
        Case(
            "tabs", "a\tb\n1,5\t\"x\ty\"\n", [Column("a", ["1,5"]), Column("b", ["x\ty"])],
            CSVDumper(delimiter: .tab)),
        Case(
            "semicolons", "a;b\n1,5;2\n", [Column("a", ["1,5"]), Column("b", [2])],
            CSVDumper(delimiter: .semicolon)),
        Case(
            "no header", "1,x\n2,y\n", [Column("0", [1, 2]), Column("1", ["x", "y"])],
            CSVDumper(hasHeader: false)),
        Case("no header, empty", "", [], CSVDumper(hasHeader: false)),
        Case("no header, a mark alone", "\u{FEFF}", [], CSVDumper(hasHeader: false)),
        Case(
            "given types", "a,b,c,d,e,f\n1,2,3,4,true,05\n,,,,,\n",
            [
                Column("a", [Int32(1), nil]), Column("b", [2, nil]), Column("c", [Float(3), nil]),
                Column("d", [4.0, nil]), Column("e", [true, nil]), Column("f", ["05", nil]),
            ],
            CSVDumper(types: [
                "a": .int32, "b": .int64, "c": .float, "d": .double, "e": .bool, "f": .string,
            ])),
        Case(
            "Float is rounded once", "a\n1.00000017881393432617187499\n1e-45\ninf\nnan\n0.1\n",
            [Column("a", [Float(1.0000001), Float.leastNonzeroMagnitude, Float.infinity, nil, Float(0.1)])],
            CSVDumper(types: ["a": .float], nullTexts: ["nan"])),
        Case(
            "tabs found out", "a\tb,c\td\n1\tx,y\t2\n",
            [Column("a", [1]), Column("b,c", ["x,y"]), Column("d", [2])]),
        Case("semicolons found out", "\"a,b,c\";d\r\n1,5;2\n", [Column("a,b,c", ["1,5"]), Column("d", [2])]),
        Case("commas before others", "a,b;c\n1,2\n", [Column("a", [1]), Column("b;c", [2])]),
        Case("beyond ASCII", "größe,ä\nπ,\n", [Column("größe", ["π"]), Column("ä", [String?.none])]),
    ]

    @Test("Lines, quotes, types, missing values", arguments: cases)
    func meaning(_ given: Case) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(csv: given.text)
        let table = try db["x"].get(as: given.dumper)
        #expect(table.columns == given.columns)
        // All of the file is in its first 64 KiB, so the types are known for certain.
        let info = try db["x"].withData { try given.dumper.inspect($0) }
        #expect(info.fields == given.columns.map { Field(name: $0.name, dtype: $0.dtype) })
        #expect(info.columns == given.columns.count && info.rows == nil && info.shape == nil)
        #expect(
            try db["x"].withData { try given.dumper.loadFirst(rows: .max, of: $0) }.columns == given.columns)
        // What is written reads back as the same with these types.
        let types = Dictionary(
            uniqueKeysWithValues: table.columns.compactMap { column in
                ColumnType(rawValue: column.dtype).map { (column.name, $0) }
            })
        try db["y"].put(table, as: CSVDumper())
        #expect(try db["y"].get(as: CSVDumper(types: types)).columns == given.columns)
        #expect(try db.verify().isEmpty)
    }

    @Test("NaN is a number, whatever its case and sign")
    func notANumber() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(csv: "a\nnan\n-NaN\n1\n")
        guard case .double(let values) = try db["x"].get(as: CSVDumper())["a"]?.values else {
            Issue.record("no reals")
            return
        }
        #expect(values[0].isNaN && values[1].isNaN && values[1].sign == .minus && values[2] == 1)
        try db["y"].put(try db["x"].get(as: CSVDumper()), as: CSVDumper())
        #expect(try db["y"].text() == "a\nnan\nnan\n1.0\n")
        #expect(try db.verify().isEmpty)
    }

    @Test("-0 is the integer 0, and -0.0 once the column turns out to be one of reals")
    func negativeZero() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(csv: "a,b,c\n-0,-0, -00 \n1,0.5,x\n,,\n2,1,2\n")
        let table = try db["x"].get(as: CSVDumper())
        let expected = try Table([
            Column("a", [0, 1, nil, 2]), Column("b", [-0.0, 0.5, nil, 1]),
            Column("c", [" -00 ", "x", nil, "2"]),
        ])
        #expect(table.hasSameBits(as: expected))
        #expect(try db.verify().isEmpty)
    }

    @Test("inspect and loadFirst read the head of a file; what is damaged further down they do not see")
    func head() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let lines = String(repeating: "1,2.5,\"x\ny\"\n", count: 6000)
        try db["x"].put(csv: "a,b,c\n" + lines + "no,number,\"here")
        let info = try db["x"].info().content
        #expect(info.fields.map(\.dtype) == ["int64", "double", "string"] && info.rows == nil)
        let first = try db["x"].withData { try CSVDumper().loadFirst(rows: 2, of: $0) }
        #expect(
            first.columns == [Column("a", [1, 1]), Column("b", [2.5, 2.5]), Column("c", ["x\ny", "x\ny"])])
        #expect(throws: DirDBError.self) { try db["x"].get(as: CSVDumper()) }
        // A first line longer than that is read whole.
        let names = (0..<30_000).map { "column \($0)" }.joined(separator: ",")
        try db["wide"].put(csv: names + "\n" + String(repeating: "1,", count: 29_999) + "1\n")
        #expect(try db["wide"].info().content.columns == 30_000)
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("Batches are the rows in order, with the types of the head; the index is an ordinary column")
    func batches() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try Table(
            [
                Column("number", Array(0..<10_000)), Column("name", (0..<10_000).map { "n\($0 % 7)" }),
                Column("value", (0..<10_000).map { $0 % 3 == 0 ? nil : Double($0) / 8 }),
            ], index: "name")
        try db["x"].put(table, as: CSVDumper())
        let dumper = CSVDumper(index: "name")
        #expect(try db["x"].get(as: dumper) == table)
        var start = 0
        try db["x"].withData { file in
            try dumper.forEachBatch(rows: 1234, of: file) { batch in
                let expected = try table.rows(start..<start + batch.rowCount)
                #expect(batch == expected)
                start += batch.rowCount
            }
        }
        #expect(start == 10_000)
        try db["late"].put(csv: "a\n" + String(repeating: "1\n", count: 50_000) + "1.5\n")
        let error = #expect(throws: DirDBError.self) {
            try db["late"].withData { try CSVDumper().forEachBatch(rows: 1000, of: $0) { _ in } }
        }
        #expect(
            error?.message.hasSuffix(
                "is not a value of type int64; correct it or name another type for the column") == true)
        #expect(error?.message.contains("line 50002 of ") == true)
        #expect(try db["late"].get(as: CSVDumper())["a"]?.dtype == "double")
        #expect(throws: DirDBError.self) {
            try db["x"].withData { try dumper.forEachBatch(rows: 0, of: $0) { _ in } }
        }
        #expect(try db.verify().isEmpty)
    }
}
