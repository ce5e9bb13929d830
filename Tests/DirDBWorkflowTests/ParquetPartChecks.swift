/// What ``ParquetPartTests`` asks of the parts.
enum ParquetPartChecks {
    /// Chooses the parts; takes them with the program, and compares them with what the peers take of the whole.
    static let script = #"""
        import sys, os, json, subprocess, warnings
        import numpy as np, pandas as pd, pyarrow as pa, pyarrow.parquet as pq
        import polars as pl, duckdb
        warnings.filterwarnings('ignore')
        root, step = sys.argv[1:3]
        def path(folder, name): return f'{root}/{folder}/{name}.parquet'
        def quoted(names): return ','.join('"' + name.replace('"', '""') + '"' for name in names)
        def trying(body):
            # What a peer does not read of the source is not asked of the part.
            try: return body()
            except BaseException: return None
        def polars(path):
            # It panics over some types.
            return None if 'extension' in path else trying(lambda: pl.read_parquet(path))
        class Source:
            def __init__(self, name):
                self.path = path('db', name)
                self.file = pq.ParquetFile(self.path)
                self.table = pq.read_table(self.path)
                self.names = self.table.column_names
                text = (self.table.schema.metadata or {}).get(b'pandas')
                self.pandas = json.loads(text) if text else None
                self.index = [c for c in self.pandas['index_columns'] if isinstance(c, str) and c in self.names] if self.pandas else []
                self.data = [c for c in self.names if c not in self.index]
                self.frame = trying(lambda: pd.read_parquet(self.path))
                self.polars = polars(self.path)
                self.duckdb = trying(lambda: duckdb.sql(f"from '{self.path}'").to_arrow_table())
            def part(self, names, first, end): return self.table.select([self.names.index(c) for c in names]).slice(first, end - first)
            def parts(self):
                n, data = self.table.num_rows, self.data
                yield {}
                yield {'rows': [0, 1]}
                yield {'rows': [n // 3, n - n // 4]}
                yield {'rows': [max(0, n - 1), n + 9]}
                yield {'rows': [n, n]}
                if self.index: yield {'except': [self.index[-1]]}
                if not data: return
                yield {'only': [data[-1]]}
                yield {'only': data[::-2]}
                yield {'except': [data[0]]}
                yield {'only': self.index[:1] + data[:2], 'rows': [1, n // 2 + 1]}
                yield {'except': data[::2], 'rows': [n // 2, n]}
                if len(data) < 9: yield {'except': data}
        def columns(source, part):
            if 'only' in part: return part['only'] + [c for c in source.index if c not in part['only']]
            return [c for c in source.names if c not in part.get('except', [])]
        def rows(source, part):
            first, end = part.get('rows', [0, source.table.num_rows])
            return min(first, source.table.num_rows), min(end, source.table.num_rows)
        def normal(table):
            # NaN equals NaN; views and dictionaries that differ only in how the values are kept do too.
            return [(str(c.type), repr(c.to_pylist())) for c in table.columns]
        def check_arrow(source, part, file):
            names, (first, end) = columns(source, part), rows(source, part)
            expected = source.part(names, first, end)
            found = pq.read_table(file, page_checksum_verification=True)
            assert found.column_names == names, found.column_names
            assert found.num_rows == end - first
            pq.ParquetFile(file).metadata.to_dict()
            for a, b in zip(found.schema, expected.schema): assert a.equals(b, check_metadata=True), (a, b, a.metadata, b.metadata)
            assert normal(found) == normal(expected)
            mine, theirs = dict(found.schema.metadata or {}), dict(expected.schema.metadata or {})
            if source.pandas: check_pandas(source, names, (first, end), json.loads(mine.pop(b'pandas')), json.loads(theirs.pop(b'pandas')))
            assert mine == theirs
            # As they stand in the file, with what Parquet and Arrow keep there.
            mine, theirs = pq.read_metadata(file).metadata or {}, source.file.metadata.metadata or {}
            assert list(mine) == list(theirs)
            for key in mine:
                if key not in (b'pandas', b'ARROW:schema'): assert mine[key] == theirs[key]
            leaves = lambda meta, column: [meta.schema.column(i) for i in range(len(meta.schema)) if meta.schema.column(i).path.split('.')[0] == column]
            for name in set(names): assert [str(c) for c in leaves(pq.read_metadata(file), name)] == [str(c) for c in leaves(source.file.metadata, name)]
        def check_pandas(source, names, rows, mine, theirs):
            order = {name: place for place, name in enumerate(names)}
            def part(index):
                if isinstance(index, str): return index if index in order else None
                if index['kind'] != 'range': return index
                labels = range(index['start'], index['start'] + source.table.num_rows * index['step'], index['step'])[rows[0]:rows[1]]
                return index | {'start': labels.start, 'stop': labels.stop}
            key = lambda column: column.get('field_name') or column['name']
            theirs['index_columns'] = [part(i) for i in theirs['index_columns'] if part(i) is not None]
            theirs['columns'] = sorted((c for c in theirs['columns'] if key(c) in order), key=lambda c: order[key(c)])
            # By text: NaN does not equal NaN.
            assert json.dumps(mine) == json.dumps(theirs), (mine, theirs)
        def check_frame(source, part, file):
            if source.frame is None: return False
            names, (first, end) = columns(source, part), rows(source, part)
            dropped = [c for c in source.index if c not in names]
            frame = source.frame
            if dropped:
                levels = [source.pandas['index_columns'].index(c) for c in dropped]
                frame = frame.reset_index(level=levels, drop=True)
            data = [source.data.index(c) for c in names if c not in source.index]
            expected = frame.iloc[first:end, data] if source.pandas else source.part(names, first, end).to_pandas()
            if len(dropped) == len(source.index) > 0: expected = expected.reset_index(drop=True)
            found = pd.read_parquet(file)
            if len(expected) == 0 < len(source.frame):
                # pandas itself stores no categories of no rows.
                expected.to_parquet(file + '.own')
                expected = pd.read_parquet(file + '.own')
            pd.testing.assert_frame_equal(found, expected, check_freq=False)
            assert repr(found.attrs) == repr(source.frame.attrs)
            if 'only' in part and 'rows' not in part and not isinstance(frame.columns, pd.MultiIndex):
                read = pd.read_parquet(source.path, columns=part['only'])
                pd.testing.assert_frame_equal(found, read)
                assert found.index.equals(read.index) and type(found.index) is type(read.index)
            if len(expected) and not dropped and source.pandas and found.index.nlevels == 1: assert type(found.index) is type(expected.index)
        def check_peers(source, part, file):
            names, (first, end) = columns(source, part), rows(source, part)
            if not names: return False
            if source.polars is not None:
                assert pl.read_parquet(file).equals(source.polars.select(names)[first:end]), 'polars'
            if source.duckdb is not None and len(set(map(str.lower, source.names))) == len(source.names):
                assert normal(duckdb.sql(f"from '{file}'").to_arrow_table()) == normal(source.duckdb.select([source.names.index(c) for c in names]).slice(first, end - first)), 'duckdb'

        def options(part):
            for name in 'only', 'except':
                if name in part: yield from ['--' + name, quoted(part[name])]
            if 'rows' in part: yield from ['--rows', '{}:{}'.format(*part['rows'])]
        def run(*arguments): subprocess.run(arguments, check=True)
        names = sorted(name[:-8] for name in os.listdir(f'{root}/db') if name.endswith('.parquet'))
        if step == 'plan':
            plan = [{'frame': name, 'part': f'{name}-{number}'} | part for name in names for number, part in enumerate(Source(name).parts())]
            json.dump(plan, open(f'{root}/plan.json', 'w'))
        else:
            os.makedirs(f'{root}/program', exist_ok=True)
            counts = dict.fromkeys(['get', 'cp', 'Swift', 'Arrow', 'pandas', 'peers'], 0)
            parts = 0
            for name in names:
                source = Source(name)
                for number, part in enumerate(source.parts()):
                    parts += 1
                    got, copied, swift = [path(folder, f'{name}-{number}') for folder in ['program', 'copies', 'swift']]
                    try:
                        run(step, 'get', f'{root}/db', name, '-o', got, *options(part))
                        run(step, 'cp', f'{root}/db', name, f'{name}-{number}', '--to', f'{root}/copies', *options(part))
                        content = open(got, 'rb').read()
                        assert content == open(copied, 'rb').read()
                        assert content == open(swift, 'rb').read()
                        if not part: assert content == open(source.path, 'rb').read()
                        counts['get'] += 1; counts['cp'] += 1; counts['Swift'] += 1
                        for key, check in ('Arrow', check_arrow), ('pandas', check_frame), ('peers', check_peers):
                            counts[key] += check(source, part, got) is not False
                    except BaseException as error:
                        raise AssertionError(f'{name} {part}: {error}') from error
            print(f'{len(names)} frames, {parts} parts:', ', '.join(f'{count} by {key}' for key, count in counts.items()))
        """#
}
