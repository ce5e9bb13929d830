import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// What the peers have and a table has not, or the other way round.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"), .timeLimit(.minutes(120)))
struct ParquetPeersTests {
    @Test("Columns that a table cannot have are named and refused; the others are read")
    func exoticTypes() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            """
            import sys, decimal, datetime
            import pyarrow as pa, pyarrow.parquet as pq, numpy as np, duckdb
            root = sys.argv[1]
            n = 100
            t = pa.table({
                'id': pa.array(range(n)), 'list': [[i, None] for i in range(n)],
                'struct': [{'x': i, 'y': {'z': 'a'}} for i in range(n)],
                'map': pa.array([[('k', i)] for i in range(n)], pa.map_(pa.string(), pa.int64())),
                'decimal': pa.array([decimal.Decimal(i) / 4 for i in range(n)], pa.decimal128(12, 2)),
                'fixed': pa.array([b'ab'] * n, pa.binary(2)), 'bytes': pa.array([b'\\xff'] * n),
                'stamp': pa.array([i * 1_000_000_007 - 3_000_000_000 for i in range(n)], pa.timestamp('ns')), 'text': [f't{i}' for i in range(n)]})
            pq.write_table(t, f'{root}/arrow.parquet', use_deprecated_int96_timestamps=True)
            for codec in ['brotli', 'lz4']:
                pq.write_table(t.select(['id', 'text']), f'{root}/{codec}.parquet', compression=codec)
            duckdb.sql(f"copy (select 1 as id, '7b4ec9f2-8f0a-4a3c-9d6f-0f7c1f0c8f11'::uuid as u, interval 1 day as i, 1.5::decimal(4,1) as d) to '{root}/duckdb.parquet' (format parquet)")
            pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=['a', 'a']), f'{root}/twice.parquet')
            """, [directory.path])
        let db = try Database(testing: directory)
        let entry = try db["arrow"]
        let fields = try entry.info().content.fields
        #expect(
            fields.map { "\($0.name): \($0.dtype)" } == [
                "id: int64", "list: list<int64>", "struct: struct", "map: map", "decimal: decimal(12, 2)",
                "fixed: fixed_len_byte_array[2]", "bytes: binary", "stamp: timestamp[ns]", "text: string",
            ])
        let error = #expect(throws: DirDBError.self) { try entry.get(Table.self) }
        #expect(
            error?.message
                == "\(entry.path).parquet cannot be loaded: a table cannot have its columns \"struct\" of type struct,"
                + " \"map\" of type map; name the columns to read: \"id\", \"list\", \"decimal\", \"fixed\", \"bytes\","
                + " \"stamp\", \"text\"")
        let table = try entry.get(columns: ["text", "id"])
        #expect(
            try table
                == ParquetTables.table(
                    Column("text", (0..<100).map { "t\($0)" }), Column("id", Array(Int64(0)..<100))))
        for column in ["struct", "map"] {
            let error = #expect(throws: DirDBError.self) { try entry.get(columns: ["id", column]) }
            #expect(error?.code == .unsupportedFormat && error?.message.contains("\"\(column)\"") == true)
        }
        // As Spark writes times.
        let stamps = try entry.get(columns: ["stamp"])
        #expect(stamps["stamp"]?.values == .int64((0..<100).map { $0 * 1_000_000_007 - 3_000_000_000 }))
        for codec in ["brotli", "lz4"] {
            let error = #expect(throws: DirDBError.self) { try db[codec].get(Table.self) }
            #expect(error?.code == .unsupportedFormat)
        }
        #expect(throws: DirDBError.self) { try db["twice"].get(Table.self) }
        #expect(
            try db["duckdb"].info().content.fields.map(\.dtype) == [
                "int32", "uuid", "interval", "decimal(4, 1)",
            ])
        #expect(try db["duckdb"].get(Table.self).rowCount == 1)
        #expect(try db.verify().allSatisfy { !$0.isProblem })
    }

    @Test("pandas finds the index that we wrote, we the one that pandas wrote")
    func index() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try Table(
            [
                Column("trial", ["a", "b", "b"]), Column("n", [Int64(1), 2, 3]),
                Column("0", [0.5, nil, 1.5]),
                Column("t", .int64([0, 1, 2]), logicalType: "timestamp[ns, UTC]"),
            ], index: "trial")
        try db["ours"].put(table)
        let output = try Python.run(
            """
            import sys
            import pandas as pd
            root = sys.argv[1]
            ours = pd.read_parquet(f'{root}/ours.parquet')
            assert ours.index.name == 'trial' and list(ours.index) == ['a', 'b', 'b'], ours.index
            assert list(ours.columns) == ['n', '0', 't'], ours.columns
            assert str(ours.n.dtype) == 'int64' and str(ours['0'].dtype) == 'float64', ours.dtypes
            assert ours.t.iloc[2] == pd.Timestamp(2, tz='UTC')
            assert list(pd.read_parquet(f'{root}/ours.parquet', columns=['n']).columns) == ['n']
            frame = pd.DataFrame({'x': [1.5, 2.5]}, index=pd.Index([7, 8], name='key'))
            frame.to_parquet(f'{root}/named.parquet')
            frame.rename_axis(None).to_parquet(f'{root}/unnamed.parquet')
            frame.reset_index(drop=True).to_parquet(f'{root}/range.parquet')
            frame.set_index('x', append=True).to_parquet(f'{root}/two.parquet')
            print('equal')
            """, [directory.path])
        #expect(output == "equal\n")
        let expected = ["named": "key", "unnamed": "__index_level_0__", "range": nil, "two": nil]
        for (name, index) in expected {
            #expect(try db[name].get(Table.self).indexName == index, "\(name)")
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Partitioned tables are read by the peers, and theirs by us")
    func partitions() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let count = 120
        let table = try ParquetTables.table(
            Column("x", (0..<count).map { Double($0) }), Column("trial", (0..<count).map { Int64($0 % 4) }),
            Column("site", (0..<count).map { ["soma", "a/b=c%", "ä b"][$0 % 3] }))
        try db.putPartitioned("ours", table, by: ["trial", "site"])
        _ = try db.getPartitioned("ours")
        let output = try Python.run(
            """
            import sys
            from urllib.parse import unquote
            import duckdb, polars as pl, pyarrow as pa, pyarrow.dataset as ds, pyarrow.parquet as pq
            import pandas as pd, dask.dataframe as dd, fastparquet
            root = sys.argv[1]
            sites = ['soma', 'a/b=c%', 'ä b']
            expected = sorted((float(i), i % 4, sites[i % 3]) for i in range(120))
            pattern = f'{root}/ours/**/*.parquet'
            rows = duckdb.sql(f"select x, trial, site from read_parquet('{pattern}', hive_partitioning = true)").fetchall()
            assert sorted(rows) == expected, ('duckdb', sorted(rows)[:5])
            pruned = duckdb.sql(f"select count(*) from read_parquet('{pattern}', hive_partitioning = true) where trial = 3").fetchall()
            assert pruned == [(30,)], pruned
            frame = pl.scan_parquet(pattern, hive_partitioning=True).select('x', 'trial', 'site').collect()
            assert sorted(frame.rows()) == expected, ('polars', sorted(frame.rows())[:5])
            folder = f'{root}/ours'
            def check(name, frame):
                rows = sorted(zip(map(float, frame['x']), map(int, frame['trial']), map(str, frame['site'])))
                assert rows == expected, (name, rows[:5])
            check('pandas', pd.read_parquet(folder))
            check('pandas, one trial', pd.concat(pd.read_parquet(folder, filters=[('trial', '==', n)]) for n in range(4)))
            check('pyarrow', pq.read_table(folder).to_pandas())
            check('pyarrow.dataset', ds.dataset(folder, partitioning='hive').to_table().to_pandas())
            check('polars', pl.read_parquet(folder, hive_partitioning=True).to_dict(as_series=False))
            check('polars, lazy', pl.scan_parquet(folder, hive_partitioning=True).collect().to_dict(as_series=False))
            check('dask', dd.read_parquet(folder).compute())
            frame = fastparquet.ParquetFile(folder).to_pandas()
            # It alone takes the names of directories as they are.
            check('fastparquet', {'x': frame['x'], 'trial': frame['trial'], 'site': map(unquote, frame['site'])})
            theirs = pa.table({'x': [r[0] for r in expected], 'trial': [r[1] for r in expected], 'site': [r[2] for r in expected]})
            pq.write_to_dataset(theirs, f'{root}/arrow', partition_cols=['trial', 'site'])
            duckdb.register('theirs', theirs)
            duckdb.sql(f"copy theirs to '{root}/duckdb' (format parquet, partition_by (trial, site))")
            theirs.to_pandas().to_parquet(f'{root}/pandas', partition_cols=['site', 'trial'])
            print('equal')
            """, [directory.path])
        #expect(output == "equal\n")
        for name in ["arrow", "duckdb", "pandas"] {
            let read = try db.getPartitioned(name).selecting(["x", "trial", "site"])
            guard case .double(let x)? = read["x"]?.values, case .int64(let trial)? = read["trial"]?.values,
                case .string(let site)? = read["site"]?.values
            else {
                Issue.record("\(name) has other types: \(read.columns.map(\.dtype))")
                continue
            }
            #expect(x.sorted() == (0..<count).map { Double($0) }, "\(name)")
            for row in x.indices {
                let number = Int(x[row])
                #expect(
                    trial[row] == Int64(number % 4) && site[row] == ["soma", "a/b=c%", "ä b"][number % 3])
            }
        }
        #expect(try db.verify().isEmpty)
    }
}
