import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite(
    "msgpack and Python", .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter with msgpack"))
struct MessagePackInteropTests {
    private static let prelude = """
        import sys, datetime, msgpack
        import numpy as np
        root = sys.argv[1]
        def hook(code, data):
            if code != 78: return msgpack.ExtType(code, data)
            n, axes = data[0], data[1]
            shape = np.frombuffer(data, '<i8', axes, 2 + n)
            return np.frombuffer(data, data[2:2 + n].decode(), offset=2 + n + 8 * axes).reshape(shape)
        def pack(array):
            if not isinstance(array, np.ndarray): raise TypeError(array)
            head = bytes([len(array.dtype.str), array.ndim]) + array.dtype.str.encode()
            return msgpack.ExtType(78, head + np.asarray(array.shape, '<i8').tobytes() + array.tobytes())
        def read(name): return msgpack.unpackb(open(f'{root}/{name}.msgpack', 'rb').read(), ext_hook=hook,
                                               strict_map_key=False, timestamp=0)

        """

    struct Run: Codable, Equatable {
        var name = "größe 🙂"
        var epoch = -70_000
        var large = UInt64.max
        var mean: Double? = 0.1
        var single = Float(1.5)
        var missing: Int?
        var tags = ["a", "b"]
        var times = [0.1, -0.0, Double.greatestFiniteMagnitude]
        var image: NDArray<Int16>
        var blob: [UInt8] = [0, 1, 255]
        var byNumber = [-3: true]
        var nested = [["x": [Float(1)]], [:]]
        var moment = Timestamp(seconds: 1_700_000_000)
    }

    @Test("What is written here Python reads, and what it writes of that is read here")
    func bothWays() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let run = Run(image: try NDArray(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6]))
        try db["run"].put(run)
        try db["many"].put((0..<70_000).map { ["k\($0)": $0] })
        let output = try Python.run(
            Self.prelude + """
                run = read('run')
                assert run['name'] == 'größe 🙂' and run['epoch'] == -70000 and run['large'] == 2**64 - 1
                assert run['mean'] == 0.1 and run['single'] == 1.5 and 'missing' not in run
                assert run['tags'] == ['a', 'b'] and run['blob'] == b'\\x00\\x01\\xff' and run['byNumber'] == {-3: True}
                assert run['times'].tobytes() == np.array([0.1, -0.0, sys.float_info.max]).tobytes()
                assert run['image'].dtype == np.int16 and run['image'].tolist() == [[1, 2, 3], [4, 5, 6]]
                assert run['nested'][0]['x'].tolist() == [1.0] and run['nested'][1] == {}
                assert run['moment'].seconds == 1_700_000_000
                assert read('many') == [{f'k{i}': i} for i in range(70000)]
                def write(name, value):
                    open(f'{root}/{name}.msgpack', 'wb').write(msgpack.packb(value, default=pack))
                write('again', run)
                run['times'] = run['times'].tolist()
                run['nested'][0]['x'] = [1]
                run['image'] = run['image'].astype('>i2')
                write('lists', run)
                write('many', read('many'))
                print('equal')
                """, [directory.path])
        #expect(output == "equal\n")
        #expect(try db["again"].get(Run.self) == run)
        #expect(try db["lists"].get(Run.self) == run)
        #expect(try db["many"].get([[String: Int]].self) == (0..<70_000).map { ["k\($0)": $0] })
        #expect(try db.verify().isEmpty)
    }

    @Test("Every kind of value that Python writes is read, and written again as the same bytes")
    func everyKind() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.prelude + """
                numbers = [s * (2**b + d) for b in (0, 5, 7, 8, 15, 16, 31, 32, 62, 63) for d in (-1, 0, 1)
                           for s in (1, -1)]
                values = [v for v in numbers if -2**63 <= v < 2**64] + [None, True, False, 0.1, -0.0, float('inf'), 1e308]
                values += ['a' * n for n in (0, 31, 32, 255, 256, 65535, 65536)]
                values += [b'a' * n for n in (0, 255, 256, 65536)] + [[1] * n for n in (0, 15, 16, 65536)]
                values += [{i: None for i in range(n)} for n in (0, 15, 16, 65536)]
                values += [msgpack.ExtType(5, b'a' * n) for n in (0, 1, 2, 3, 4, 8, 16, 17, 256, 65536)]
                values += [msgpack.Timestamp(s, n) for s in (0, 2**32, 2**34, -5) for n in (0, 999999999)]
                values += [{b'x': 1, 2.5: [{}], None: 'n'}, datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)]
                for i, value in enumerate(values):
                    open(f'{root}/v{i}.msgpack', 'wb').write(msgpack.packb(value, datetime=True))
                """, [directory.path])
        let db = try Database(testing: directory)
        var count = 0
        for entry in try db.entries() {
            let value: MessagePack = try entry.get()
            try db["again", entry.name].put(value)
            #expect(try db["again", entry.name].bytes() == entry.bytes(), "\(entry.name): \(value)")
            count += 1
        }
        #expect(count > 100)
        #expect(try db.verify().isEmpty)
    }
}
