import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// One folder shared with Python's pickle, numpy and dirdb.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"), .timeLimit(.minutes(120)))
struct PickleInteropTests {
    /// What the scripts start with: values of every kind, made again the same way, and a comparison to the bit.
    private static let values = """
        import collections, os, pickle, sys
        import numpy as np
        root = sys.argv[1]
        dtypes = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64',
                  'float16', 'float32', 'float64', 'bool', 'complex64', 'complex128']
        def array(dtype, shape):
            values = np.arange(int(np.prod(shape))) * 37 % 251
            if np.dtype(dtype).kind == 'b': values = values % 3 == 0
            if np.dtype(dtype).kind in 'fc': values = values / 8 - 10
            if np.dtype(dtype).kind == 'c': values = values + 1j * values
            return values.astype(dtype).reshape(shape)
        values = {
            'plain': [None, True, False, 0, 255, 256, 65535, 65536, -1, -2**31, 2**31, 2**63 - 1, -2**63, 0.0, -0.0,
                      1.5, float('inf'), 1e-320, 1 - 2j],
            'text': ['', 'x', 'x' * 255, 'x' * 256, 'x' * 70000, 'e\\u0301\\u00e9\\U0001F600\\0\\n', b'', b'\\0\\xff',
                     b'x' * 256, b'\\x80' * 70000],
            'containers': {'list': [[], [1], list(range(2500))], 'tuple': ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
                           'dict': {}, 'sets': [set(), {1, 'x'}, set(range(1500)), frozenset(), frozenset({(1, 2)})]},
            'keys': {1: 'a', 2.5: 'b', None: 'c', (1, (2,)): 'd', b'x': 'e', True + 1j: 'f', frozenset({1}): 'g'},
            'long': {i: float(i) for i in range(3000)},
            'columns': [{'name': f'row {i}', 'value': i / 7, 'tags': ('a', 'b')} for i in range(500)],
            'arrays': {dtype: [array(dtype, shape) for shape in [(), (0,), (1,), (50,), (3, 4), (4, 0, 2), (2, 3, 4)]]
                       for dtype in dtypes},
        }
        scalars = {'f2': np.float16(1.5), 'f4': np.float32(0.1), 'f8': np.float64(0.1), 'i1': np.int8(-3),
                   'i8': np.int64(-2**63), 'u8': np.uint64(2**63 - 1), 'u2': np.uint16(7), 'b': np.bool_(True),
                   'c8': np.complex64(1 - 2j), 'c16': np.complex128(3j)}
        def same(a, b):
            if isinstance(a, np.ndarray):
                return type(b) is np.ndarray and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
            if type(a) is not type(b): return False
            if isinstance(a, (list, tuple)): return len(a) == len(b) and all(map(same, a, b))
            if isinstance(a, dict): return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
            return repr(a) == repr(b) if isinstance(a, (float, complex)) else a == b

        """

    @Test("Values in every protocol are read, written again, and are the same to Python, arrays to the bit")
    func everyProtocol() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.values + """
                for protocol in range(2, 6):
                    for name, value in values.items():
                        for fix in [True, False]:
                            with open(f'{root}/{name}-{protocol}-{fix}.pickle', 'wb') as file:
                                pickle.dump(value, file, protocol=protocol, fix_imports=fix)
                    with open(f'{root}/ordered-{protocol}.pickle', 'wb') as file:
                        pickle.dump([collections.OrderedDict(values['keys']), bytearray(b'x\\xff'), bytearray()], file, protocol=protocol)
                    with open(f'{root}/scalars-{protocol}.pickle', 'wb') as file:
                        pickle.dump(scalars, file, protocol=protocol)
                    for order in 'CF':
                        for mark in '<>':
                            swapped = {d: np.asarray(array(d, (4, 3, 5)).astype(np.dtype(d).newbyteorder(mark)), order=order) for d in dtypes}
                            swapped['strided'] = np.arange(40.0).reshape(4, 10)[:, ::3]
                            readonly = np.arange(5.0)
                            readonly.flags.writeable = False
                            swapped['readonly'] = readonly
                            with open(f'{root}/{"be" if mark == ">" else "le"}{order}-{protocol}.pickle', 'wb') as file:
                                pickle.dump(swapped, file, protocol=protocol)
                """, [directory.path])
        let db = try Database(testing: directory)
        var count = 0
        for entry in try db.entries(order: .name) {
            let value: PickleValue = try entry.get()
            _ = try entry.info()
            try db["again", entry.name].put(value)
            #expect(try db["again", entry.name].get(PickleValue.self) == value)
            count += 1
        }
        #expect(count == 4 * (7 * 2 + 2 + 4))
        let output = try Python.run(
            Self.values + """
                import warnings
                warnings.simplefilter('error')
                def load(name):
                    with open(f'{root}/{name}.pickle', 'rb') as file: return pickle.load(file)
                for protocol in range(2, 6):
                    for name, value in values.items():
                        for fix in [True, False]:
                            assert same(value, load(f'again/{name}-{protocol}-{fix}')), name
                    assert same([values['keys'], b'x\\xff', b''], load(f'again/ordered-{protocol}'))
                    again = load(f'again/scalars-{protocol}')
                    assert same({k: v.item() for k, v in scalars.items()}, again), again
                    for order in 'CF':
                        for mark in ['le', 'be']:
                            before = load(f'{mark}{order}-{protocol}')
                            after = load(f'again/{mark}{order}-{protocol}')
                            for name in before:
                                a, b = before[name], after[name]
                                assert same(np.ascontiguousarray(a.astype(a.dtype.newbyteorder('='))), b), name
                                b[...] = 0
                print('equal')
                """, [directory.path])
        #expect(output == "equal\n")
        #expect(try db.verify().isEmpty)
    }

    @Test("What only Python can load is refused by name; a DataFrame with the advice to use parquet")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            """
            import datetime, decimal, os, pickle, sys
            import numpy as np, pandas as pd
            class Evil:
                def __reduce__(self): return os.system, ('touch ' + sys.argv[1] + '/executed',)
            loop = []
            loop.append(loop)
            values = {
                'evil': Evil(), 'frame': pd.DataFrame({'a': [1, 2]}), 'series': {'s': pd.Series([1.0])},
                'date': datetime.date(2026, 1, 2), 'decimal': decimal.Decimal('1.5'), 'function': os.getcwd,
                'class': dict, 'loop': loop, 'big': [2**63], 'text': np.array(['a']), 'object': np.array([1, None], object),
                'time': np.array(['2026'], 'M8[ns]'), 'record': np.zeros(2, [('a', '<i4')]), 'long': np.zeros(1, 'g'),
            }
            for protocol in range(2, 6):
                for name, value in values.items():
                    with open(f'{sys.argv[1]}/{name}-{protocol}.pickle', 'wb') as file:
                        pickle.dump(value, file, protocol=protocol)
            """, [directory.path])
        let db = try Database(testing: directory)
        let causes = [
            "evil": "it needs posix.system at byte ",
            "frame": "save tables as parquet (DataFrame.to_parquet)",
            "series": "save tables as parquet", "date": "it needs datetime.date at byte ",
            "decimal": "it needs decimal.Decimal at byte ", "function": "it needs posix.getcwd at byte ",
            "class": ".dict at byte ", "loop": "contains itself",
            "big": "its integer of 9 bytes at byte ", "text": "it has an array of <U1",
            "object": "it has an array of object", "time": "it has an array of datetime64",
            "record": "it has an array of |V4", "long": "it has an array of float128",
        ]
        for (name, cause) in causes {
            for number in 2...5 {
                let entry = try db["\(name)-\(number)"]
                let error = #expect(throws: DirDBError.self) { try entry.get(PickleValue.self) }
                #expect(error?.code == .unsupportedFormat)
                #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
            }
        }
        #expect(try !directory.names().contains("executed"))
        #expect(try db.verify().allSatisfy { !$0.isProblem })
    }

    @Test("A folder of Python's dirdb is read to the value, changed, and read again by Python's dirdb")
    func folder() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            """
            import sys
            import numpy as np
            from dirdb import dirdb
            db = dirdb(sys.argv[1])
            db.save_data('array', np.arange(6.0).reshape(2, 3), meta={'epoch': 1})
            db.save_data('run', {'name': 'r1', 'losses': [0.5, 0.25], 'x': np.arange(4, dtype='i4'), 'best': np.float32(0.25)})
            db.save_data('list', [1, 'two', (3.0, None)])
            db.save_data('text', 'plain')
            db.subdb('calibration').save_data('gain', 1.5, meta={'unit': 'mV'})
            """, [directory.path])
        let db = try Database(testing: directory)
        let array = try NDArray(shape: [2, 3], elements: [0.0, 1, 2, 3, 4, 5])
        #expect(try db["array"].get(NDArray<Double>.self) == array)
        #expect(try db["array"].get(PickleValue.self) == .array(array))
        #expect(try db["array"].info().content.shape == [2, 3])
        var run: PickleValue = [
            "name": "r1", "losses": [0.5, 0.25], "x": .array(NDArray<Int32>([0, 1, 2, 3])), "best": 0.25,
        ]
        #expect(try db["run"].get(PickleValue.self) == run)
        #expect(try db["list"].get(PickleValue.self) == [1, "two", .tuple([3.0, nil])])
        #expect(try db["text"].get(PickleValue.self) == "plain")
        #expect(try db["calibration", "gain"].get(PickleValue.self) == 1.5)
        try db["array"].withLock { entry in
            let x: NDArray<Double> = try entry.get()
            entry.meta.mean = .real(x.mean())
            try entry.put(NDArray(x.elements.map { 2 * $0 }), as: PickleArrayDumper())
        }
        run = ["before": run, "flags": .array(NDArray([true, false])), "tags": .set(["a"])]
        try db["run"].put(run, meta: ["by": "Swift"])
        try db["new"].put(run, as: PickleDumper())
        let output = try Python.run(
            """
            import sys
            from dirdb import dirdb
            db = dirdb(sys.argv[1])
            array = db.get_data('array')
            array += 1
            print(array.tolist(), db['array'].meta)
            run = db.get_data('run')
            print(run['before']['losses'], run['before']['x'], run['flags'], run['tags'], db['run'].meta)
            print(repr(db.get_data('new')) == repr(run), sorted(entry.name for entry in db))
            """, [directory.path])
        #expect(
            output == """
                [1.0, 3.0, 5.0, 7.0, 9.0, 11.0] {'epoch': 1, 'mean': 2.5}
                [0.5, 0.25] [0 1 2 3] [ True False] {'a'} {'by': 'Swift'}
                True ['array', 'list', 'new', 'run', 'text']

                """)
        #expect(try db.verify().isEmpty)
    }
}
