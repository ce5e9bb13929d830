import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// Durations and zones, which Parquet has only in the schema that Arrow puts into the footer.
@Suite(.timeLimit(.minutes(10)))
struct ParquetArrowTimesTests {
    private static let types = [
        "duration[s]", "duration[ms]", "duration[us]", "duration[ns]", "timestamp[ms, Europe/Berlin]",
        "timestamp[us, America/New_York]", "timestamp[ns, Asia/Tokyo]",
    ]

    private static func table() throws -> Table {
        let values: [Int64] = [0, -1, 0, .max, .min]
        let times = try types.map { type in
            try Column(
                type, .int64(values), validity: [true, true, false, true, true], logicalType: type)
        }
        let lists = try Column(
            "list",
            .list(
                ListColumn(
                    offsets: [0, 1, 1, 3, 3, 5],
                    items: Column("items", .int64(values), logicalType: "duration[us]"))))
        let others = try [
            Column("bool", [true, false, nil, true, false]), Column("int", [1, 2, nil, 4, 5]),
            Column("real", [0.5, nil, 1, 2, 3]), Column("text", ["a", "ä", nil, "", "b"]),
            Column("small", .int32([1, 2, 3, 4, 5]), logicalType: "uint8"),
            Column("day", .int32([0, 1, 2, 3, 4]), logicalType: "date"),
            Column("clock", .int64([0, 1, 2, 3, 4]), logicalType: "time[us]"),
            Column("utc", .int64([0, 1, 2, 3, 4]), logicalType: "timestamp[us, UTC]"),
            Column("plain", .int64([0, 1, 2, 3, 4]), logicalType: "timestamp[us]"),
            Column("large", .int64([0, 1, 2, 3, -1]), logicalType: "uint64"),
            Column(
                "price", .string(StringColumn(["0.50", "1.00", "-2.25", "0.00", "9.75"])),
                logicalType: "decimal(5, 2)"),
            Column("bytes", .binary(BinaryColumn((0..<5).map { [UInt8(255 - $0)] }))),
        ]
        return try Table(times + [lists] + others, index: "duration[ms]")
    }

    @Test("They come back with their types, and as text have their unit or offset")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try Self.table()
        try db["x"].put(table)
        #expect(try db["x"].get() as Table == table)
        let texts = try (db["x"].get() as Table).columns.map { ValueText($0).text($0, 1) }
        #expect(texts.prefix(5) == ["-1 s", "-1 ms", "-1 us", "-1 ns", "1969-12-31 23:59:59.999+00:00"])
        try db["x"].put(Table([Column("t", .int64([5]), logicalType: "timestamp[us, UTC]")]))
        // Where Parquet has the types itself, no schema is written.
        #expect(try arrowSchema(db["x"]) == nil)
        #expect(try db.verify().isEmpty)
    }

    private func arrowSchema(_ entry: Entry) throws -> String? {
        try entry.withData { file in try ParquetFile(file).keyValueMetadata["ARROW:schema"] }
    }

    @Test("A schema that makes no sense, or is of other columns, is ignored")
    func malformed() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(Table([Column("a", .int64([5]), logicalType: "duration[us]")]))
        let schema = try #require(try arrowSchema(db["x"]))
        func dtype(_ schema: String, _ columns: Column...) throws -> String? {
            try db["y"].put(Table(columns), as: ParquetDumper(metadata: ["ARROW:schema": schema]))
            let table: Table = try db["y"].get()
            #expect(table[columns[0].name]?.values == columns[0].values)
            return table.columns.first?.dtype
        }
        #expect(try dtype(schema, Column("a", [5])) == "duration[us]")
        #expect(try dtype(schema, Column("b", [5])) == "int64")
        #expect(try dtype(schema, Column("a", [5]), Column("b", [5])) == "int64")
        #expect(try dtype(schema, Column("a", [0.5])) == "double")
        #expect(try dtype(schema, Column("a", .int64([5]), logicalType: "timestamp[us]")) == "timestamp[us]")
        var random = SplitMix64(state: 5)
        for place in schema.utf8.indices {
            for _ in 0..<4 {
                var bytes = Array(schema.utf8)
                let number = schema.utf8.distance(from: schema.utf8.startIndex, to: place)
                bytes[number] = Array("AQgw/8_=".utf8)[Int(random.next() % 8)]
                _ = try dtype(String(decoding: bytes, as: UTF8.self), Column("a", [5]))
            }
            _ = try dtype(String(schema[..<place]), Column("a", [5]))
        }
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Peers read ours with the same types and values, and theirs are read, and written again, without a change",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func peers() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["ours"].put(try Self.table())
        try Python.run(
            """
            import sys
            import pyarrow as pa, pyarrow.parquet as pq, pandas as pd, polars as pl, duckdb
            root = sys.argv[1]
            ours = pq.read_table(f'{root}/ours.parquet')
            for name in ours.column_names:
                if '[' in name:
                    assert str(ours.schema.field(name).type).replace('tz=', '') == name, ours.schema
                    raw = ours[name].cast(pa.int64()).to_pylist()
                    assert raw == [0, -1, None, 2**63 - 1, -2**63], (name, raw)
            assert ours['list'].type == pa.list_(pa.duration('us')), ours.schema
            assert ours['large'].to_pylist() == [0, 1, 2, 3, 2**64 - 1]
            assert pd.read_parquet(f'{root}/ours.parquet', columns=['int']).index.name == 'duration[ms]'
            frame = pl.read_parquet(f'{root}/ours.parquet')
            assert frame.schema['duration[us]'] == pl.Duration('us') and frame.schema['list'] == pl.List(pl.Duration('us'))
            assert frame['duration[us]'].to_physical().to_list() == [0, -1, None, 2**63 - 1, -2**63]
            assert duckdb.sql(f"select count(*) from '{root}/ours.parquet'").fetchall() == [(5,)]
            values = [0, -1500, None, 86_400_001]
            zones = ['Europe/Berlin', 'UTC', '+05:30', 'America/Argentina/Buenos_Aires']
            units = ['s', 'ms', 'us', 'ns']
            columns = {f'd{u}': pa.array(values, pa.duration(u)) for u in units}
            columns |= {f't{u}{z}': pa.array(values, pa.timestamp(u, z)) for u in units for z in zones}
            columns['list'] = pa.array([values, None, [], [None]], pa.list_(pa.duration('ns')))
            columns['pair'] = pa.array([[1, 2], None, [3, 4], [5, 6]], pa.list_(pa.duration('ms'), 2))
            table = pa.table(columns)
            pq.write_table(table, f'{root}/arrow.parquet')
            pq.write_table(table, f'{root}/large.parquet', row_group_size=2, version='2.6')
            frame = pd.DataFrame({'d': pd.to_timedelta([1, None, 3], unit='min'), 'z': pd.to_datetime([1, None, 3], unit='s').tz_localize('Asia/Tokyo')},
                index=pd.Index(pd.to_timedelta([1, 2, 3], unit='h'), name='i'))
            frame.to_parquet(f'{root}/pandas.parquet')
            pl.from_arrow(table.drop_columns(['ds', 'pair'] + [n for n in columns if n.startswith('ts') or '+' in n])).write_parquet(f'{root}/polars.parquet')
            """, [directory.path])
        for name in ["arrow", "large", "pandas", "polars"] {
            let table: Table = try db[name].get()
            for column in table.columns where column.name.hasPrefix("d") {
                #expect(column.dtype.hasPrefix("duration["), "\(name) \(column.name)")
            }
            try db["again-\(name)"].put(table)
            #expect(try db["again-\(name)"].get() as Table == table)
        }
        try Python.run(
            """
            import sys
            import pyarrow as pa, pyarrow.parquet as pq, pandas as pd, polars as pl
            root = sys.argv[1]
            for name in ['arrow', 'large', 'pandas', 'polars']:
                a, b = pq.read_table(f'{root}/{name}.parquet'), pq.read_table(f'{root}/again-{name}.parquet')
                assert a.column_names == b.column_names
                for column in a.column_names:
                    x, y = a[column], b[column]
                    if column in ('list', 'pair'): assert x.to_pylist() == y.to_pylist(), (name, column)
                    else: assert x.type == y.type and x.equals(y), (name, column, x.type, y.type)
            pd.testing.assert_frame_equal(pd.read_parquet(f'{root}/pandas.parquet'), pd.read_parquet(f'{root}/again-pandas.parquet'))
            a, b = pl.read_parquet(f'{root}/polars.parquet'), pl.read_parquet(f'{root}/again-polars.parquet')
            assert a.equals(b) and a.schema == b.schema, (a.schema, b.schema)
            """, [directory.path])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Partitions by dates and times are named by their ISO text, which comes back and which peers read",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func partitions() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try Table([
            Column("day", .int32([18_262, -1, 18_262]), validity: [true, true, false], logicalType: "date"),
            Column("stamp", .int64([1_577_880_000_250_000, 0, -1]), logicalType: "timestamp[us]"),
            Column("zone", .int64([1_577_880_000, 0, .min]), logicalType: "timestamp[ms, Europe/Berlin]"),
            Column("clock", .int64([0, 1, 86_399_999_999]), logicalType: "time[us]"),
            Column("for", .int64([1500, -2, .max]), logicalType: "duration[ms]"),
            Column("large", .int64([-1, 1, .min]), logicalType: "uint64"),
            Column("x", [0.5, 1.5, 2.5]),
        ])
        // What is beyond the calendar keeps its number.
        let odd = try Column("odd", .int64([.max, .min, 5]), logicalType: "date")
        try db.putPartitioned("odd", Table([odd, Column("x", [0.5, 1.5, 2.5])]), by: ["odd"])
        let days = try db.getPartitioned("odd")
        #expect(days["odd"]?.values == .int64([.min, 5, .max]) || days["odd"]?.dtype == "date")
        let kept = try #require(places(days))
        #expect(kept.sorted() == [0, 1, 2])
        for column in table.columns.dropLast() {
            try db.putPartitioned(column.name, table, by: [column.name])
            let read = try db.getPartitioned(column.name)
            #expect(read.columns.map(\.dtype) == table.columns.map(\.dtype))
            // The rows are in the order of the paths.
            let order = try #require(places(read))
            for other in read.columns {
                let expected = try #require(table[other.name])
                let text = ValueText(expected)
                let found = ValueText(other)
                #expect(order.map { text.text(expected, $0) } == (0..<3).map { found.text(other, $0) })
            }
        }
        #expect(
            try db.subdatabase("day").subdatabases().map { $0.path.split(separator: "/").last ?? "" } == [
                "day=1969-12-31", "day=2020-01-01", "day=__HIVE_DEFAULT_PARTITION__",
            ])
        let names = try db.subdatabase("stamp").subdatabases().map {
            $0.path.split(separator: "/").last ?? ""
        }
        #expect(names.contains("stamp=2020-01-01 12%3A00%3A00.250"))
        try Python.run(
            """
            import sys, datetime
            import duckdb, polars as pl, pyarrow.parquet as pq
            root = sys.argv[1]
            day = datetime.date(2020, 1, 1)
            rows = duckdb.sql(f"select day, x from read_parquet('{root}/day/**/*.parquet', hive_partitioning=true) order by x").fetchall()
            assert rows == [(day, 0.5), (datetime.date(1969, 12, 31), 1.5), (None, 2.5)], rows
            rows = duckdb.sql(f"select stamp::timestamp from read_parquet('{root}/stamp/**/*.parquet', hive_partitioning=true) order by x").fetchall()
            assert rows[0] == (datetime.datetime(2020, 1, 1, 12, 0, 0, 250_000),), rows
            days = pq.read_table(f'{root}/day', columns=['day', 'x'])['day'].to_pylist()
            assert set(days) == {'2020-01-01', '1969-12-31', None}, days
            frame = pl.read_parquet(f'{root}/day/**/*.parquet', hive_partitioning=True)
            assert frame.schema['day'] == pl.Date and set(frame['day']) == {day, datetime.date(1969, 12, 31), None}, frame
            assert set(pq.read_table(f'{root}/for')['for'].to_pylist()) == {'1500 ms', '-2 ms', '9223372036854775807 ms'}
            """, [directory.path])
        #expect(try db.verify().isEmpty)
    }

    private func places(_ table: Table) -> [Int]? {
        guard case .double(let values)? = table["x"]?.values else { return nil }
        return values.map { Int($0) }
    }
}
