import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// No conversion between Parquet and csv changes a value, as pandas, polars and DuckDB read the files.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"), .timeLimit(.minutes(15)))
struct ConversionTests {
    /// The random tables of each direction.
    private static let rounds = 120

    /// What the scripts share: values of a file as each peer reads it, and when a field of csv is a value.
    private static let reading = """
        import csv, datetime, decimal, math, re, struct, sys
        import duckdb, pandas, polars, pyarrow.parquet
        root, count = sys.argv[1], int(sys.argv[2])
        def peers(path):
            frame = pandas.read_parquet(path, dtype_backend='pyarrow')
            yield 'pandas', {n: [None if v is pandas.NA else v for v in frame[n]] for n in frame}
            yield 'polars', polars.read_parquet(path).to_dict(as_series=False)
            yield 'duckdb', duckdb.sql(f"from read_parquet('{path}')").to_arrow_table().to_pydict()
        def fields(path):
            with open(path, newline='') as file: rows = list(csv.reader(file))
            return {n: list(column) for n, column in zip(rows[0], zip(*rows[1:]))}
        def moment(value, text):
            if isinstance(value, pandas.Timestamp) or hasattr(value, 'tzinfo') and isinstance(value, datetime.datetime):
                return pandas.Timestamp(value) == pandas.Timestamp(text)
            if isinstance(value, datetime.date): return value.isoformat() == text
            if isinstance(value, datetime.time): return value == datetime.time.fromisoformat(text)
            raise AssertionError(type(value))
        def means(text, value, narrow=False):
            'Whether a field of csv is this value, or text of it.'
            if value is None: return text.strip().lower().lstrip('+-') in ('', 'nan')
            if isinstance(value, bool): return text.strip().lower() == str(value).lower()
            if isinstance(value, int): return re.fullmatch(r'-?(0|[1-9][0-9]*)', text.strip()) and int(text) == value
            if isinstance(value, float):
                if value != value: return text.strip().lower().lstrip('+-') == 'nan'
                if narrow: return struct.pack('<f', float(text)) == struct.pack('<f', value)
                if float(text) != value or math.isinf(value) != ('inf' in text.lower()): return False
                if re.fullmatch(r'-?[0-9]+', text.strip()): return int(text) == value
                if math.isinf(value): return True
                exact, digits = decimal.Decimal(text), len(decimal.Decimal(text).as_tuple().digits)
                context = decimal.Context(prec=max(digits, 1), Emax=999999, Emin=-999999)
                return exact == decimal.Decimal(repr(value)) or exact == context.plus(decimal.Decimal(value))
            if isinstance(value, str): return text == value
            return moment(value, text)

        """

    @Test("parquet → csv → parquet: each value is equal, or the text that csv has")
    func fromParquet() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        var random = SplitMix64(state: 23)
        let rounds = Array((0..<Self.rounds).sampled)
        for round in rounds.indices {
            let table = try Self.randomTable(&random)
            try db["a\(round)"].put(table)
            try db["b\(round)"].put(try db["a\(round)"].get() as Table, as: CSVDumper())
            try db["c\(round)"].put(try db["b\(round)"].get(as: CSVDumper()))
            // By the types that it had, csv is the same table again.
            let types = table.columns.compactMap { column in
                ColumnType(rawValue: column.dtype).map { (column.name, $0) }
            }
            #expect(types.count == table.columns.count)
            let typed = CSVDumper(types: Dictionary(uniqueKeysWithValues: types))
            #expect(try db["b\(round)"].get(as: typed).hasSameBits(as: table), "round \(round)")
        }
        let output = try Python.run(
            Self.reading + """
                for n in range(count):
                    texts = fields(f'{root}/b{n}.csv')
                    for which in 'ac':
                        for peer, data in peers(f'{root}/{which}{n}.parquet'):
                            for name, values in data.items():
                                narrow = name == 'float' and which == 'a'
                                for text, value in zip(texts.get(name, []), values, strict=True):
                                    if value == '' and text == '': continue
                                    # Of nanoseconds polars and DuckDB make Python's microseconds.
                                    if name == 'ns' and peer != 'pandas' and which == 'a': continue
                                    assert means(text, value, narrow), (n, which, peer, name, text, value)
                print('equal')
                """, [directory.path, "\(rounds.count)"])
        #expect(output == "equal\n")
        #expect(try db.verify().isEmpty)
    }

    @Test("csv → parquet → csv: each field is an equal value, or the same text")
    func fromText() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        var random = SplitMix64(state: 29)
        let rounds = Array((0..<Self.rounds).sampled)
        for round in rounds.indices {
            try db["b\(round)"].put(csv: Self.randomText(&random))
            let table = try db["b\(round)"].get(as: CSVDumper())
            try db["c\(round)"].put(table)
            try db["d\(round)"].put(try db["c\(round)"].get() as Table, as: CSVDumper())
        }
        let output = try Python.run(
            Self.reading + """
                for n in range(count):
                    texts, again = fields(f'{root}/b{n}.csv'), fields(f'{root}/d{n}.csv')
                    for peer, data in peers(f'{root}/c{n}.parquet'):
                        for name, values in data.items():
                            for text, value, back in zip(texts[name], values, again[name], strict=True):
                                assert means(text, value), (n, peer, name, text, value)
                                assert back == text or means(back, value), (n, peer, name, text, value, back)
                print('equal')
                """, [directory.path, "\(rounds.count)"])
        #expect(output == "equal\n")
        #expect(try db.verify().isEmpty)
    }

    private static func randomTable(_ random: inout SplitMix64) throws -> Table {
        let rows = Int.random(in: 1...20, using: &random)
        var columns: [Column] = []
        func add(_ name: String, _ type: String? = nil, _ make: (Int) -> Column.Values) throws {
            let validity = (0..<rows).map { _ in random.next() % 6 > 0 }
            columns.append(try Column(name, make(rows), validity: validity, logicalType: type))
        }
        func integers(_ range: ClosedRange<Int64>) -> [Int64] {
            // Of all sizes, and the limits.
            (0..<rows).map { _ in
                let shifted = Int64(bitPattern: random.next()) >> Int64(random.next() % 64)
                return range.contains(shifted)
                    ? shifted : random.next() % 2 == 0 ? range.lowerBound : range.upperBound
            }
        }
        func narrow(_ range: ClosedRange<Int64>) -> Column.Values { .int32(integers(range).map(Int32.init)) }
        try add("bool") { rows in .bool((0..<rows).map { _ in random.next() % 2 == 0 }) }
        try add("int8", "int8") { _ in narrow(-128...127) }
        try add("uint16", "uint16") { _ in narrow(0...65_535) }
        try add("int32") { _ in narrow(-2_147_483_648...2_147_483_647) }
        try add("uint32", "uint32") { _ in .int64(integers(0...4_294_967_295)) }
        try add("int64") { _ in .int64(integers(.min ... .max)) }
        try add("uint64", "uint64") { rows in
            .int64((0..<rows).map { _ in Int64(bitPattern: random.next() >> (random.next() % 64)) })
        }
        try add("float") { rows in
            .float(
                (0..<rows).map { _ in
                    let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
                    return value.isFinite ? value : 0.1
                })
        }
        try add("double") { rows in
            .double(
                (0..<rows).map { _ in
                    let value = Double(bitPattern: random.next())
                    return value.isFinite ? value : -0.0
                })
        }
        try add("date", "date") { _ in narrow(-719_162...2_932_896) }
        try add("time", "time[us]") { _ in .int64(integers(0...86_399_999_999)) }
        try add("ms", "timestamp[ms]") { _ in .int64(integers(-62_135_596_800_000...253_402_300_799_999)) }
        try add("us", "timestamp[us, UTC]") { _ in
            .int64(integers(-9_000_000_000_000_000...9_000_000_000_000_000))
        }
        try add("ns", "timestamp[ns]") { _ in
            .int64(integers(-9_000_000_000_000_000_000...9_000_000_000_000_000_000))
        }
        let texts = [
            "", "x", "01220", "1.50", "TRUE", "+5", "1e400", "é,\"", "two\nlines", " 7 ", "2020-01-01", "NA",
        ]
        try add("string") { rows in
            .string(StringColumn((0..<rows).map { _ in texts[Int(random.next() % UInt64(texts.count))] }))
        }
        return try Table(columns)
    }

    private static func randomText(_ random: inout SplitMix64) -> String {
        func digits(_ most: UInt64) -> String {
            (0...random.next() % most).map { _ in String(random.next() % 10) }.joined()
        }
        func real() -> Double {
            let value = Double(bitPattern: random.next())
            return value.isFinite ? value : 0.5
        }
        func field(_ kind: UInt64) -> String {
            switch kind {
            case 0: "\(random.next() % 100)"
            case 1: digits(3)
            case 2: digits(22)
            case 3: "-" + digits(20)
            case 4: "\(random.next())"
            case 5: "\((1 << 53) + random.next() % 5)"
            case 6: digits(3) + "." + digits(3)
            case 7: "\(real())"
            case 8: digits(18) + "." + digits(18)
            case 9: String(format: "%.18e", real())
            case 10: String(format: "%.17g", Double(random.next() % 100_000) / 1000)
            case 11: String(format: "%.16g", Double(random.next() % 100_000) / 1e9)
            case 12: "\(digits(2)).\(digits(2))e\(Int(random.next() % 800) - 400)"
            case 13: ["true", "FALSE", "True"][Int(random.next() % 3)]
            case 14: ["nan", "-inf", "Infinity"][Int(random.next() % 3)]
            default:
                ["x", "NA", "+5", "5.", ".5", "-0", "0x1", "1_0", "--1", "2020-01-01"][
                    Int(random.next() % 10)]
            }
        }
        // Mostly of one kind, so that not all columns are texts.
        let columns = (0..<6).map { _ in [random.next() % 16, random.next() % 16] }
        var lines = [columns.indices.map { "c\($0)" }.joined(separator: ",")]
        for _ in 0...random.next() % 12 {
            lines.append(columns.map { field($0[random.next() % 8 == 0 ? 1 : 0]) }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
