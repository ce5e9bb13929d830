/// What ``ParquetPartTests`` takes parts of: files of pandas, pyarrow, Polars, DuckDB and fastparquet.
enum ParquetPartFrames {
    /// Writes them as the entries of a database.
    static let script = #"""
        import sys, os, decimal, datetime, warnings
        import numpy as np, pandas as pd, pyarrow as pa, pyarrow.parquet as pq
        import polars as pl, duckdb, fastparquet
        warnings.filterwarnings('ignore')
        root = sys.argv[1]
        os.makedirs(f'{root}/db', exist_ok=True)
        def path(name): return f'{root}/db/{name}.parquet'
        def pandas(name, frame, **options): frame.to_parquet(path(name), **options)
        def arrow(name, table, **options): pq.write_table(table, path(name), **options)
        rng = np.random.default_rng(7)
        n = 12
        def plain(n=n, **more):
            return {'t': np.arange(n) / 4, 'site': [f's{i % 3}' for i in range(n)], 'k': rng.integers(0, 99, n), **more}
        times = pd.date_range('2020-03-28 20:00', periods=n, freq='h')
        # Kinds of index.
        pandas('index-default', pd.DataFrame(plain()))
        pandas('index-range', pd.DataFrame(plain(), index=pd.RangeIndex(5, 5 + 5 * n, 5)))
        pandas('index-range-down', pd.DataFrame(plain(), index=pd.RangeIndex(3, 3 - 2 * n, -2, name='trial')))
        pandas('index-named', pd.DataFrame(plain(), index=pd.Index([f'run {i}' for i in range(n)], name='run')))
        pandas('index-unnamed', pd.DataFrame(plain(), index=rng.permutation(n)))
        pandas('index-multi', pd.DataFrame(plain(), index=pd.MultiIndex.from_product([['a', 'b', 'c'], range(4)], names=['group', 'trial'])))
        pandas('index-multi-unnamed', pd.DataFrame(plain(), index=pd.MultiIndex.from_product([[1, 2, 3], ['w', 'x', 'y', 'z']], names=[None, 'letter'])))
        pandas('index-zone', pd.DataFrame(plain(), index=times.tz_localize('Europe/Berlin', ambiguous='infer', nonexistent='shift_forward').rename('when')))
        pandas('index-duration', pd.DataFrame(plain(), index=pd.to_timedelta(np.arange(n), unit='ms')))
        pandas('index-category', pd.DataFrame(plain(), index=pd.CategoricalIndex(list('abcabcabcabc'), categories=list('dcba'), name='kind')))
        # Kinds of values.
        gaps = np.arange(n) % 4 == 1
        pandas('duration', pd.DataFrame(plain(d=pd.Series(pd.to_timedelta(np.arange(n) * 1000, unit='ns')).mask(gaps), s=pd.to_timedelta(np.arange(n), unit='s').astype('timedelta64[s]'))))
        pandas('category', pd.DataFrame(plain(
            c=pd.Categorical(list('aabbccaabbcc'), categories=['unused', 'c', 'b', 'a'], ordered=True),
            i=pd.Categorical(np.arange(n) % 3))))
        pandas('nullable', pd.DataFrame({
            'i': pd.array(np.arange(n), 'Int64'), 'u': pd.array(np.arange(n), 'UInt8'), 'f': pd.array(np.arange(n) / 3, 'Float32'),
            'b': pd.array(np.arange(n) % 2 == 0, 'boolean'), 's': pd.array([f'{i}' for i in range(n)], 'string')}).apply(lambda column: column.mask(gaps)))
        pandas('arrow-backed', pd.DataFrame({'i': pd.array(range(n), 'int32[pyarrow]'), 's': pd.array(['x', None] * 6, pd.ArrowDtype(pa.large_string())),
            'l': pd.array([[1], [2, 3], None] * 4, pd.ArrowDtype(pa.list_(pa.int8())))}))
        pandas('zones', pd.DataFrame({
            'berlin': times.tz_localize('Europe/Berlin', nonexistent='shift_forward'), 'india': times.tz_localize('Asia/Kolkata').astype('datetime64[ms, Asia/Kolkata]'),
            'utc': times.tz_localize('UTC'), 'offset': times.tz_localize(datetime.timezone(datetime.timedelta(hours=-3))), 'naive': pd.Series(times).mask(gaps), 'seconds': times.astype('datetime64[s]')}))
        pandas('widths', pd.DataFrame({f'{kind}{bits}': rng.integers(0, 100, n).astype(f'{kind}{bits}') for kind in ['int', 'uint'] for bits in [8, 16, 32, 64]}
            | {'u64': np.array([2**64 - 1 - i for i in range(n)], 'u8'), 'float16': np.arange(n).astype('f2'), 'float32': np.arange(n).astype('f4'), 'flag': gaps}))
        pandas('dates', pd.DataFrame(plain(date=[datetime.date(2020, 1, 1 + i) for i in range(n)], time=[datetime.time(i, 3, 4, i) for i in range(n)])))
        pandas('objects', pd.DataFrame({'bytes': [bytes([255, i]) for i in range(n)], 'decimal': [decimal.Decimal(i) / 100 for i in range(n)],
            'list': [list(range(i % 4)) if i % 5 else None for i in range(n)], 'dict': [{'a': i, 'b': str(i)} for i in range(n)], 'none': [None] * n}))
        pandas('extension', pd.DataFrame({'period': pd.period_range('2020-01', periods=n, freq='M'), 'interval': pd.interval_range(0, n), 'x': range(n)}))
        # Names.
        pandas('columns-multi', pd.DataFrame(rng.normal(size=(n, 4)), columns=pd.MultiIndex.from_product([['soma', 'axon'], ['v', 'i']], names=['part', None])))
        pandas('columns-multi-index-multi', pd.DataFrame(rng.normal(size=(n, 4)), columns=pd.MultiIndex.from_product([['a', 'b'], [1, 2]]),
            index=pd.MultiIndex.from_product([['a', 'b', 'c'], range(4)], names=['group', 'trial'])))
        pandas('columns-integers', pd.DataFrame(rng.normal(size=(n, 3))))
        pandas('columns-named', pd.DataFrame(plain()).rename_axis(columns='quantity'))
        pandas('columns-times', pd.DataFrame(rng.normal(size=(n, 3)), columns=pd.date_range('2020', periods=3)))
        pandas('names', pd.DataFrame({'Größe': range(n), 'e\u0301': range(n), '\u00e9': range(n), 'a,b': range(n), 'say "x"': range(n), '神経 😀': range(n), '': range(n)},
            index=pd.Index(range(n), name='größe, ü')))
        # Shapes.
        pandas('empty', pd.DataFrame(plain()).iloc[:0])
        pandas('empty-index', pd.DataFrame(plain(), index=pd.Index(range(n), name='i')).iloc[:0])
        pandas('no-columns', pd.DataFrame(index=pd.Index(list('abcdefghijkl'), name='i')))
        pandas('nothing', pd.DataFrame())
        frame = pd.DataFrame(plain(100, c=pd.Categorical(rng.choice(list('xyz'), 100)), i=pd.array(rng.integers(0, 9, 100), 'Int64'), f=rng.normal(size=100)), index=pd.RangeIndex(0, 300, 3))
        frame.loc[rng.random(100) < 0.3, ['i', 'f']] = None
        pandas('groups', frame, row_group_size=7)
        pandas('groups-indexed', frame.set_index(['site', 'k'], append=True), row_group_size=30)
        frame.attrs = {'unit': 'mV', 'rate': 20000.0, 'none': float('nan'), 'seed': 2**53, 'nested': {'Größe': [1, None]}}
        pandas('attrs', frame)
        wide = pd.DataFrame({f'c{i}': rng.integers(0, 9, 40) for i in range(300)}, index=pd.Index(range(40), name='row'))
        pandas('wide', wide)
        # What Arrow writes.
        schema = pa.schema([
            pa.field('v', pa.float32(), metadata={'unit': 'mV', 'dt': '0.1'}), pa.field('s', pa.large_string(), nullable=False),
            pa.field('d', pa.dictionary(pa.int8(), pa.large_string(), ordered=True)), pa.field('u', pa.uint32(), metadata={b'raw': b'\xff\x00'}),
            pa.field('w', pa.duration('us')), pa.field('z', pa.timestamp('us', 'Europe/Berlin')), pa.field('date', pa.date32()), pa.field('day', pa.date64()),
            pa.field('t', pa.time32('s')), pa.field('l', pa.large_list(pa.field('item', pa.int16(), metadata={'a': 'b'})))],
            metadata={'author': 'Müller', b'binary': b'\xfe\xff', 'empty': ''})
        def table(n):
            return pa.table([
                pa.array(np.arange(n), pa.float32()), pa.array([f's{i}' for i in range(n)], pa.large_string()),
                pa.DictionaryArray.from_arrays(pa.array(np.arange(n) % 3, pa.int8()), pa.array(['q', 'r', 's'], pa.large_string()), ordered=True),
                pa.array(np.arange(n), pa.uint32()), pa.array(np.arange(n), pa.duration('us')), pa.array(np.arange(n) * 10**9, schema.field('z').type),
                pa.array(range(n), pa.int32()).cast(pa.date32()), pa.array(range(0, n * 86400_000, 86400_000), pa.int64()).cast(pa.date64()), pa.array(range(n), pa.int32()).cast(pa.time32('s')),
                pa.array([list(range(i % 5)) for i in range(n)], schema.field('l').type)], schema=schema)
        arrow('arrow-metadata', table(n))
        arrow('arrow-metadata-groups', table(1000), row_group_size=64, write_page_index=True, sorting_columns=[pq.SortingColumn(0)])
        arrow('arrow-no-schema', table(n), store_schema=False)
        arrow('arrow-int96', pa.table({'x': pa.array(range(n)), 't': pa.array(times, pa.timestamp('ns'))}), use_deprecated_int96_timestamps=True)
        def nested(n):
            lists = [None if i % 7 == 3 else [None if j == 2 else j * i for j in range(i % 5)] for i in range(n)]
            return pa.table({
                'x': pa.array(range(n)), 'l': pa.array(lists, pa.list_(pa.int64())),
                'll': pa.array([[[f'{i}', None], []] * (i % 3) if i % 4 else None for i in range(n)], pa.list_(pa.list_(pa.string()))),
                'st': pa.array([None if i % 6 == 2 else {'a': i, 'b': [i] * (i % 3), 'c': {'d': None if i % 2 else f'{i}'}} for i in range(n)]),
                'm': pa.array([[(f'k{j}', j) for j in range(i % 4)] for i in range(n)], pa.map_(pa.string(), pa.int32())),
                'fixed': pa.array([[i, i + 1] for i in range(n)], pa.list_(pa.float32(), 2))})
        arrow('arrow-nested', nested(n))
        for version in ['1.0', '2.0']:
            arrow(f'arrow-nested-pages-{version}', nested(3000), data_page_version=version, data_page_size=500, write_batch_size=100, row_group_size=1700, compression='zstd')
        def many(n, nulls):
            mask = rng.random(n) < 0.3 if nulls else np.zeros(n, bool)
            doubles = rng.normal(size=n); doubles[:4] = [np.nan, -0.0, np.inf, 5e-324]
            return pa.table({
                'b': pa.array(rng.random(n) < 0.5, mask=mask), 'i': pa.array(np.arange(n, dtype='i4') * 3, mask=mask), 'l': pa.array(rng.integers(-9, 9, n), mask=mask),
                'f': pa.array(doubles.astype('f4'), mask=mask), 'd': pa.array(doubles, mask=mask), 's': pa.array([f'run_{i // 7:05}' * (i % 3) for i in range(n)], mask=mask),
                'y': pa.array([bytes([i % 256, 200]) for i in range(n)], pa.binary(), mask=mask), 'x': pa.array([b'%08d' % i for i in range(n)], pa.binary(8), mask=mask),
                'h': pa.array(doubles.astype('f2'), mask=mask), 'm': pa.array([decimal.Decimal(i) / 10 for i in range(n)], pa.decimal128(30, 1), mask=mask)})
        for codec in ['none', 'snappy', 'gzip', 'zstd']:
            arrow(f'arrow-{codec}', many(2000, True), compression=codec, data_page_size=1000, write_batch_size=50, write_page_checksum=True, dictionary_pagesize_limit=3000)
            arrow(f'arrow-{codec}-2.0', many(2000, False), compression=codec, data_page_version='2.0', data_page_size=1000, write_batch_size=50, use_dictionary=False)
        for name, encodings in {
            'delta': {'i': 'DELTA_BINARY_PACKED', 'l': 'DELTA_BINARY_PACKED', 's': 'DELTA_LENGTH_BYTE_ARRAY', 'y': 'DELTA_BYTE_ARRAY', 'x': 'DELTA_BYTE_ARRAY', 'b': 'RLE'},
            'split': {'i': 'BYTE_STREAM_SPLIT', 'l': 'BYTE_STREAM_SPLIT', 'f': 'BYTE_STREAM_SPLIT', 'd': 'BYTE_STREAM_SPLIT', 'x': 'BYTE_STREAM_SPLIT', 'h': 'BYTE_STREAM_SPLIT', 's': 'DELTA_BYTE_ARRAY'}}.items():
            for version in ['1.0', '2.0']:
                arrow(f'arrow-{name}-{version}', many(1500, version == '1.0'), use_dictionary=False, column_encoding=encodings, data_page_version=version, data_page_size=1000, write_batch_size=50)
        full = many(300, False)
        arrow('arrow-required', full.cast(pa.schema([f.with_nullable(False) for f in full.schema])))
        # Other writers.
        frame = pl.DataFrame({'a': range(n), 's': [f'{i % 3}' for i in range(n)], 'l': [[i, None] for i in range(n)], 't': times.to_list(), 'd': [decimal.Decimal(i) / 10 for i in range(n)]}).with_columns(
            c=pl.col('s').cast(pl.Categorical), z=pl.col('t').dt.replace_time_zone('Europe/Berlin', non_existent='null'), w=pl.duration(microseconds=pl.col('a')), st=pl.struct('a', 's'), e=pl.col('s').cast(pl.Enum(['2', '1', '0'])))
        frame.write_parquet(path('polars'))
        pl.from_arrow(many(3000, True)).write_parquet(path('polars-groups'), row_group_size=700, data_page_size=1000)
        duckdb.sql("create table t as select i, i % 3 = 0 as b, i::decimal(12, 2) as m, uuid() as u, 'x' || i as s, [i, null] as l, {'a': i} as st, date '2020-01-01' + i::int as d, timestamptz '2020-01-01 00:00:00+01' + to_hours(i) as z, to_minutes(i) as w, i::utinyint as ub, i::hugeint as h, ('a' || (i % 3))::enum('a0', 'a1', 'a2') as e, time '10:00:00' as t from range(200) r(i)")
        duckdb.sql(f"copy t to '{path('duckdb')}' (format parquet, kv_metadata {{origin: 'duck'}})")
        duckdb.sql(f"copy (from t limit 10) to '{path('duckdb-short')}' (format parquet)")
        duckdb.register('big', many(5000, True).drop_columns('h'))
        duckdb.sql(f"copy big to '{path('duckdb-v2')}' (format parquet, parquet_version v2, compression zstd, row_group_size 2048)")
        indexed = pd.DataFrame(plain(c=pd.Categorical(list('aabbccaabbcc'))), index=pd.Index(range(n), name='i'))
        fastparquet.write(path('fastparquet'), indexed, row_group_offsets=5, custom_metadata={'made': 'here'})
        """#
}
