import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("csv: what is written")
struct CSVWritingTests {
    private static func text(_ table: Table, _ dumper: CSVDumper = CSVDumper()) throws -> String {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(table, as: dumper)
        #expect(try db.verify().isEmpty)
        return try db["x"].text()
    }

    @Test("Quotes where needed, the empty text as quotes, missing values as nothing")
    func texts() throws {
        let table = try Table([
            Column("a", ["x", "", nil, "a,b", "say \"so\"", "two\nlines", "cr\r", " space ", "é;\t", "NA"]),
            Column("b,c", [1, nil, 3, 4, 5, 6, 7, 8, 9, 10]),
        ])
        let lines = [
            "a,\"b,c\"", "x,1", "\"\",", ",3", "\"a,b\",4", "\"say \"\"so\"\"\",5", "\"two\nlines\",6",
            "\"cr\r\",7",
            " space ,8", "\"é;\t\",9", "NA,10",
        ]
        #expect(try Self.text(table) == lines.joined(separator: "\n") + "\n")
        let tabs = try Self.text(table, CSVDumper(delimiter: .tab, hasHeader: false, nullTexts: ["NA"]))
        #expect(tabs.hasPrefix("x\t1\n\"\"\t\n\t3\n\"a,b\"\t4\n"))
        #expect(tabs.hasSuffix("\"é;\t\"\t9\n\"NA\"\t10\n"))
        #expect(try Self.text(Table([Column("\u{FEFF}a", [1])])) == "\"\u{FEFF}a\"\n1\n")
        #expect(try Self.text(Table([Column("", [1])])) == "\"\"\n1\n")
        // What would be read as missing, whatever its type.
        let numbers = try Table([
            Column("n", [-999, nil, 1]), Column("r", [1.5, 0.5, nil]), Column("b", [true, false, nil]),
        ])
        #expect(
            try Self.text(numbers, CSVDumper(nullTexts: ["-999", "0.5", "true"]))
                == "n,r,b\n\"-999\",1.5,\"true\"\n,\"0.5\",false\n1,,\n")
    }

    @Test("Reals by the fewest digits that read back as the same, always with a point or an exponent")
    func numbers() throws {
        let table = try Table([
            Column("d", [1, -0.0, 0.1, 1e16, Double.leastNonzeroMagnitude, -Double.infinity]),
            Column(
                "f", [Float(0.1), 1, 16_777_216, Float.leastNonzeroMagnitude, 3.4028235e38, Float.infinity]),
            Column("i", [0, 1, -1, Int64.max, .min, 10]), Column("j", [Int32.min, .max, 0, 1, 2, 3]),
            Column("b", [true, false, true, true, false, true]),
        ])
        #expect(
            try Self.text(table) == """
                d,f,i,j,b
                1.0,0.1,0,-2147483648,true
                -0.0,1.0,1,2147483647,false
                0.1,16777216.0,-1,0,true
                1e+16,1e-45,9223372036854775807,1,true
                5e-324,3.4028235e+38,-9223372036854775808,2,false
                -inf,inf,10,3,true

                """)
    }

    @Test("Random tables come back to the bit, whatever the delimiter, with and without a header")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        var random = SplitMix64(state: 7)
        for round in (0..<60).sampled {
            let table = try Self.randomTable(&random)
            for delimiter in CSVDumper.Delimiter.allCases + [nil] {
                let hasHeader = round % 2 == 0
                let names = hasHeader ? table.columns.map(\.name) : table.columns.indices.map(String.init)
                let types = Dictionary(
                    uniqueKeysWithValues: zip(names, table.columns).map {
                        ($0, ColumnType(rawValue: $1.dtype) ?? .string)
                    })
                let dumper = CSVDumper(delimiter: delimiter, hasHeader: hasHeader, types: types)
                try db["x"].put(table, as: dumper)
                let expected = try Table(
                    zip(names, table.columns).map { try Column($0, $1.values, validity: $1.validity) })
                #expect(try db["x"].get(as: dumper).hasSameBits(as: expected))
            }
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    private static func randomTable(_ random: inout SplitMix64) throws -> Table {
        let rows = Int.random(in: 0...200, using: &random)
        let pieces = ["", "a", "\"", ",", "\n", "\r", ";", "\t", " ", "é", "1", "NA", "true", "\u{1F600}"]
        func values<Value>(_ make: () -> Value) -> [Value?] {
            (0..<rows).map { _ in random.next() % 8 == 0 ? nil : make() }
        }
        return try Table([
            Column(
                "texts",
                values { (0..<random.next() % 4).map { _ in pieces[Int(random.next() % 14)] }.joined() }),
            Column("reals,\n", values { Double(bitPattern: random.next()).withoutPayload }),
            Column(
                "floats",
                values { Float(bitPattern: UInt32(truncatingIfNeeded: random.next())).withoutPayload }),
            Column("integers\"", values { Int64(truncatingIfNeeded: random.next() >> (random.next() % 64)) }),
            Column("short", values { Int32(truncatingIfNeeded: random.next()) }),
            Column("truth", values { random.next() % 2 == 0 }),
        ])
    }

    @Test("A table that cannot be written leaves the old file")
    func atomicReplacement() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(Table([Column("a", [1])]), as: CSVDumper())
        let error = #expect(throws: DirDBError.self) {
            try db["x"].put(Table([], rowCount: 2), as: CSVDumper())
        }
        #expect(error?.code == .invalidArgument)
        #expect(try db["x"].text() == "a\n1\n")
        try db["x"].put(Table([]), as: CSVDumper())
        #expect(try db["x"].bytes().isEmpty)
        #expect(try db["x"].get(as: CSVDumper()) == Table([]))
        #expect(try db.verify().isEmpty)
    }
}

extension BinaryFloatingPoint {
    /// The number; for any NaN the plain one, the only one that text can tell.
    fileprivate var withoutPayload: Self { isNaN ? .nan : self }
}
