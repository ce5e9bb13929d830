import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// Decimals, bytes and lists of the real peers, and ours read by them.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"), .timeLimit(.minutes(15)))
struct ParquetKindsInteropTests {
    private static let common = """
        import sys, os, decimal, uuid, datetime
        import numpy as np, pyarrow as pa, pyarrow.parquet as pq, polars as pl, duckdb, fastparquet
        root = sys.argv[1]
        D = decimal.Decimal
        def make(n, nulls):
            rng = np.random.default_rng(n)
            def some(values): return [None if nulls and i % 7 == 3 else v for i, v in enumerate(values)]
            def lists(item): return some([[None if nulls and k % 5 == 2 else item(i, k) for k in range(i * 7 % 11)] for i in range(n)])
            signs = rng.integers(-10**8, 10**8, n)
            return pa.table({
                'd4': pa.array(some([D(int(s) % 10**4) / 100 for s in signs]), pa.decimal128(5, 2)),
                'd18': pa.array(some([D(int(s)) * 10**7 / 1000 for s in signs]), pa.decimal128(18, 3)),
                'd38': pa.array(some([D(int(s)) * 10**25 for s in signs]), pa.decimal128(38, 4)),
                'd76': pa.array(some([decimal.Context(prec=76).multiply(D(int(s)), D(10)**50) for s in signs]), pa.decimal256(76, 9)),
                'bytes': pa.array(some([bytes([255, i % 100]) * (i % 5) for i in range(n)]), pa.binary()),
                'fixed': pa.array(some([bytes([i % 256, 0, 255]) for i in range(n)]), pa.binary(3)),
                'doubles': pa.array(lists(lambda i, k: i + k / 8), pa.list_(pa.float64())),
                'ints': pa.array(lists(lambda i, k: (i - k) % 999), pa.list_(pa.int16())),
                'texts': pa.array(lists(lambda i, k: f'wört {i % 5} {k}'), pa.list_(pa.string())),
                'bools': pa.array(lists(lambda i, k: k % 3 == 0), pa.list_(pa.bool_())),
                'stamps': pa.array(lists(lambda i, k: datetime.datetime(2020, 1, 1 + k, i % 24)), pa.list_(pa.timestamp('us'))),
                'prices': pa.array(lists(lambda i, k: D(i * k) / 4), pa.list_(pa.decimal128(9, 2))),
                'blobs': pa.array(lists(lambda i, k: bytes([200, k])), pa.list_(pa.binary())),
                'pairs': pa.array(some([[i, None if nulls and i % 3 == 0 else i * 2.5] for i in range(n)]), pa.list_(pa.float32(), 2)),
                'n': pa.array(range(n), pa.int64())})
        def plain(table):
            return {name: [list(v) if isinstance(v, (list, tuple, np.ndarray)) else v for v in table[name].to_pylist()] for name in table.column_names}
        def same(a, b, where):
            a, b = plain(a), plain(b)
            assert list(a) == list(b), (where, list(a), list(b))
            for name in a:
                for i, (x, y) in enumerate(zip(a[name], b[name], strict=True)): assert x == y, (where, name, i, x, y)
        os.makedirs(f'{root}/peers', exist_ok=True)
        def path(name): return f'{root}/peers/{name}.parquet'

        """

    private static let peers = """
        for n in [0, 1, 100, 9_000]:
            for nulls in [False, True]:
                t = make(n, nulls)
                tag = f'{n}-{nulls}'
                pq.write_table(t, path(f'arrow-{tag}'))
                pq.write_table(t, path(f'arrow-v2-{tag}'), data_page_version='2.0', row_group_size=4000, data_page_size=2000, compression='zstd')
                pq.write_table(t.drop_columns(['d76']), path(f'arrow-old-{tag}'), use_compliant_nested_type=False, store_decimal_as_integer=True, use_dictionary=False, store_schema=False)
                pl.from_arrow(t.drop_columns(['d76'])).write_parquet(path(f'polars-{tag}'), row_group_size=3000)
                duckdb.register('t', t.drop_columns(['d76']))
                duckdb.sql(f"copy t to '{path(f'duckdb-{tag}')}' (format parquet)")
                duckdb.sql(f"copy t to '{path(f'duckdb-v2-{tag}')}' (format parquet, parquet_version v2, row_group_size 2048)")
        t = make(3000, True)
        for encoding in ['BYTE_STREAM_SPLIT', 'DELTA_BYTE_ARRAY', 'PLAIN']:
            flat = t.select(['d4', 'd38', 'fixed'])
            pq.write_table(flat, path(f'arrow-{encoding}'), use_dictionary=False, column_encoding={c: encoding for c in flat.column_names})
        required = pa.schema([pa.field('x', pa.list_(pa.field('element', pa.float64(), nullable=False)), nullable=False)])
        pq.write_table(pa.table({'x': [[1.5, 2], [], [3]]}, schema=required), path('arrow-required'))
        duckdb.sql(f"copy (select uuid() as u, i as i from range(50) r(i)) to '{path('duckdb-uuid')}' (format parquet)")
        print(len(os.listdir(f'{root}/peers')))
        """

    @Test("What the peers wrote is read and written again, and each of them reads that, equal")
    func matrix() throws {
        let directory = try TemporaryDirectory()
        let count = try Python.run(Self.common + Self.peers, [directory.path])
        let db = try Database(testing: directory)
        var names: [String] = []
        for entry in try db.subdatabase("peers").entries(order: .name) {
            let table = try entry.get(Table.self)
            let fields = try entry.info().content.fields
            #expect(fields.map(\.dtype) == table.columns.map(\.dtype), "\(entry.name)")
            try db["again", entry.name].put(
                table, as: ParquetDumper(rowGroupSize: names.count % 2 == 0 ? 1 << 20 : 3001))
            #expect(try db["again", entry.name].get(Table.self) == table, "\(entry.name)")
            names.append(entry.name)
        }
        #expect("\(names.count)\n" == count)
        let output = try Python.run(
            Self.common + """
                for name in sorted(os.listdir(f'{root}/again')):
                    if not name.endswith('.parquet'): continue
                    ours, source = f'{root}/again/{name}', f'{root}/peers/{name}'
                    theirs = pq.read_table(source) if not name.startswith('duckdb') else duckdb.sql(f"select * from '{source}'").to_arrow_table()
                    read = pq.read_table(ours, page_checksum_verification=True)
                    if 'uuid' not in name:
                        same(theirs, read, name)
                    # Lists of a fixed size stay that for those who read Arrow's schema, where there is one.
                    if name.startswith('arrow-') and 'pairs' in read.column_names and 'old' not in name:
                        assert read.schema.field('pairs').type == pa.list_(pa.float32(), 2), (name, read.schema.field('pairs').type)
                    if 'uuid' in name: continue
                    frame = read.drop_columns([c for c in ['d76'] if c in read.column_names])
                    same(frame, duckdb.sql(f"select {', '.join(frame.column_names)} from '{ours}'").to_arrow_table(), 'duckdb ' + name)
                    same(frame, pl.read_parquet(ours, columns=frame.column_names).to_arrow(), 'polars ' + name)
                # All statistics can be read, and DuckDB may prune by them.
                flat = f'{root}/again/arrow-100-True.parquet'
                assert duckdb.sql(f"select count(*) from '{flat}' where d18 < 0").fetchall() == [(sum(v < 0 for v in pq.read_table(flat)['d18'].to_pylist() if v is not None),)]
                a, b = [duckdb.sql(f"select u::varchar from '{root}/{d}/duckdb-uuid.parquet' order by i").fetchall() for d in ['peers', 'again']]
                assert a == b and len(a[0][0]) == 36
                fp = fastparquet.ParquetFile(f'{root}/again/arrow-100-False.parquet').to_pandas(columns=['n', 'd4', 'fixed'])
                assert list(fp.n) == list(range(100)) and [bytes(v) for v in fp.fixed][:2] == [b'\\x00\\x00\\xff', b'\\x01\\x00\\xff']
                print('equal')
                """, [directory.path])
        #expect(output == "equal\n", "\(output)")
        #expect(try db.verify().isEmpty)
    }

    @Test("Values have the digits, bytes and items that pyarrow has")
    func values() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.common + """
                t = pa.table({'d': pa.array([D('-1234.50'), None, D('0.01')], pa.decimal128(30, 2)),
                    'l': pa.array([[1, None], None, []], pa.list_(pa.int32())), 'b': pa.array([b'\\xff', b'', None], pa.binary()),
                    'm': pa.array([[('k', 1)]] * 3, pa.map_(pa.string(), pa.int64())), 'deep': [[[1]], [], None],
                    's': [{'x': 1}] * 3, 'ls': [[{'x': 1}]] * 3})
                pq.write_table(t, f'{root}/t.parquet')
                """, [directory.path])
        let db = try Database(testing: directory)
        let table = try db["t"].get(columns: ["d", "l", "b"])
        let expected = try Table([
            Column(
                "d", .string(StringColumn(["-1234.50", "", "0.01"])), validity: [true, false, true],
                logicalType: "decimal(30, 2)"),
            Column(
                "l", .list(ListColumn(offsets: [0, 2, 2, 2], items: Column("", [Int32(1), nil]))),
                validity: [true, false, true]),
            Column("b", .binary(BinaryColumn([[0xFF], [], []])), validity: [true, true, false]),
        ])
        #expect(table == expected)
        let error = #expect(throws: DirDBError.self) { try db["t"].get(Table.self) }
        #expect(error?.code == .unsupportedFormat)
        #expect(
            error?.message
                == "\(try db["t"].path).parquet cannot be loaded: a table cannot have its columns \"m\" of type map,"
                + " \"deep\" of type list, \"s\" of type struct, \"ls\" of type list; name the columns to read: \"d\","
                + " \"l\", \"b\"")
        #expect(try db.verify().isEmpty)
    }
}
