import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// csv files shared with pandas, polars, pyarrow, duckdb and Python's own csv module.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"), .timeLimit(.minutes(120)))
struct CSVInteropTests {
    /// What both scripts start with: the same table, made again the same way.
    private static let columns = """
        import csv, math, random, struct, sys
        root = sys.argv[1]
        random.seed(9)
        count = 3000
        def bits():
            value = struct.unpack('<d', struct.pack('<Q', random.getrandbits(64)))[0]
            return value if math.isfinite(value) else 0.1
        integers = [random.randrange(-2**63, 2**63) for _ in range(count)]
        reals = [bits() for _ in range(count)]
        some = [None if i % 5 == 0 else random.uniform(-1e3, 1e3) for i in range(count)]
        truth = [random.random() < 0.5 for _ in range(count)]
        pieces = ['a', 'B', '"', ',', '\\n', ' x', ';', 'é', '1', '\\t', '日本']
        texts = ['t' + ''.join(random.choices(pieces, k=random.randrange(6))) for _ in range(count)]
        maybe = [None if i % 7 == 0 else text for i, text in enumerate(texts)]
        names = ['integers', 'reals', 'some', 'truth', 'texts', 'maybe']
        data = dict(zip(names, [integers, reals, some, truth, texts, maybe]))
        def exact(value):
            return struct.pack('<d', value) if isinstance(value, float) else value
        def same(left, right, what):
            assert len(left) == len(right), what
            for i, (a, b) in enumerate(zip(left, right)):
                assert exact(a) == exact(b), (what, i, a, b)

        """

    /// The table as the text of `repr`, one value a line, for comparing without a format between.
    private static let expectation = """
        with open(f'{root}/expected.txt', 'w', newline='') as file:
            for name in names:
                for value in data[name]:
                    if value is None: text = 'null'
                    elif isinstance(value, float): text = str(struct.unpack('<Q', struct.pack('<d', value))[0])
                    elif isinstance(value, bool): text = str(value).lower()
                    elif isinstance(value, str): text = value.encode().hex()
                    else: text = str(value)
                    file.write(text + '\\n')

        """

    private static func digest(_ table: Table) -> [String] {
        table.columns.flatMap { column in
            (0..<table.rowCount).map { row in
                guard column.validity?[row] ?? true else { return "null" }
                return switch column.values {
                case .int64(let values): "\(values[row])"
                case .double(let values): "\(values[row].bitPattern)"
                case .bool(let values): "\(values[row])"
                case .string(let values): hex(values[row])
                case .binary, .list: ""
                case .int32, .float: "none of these types is found out"
                }
            }
        }
    }

    private static func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("What the others write is read to the bit")
    func reading() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.columns + Self.expectation + """
                import duckdb, pandas, polars, pyarrow, pyarrow.csv
                frame = pandas.DataFrame({n: pandas.Series(v, dtype={'maybe': object}.get(n)) for n, v in data.items()})
                frame.to_csv(f'{root}/pandas.csv', index=False)
                frame.to_csv(f'{root}/tabs.csv', index=False, sep='\\t', lineterminator='\\r\\n')
                frame.to_csv(f'{root}/mark.csv', index=False, sep=';', encoding='utf-8-sig')
                table = pyarrow.table(data)
                pyarrow.csv.write_csv(table, f'{root}/pyarrow.csv')
                polars.DataFrame(data).write_csv(f'{root}/polars.csv')
                duckdb.sql('select * from "table"').write_csv(f'{root}/duckdb.csv')
                with open(f'{root}/python.csv', 'w', newline='') as file:
                    writer = csv.writer(file)
                    writer.writerow(names)
                    writer.writerows(zip(*data.values()))
                """, [directory.path])
        let db = try Database(testing: directory)
        let expected = try directory.text("expected.txt").split(separator: "\n").map(String.init)
        for name in ["pandas", "tabs", "mark", "pyarrow", "polars", "duckdb", "python"] {
            let table = try db[name].get(as: CSVDumper())
            #expect(
                table.columns.map(\.name) == ["integers", "reals", "some", "truth", "texts", "maybe"],
                "\(name)")
            #expect(
                table.columns.map(\.dtype) == ["int64", "double", "double", "bool", "string", "string"],
                "\(name)")
            let found = Self.digest(table)
            #expect(found.count == expected.count, "\(name)")
            let differing = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }
            #expect(differing == nil, "\(name)")
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("What we write the others read to the bit")
    func writing() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.columns + """
                with open(f'{root}/source.csv', 'w', newline='') as file:
                    writer = csv.writer(file)
                    writer.writerow(names)
                    writer.writerows(zip(*data.values()))
                """, [directory.path])
        let db = try Database(testing: directory)
        try db["ours"].put(try db["source"].get(as: CSVDumper()), as: CSVDumper())
        let output = try Python.run(
            Self.columns + """
                import duckdb, pandas, polars, pyarrow.csv
                path = f'{root}/ours.csv'
                def check(read, what):
                    for name in names: same(read[name], data[name], (what, name))
                frame = pandas.read_csv(path)
                check({n: [None if isinstance(v, float) and v != v else v for v in frame[n].tolist()] for n in names},
                      'pandas')
                check(polars.read_csv(path, infer_schema_length=None).to_dict(as_series=False), 'polars')
                options = dict(parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
                               convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True,
                                                                          quoted_strings_can_be_null=False))
                check(pyarrow.csv.read_csv(path, **options).to_pydict(), 'pyarrow')
                rows = duckdb.sql(f"select * from read_csv('{path}', header=true, sample_size=-1)").fetchall()
                check(dict(zip(names, map(list, zip(*rows)))), 'duckdb')
                with open(path, newline='') as file: rows = list(csv.reader(file))
                assert rows[0] == names
                for i, row in enumerate(rows[1:]):
                    assert int(row[0]) == integers[i] and exact(float(row[1])) == exact(reals[i])
                    assert row[3] == str(truth[i]).lower() and row[4] == texts[i] and row[5] == (maybe[i] or '')
                    assert row[2] == '' if some[i] is None else exact(float(row[2])) == exact(some[i])
                print('equal')
                """, [directory.path])
        #expect(output == "equal\n")
        #expect(try db.verify().isEmpty)
    }

    @Test("Infinities and NaN are understood on both sides")
    func specialNumbers() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let values = [Double.infinity, -Double.infinity, Double.nan, 1, -0.0]
        try db["ours"].put(Table([Column("x", values), Column("n", Array(0..<5))]), as: CSVDumper())
        let output = try Python.run(
            """
            import sys, math, struct
            import pandas, polars, pyarrow.csv, duckdb
            root = sys.argv[1]
            path = f'{root}/ours.csv'
            def check(values, what):
                values = [math.nan if v is None else v for v in values]
                assert values[0] == math.inf and values[1] == -math.inf and values[2] != values[2], (what, values)
                assert values[3] == 1 and struct.pack('<d', values[4]) == struct.pack('<d', -0.0), (what, values)
            check(pandas.read_csv(path)['x'], 'pandas')
            check(polars.read_csv(path, schema_overrides={'x': polars.Float64})['x'].to_list(), 'polars')
            check(pyarrow.csv.read_csv(path)['x'].to_pylist(), 'pyarrow')
            check([row[0] for row in duckdb.sql(f"select x::double from read_csv('{path}')").fetchall()], 'duckdb')
            frame = pandas.DataFrame({'x': [math.inf, -math.inf, math.nan, 1, -0.0], 'n': range(5)})
            frame.to_csv(f'{root}/pandas.csv', index=False, na_rep='nan')
            polars.from_pandas(frame).with_columns(polars.col('x').fill_null(math.nan)).write_csv(f'{root}/polars.csv')
            print('equal')
            """, [directory.path])
        #expect(output == "equal\n")
        for name in ["pandas", "polars"] {
            let expected = try Table([Column("x", values), Column("n", Array(0..<5))])
            #expect(try db[name].get(as: CSVDumper()).hasSameBits(as: expected), "\(name)")
        }
        #expect(try db.verify().isEmpty)
    }
}
