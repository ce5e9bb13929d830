import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// A part of what is cut by bytes is what numpy would have saved of it, whatever its elements are.
@Suite(
    "Parts of arrays of any dtype",
    .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter with numpy"))
struct ByteSelectionTests {
    private static let prelude = """
        import sys, os, io, zipfile, warnings
        import numpy as np
        warnings.simplefilter('ignore')
        root = sys.argv[1]
        rng = np.random.default_rng(7)
        dtypes = {
            'text': '<U5', 'swappedtext': '>U3', 'bytes': 'S3', 'none': 'S0', 'time': '<M8[ns]', 'swappedtime': '>m8[25s]',
            'half': 'f2', 'swapped': '>f8', 'complex': '>c16', 'bool': '?', 'long': 'g', 'void': 'V7', 'int': 'i4',
            'record': [('a', '<f8', (2, 3)), ('b', '>i2'), ('c', 'S2')],
            'nested': [('a', [('x', '<f4'), ('y', '<U2')], (2,))],
            'aligned': np.dtype([('a', 'i1'), ('b', 'f8')], align=True),
            'titled': [(('title', 'a'), '<f8')], 'unicode': [('µ', '<f8'), ('名', '<i4')], 'latin': [('µ', '<f8')],
            'wide': [(f'field number {n}' * 3, '<f4') for n in range(100)],
        }
        shapes = [(5,), (5, 3), (5, 3, 2), (5, 0), (0, 3), (1, 4)]
        def arrays():
            result = {}
            for name, dtype in dtypes.items():
                dtype = np.dtype(dtype)
                for number, shape in enumerate(shapes):
                    raw = rng.integers(0, 100, size=int(np.prod(shape)) * max(dtype.itemsize, 1), dtype='u1')
                    # Characters must be valid, and there are few of them.
                    if dtype.kind in 'U?' or name == 'nested': raw[...] = 0
                    array = np.ndarray(shape, dtype, raw.tobytes() + b' ')
                    result[f'{name}{number}'] = array
                    result[f'{name}{number}F'] = np.asfortranarray(array)
            return result
        def saved(array):
            file = io.BytesIO()
            np.save(file, array)
            return file.getvalue()
        def same(a, b):
            if a.dtype != b.dtype or a.shape != b.shape: return False
            # The bytes between fields may be any.
            if a.dtype.names: return all(same(a[n], b[n]) for n in a.dtype.names)
            return a.tobytes() == b.tobytes()

        """

    @Test(
        "Rows of an npy file are those that numpy slices; in C order, byte for byte",
        arguments: [0..<2, 1..<4, 3..<99, 2..<2])
    func rows(rows: Range<Int>) throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.prelude + """
                os.makedirs(f'{root}/db')
                for name, array in arrays().items(): np.save(f'{root}/db/{name}.npy', array)
                """, [directory.path])
        let db = try directory.database("db")
        let parts = try directory.database("parts")
        let keys = try db.keys
        for key in keys { try db[key].copy(Selection(rows: rows), to: parts[key]) }
        let output = try Python.run(
            Self.prelude + """
                for name, array in arrays().items():
                    path, part = f'{root}/parts/{name}.npy', array[int(sys.argv[2]):int(sys.argv[3])]
                    assert same(np.load(path), part), (name, np.load(path), part)
                    if array.flags.c_contiguous:
                        assert open(path, 'rb').read() == saved(part), name
                print('same')
                """, [directory.path, "\(rows.lowerBound)", "\(rows.upperBound)"])
        #expect(output == "same\n")
        #expect(keys.count == 240)
    }

    @Test("The dtype of a part is written as in the whole, also where numpy would write it otherwise")
    func spelling() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        let header = "{u'descr': u'float64', 'fortran_order': False, 'shape': (3,), }\n"
        let file =
            [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
            + [1.0, 2, 3].flatMap { value in withUnsafeBytes(of: value, Array.init) }
        try db["a"].put(file, as: RawBytes("npy"))
        try db["a"].copy(Selection(rows: 1..<3), to: db["b"])
        #expect(try db["b"].get() == NDArray([2.0, 3]))
        let part = String(decoding: try db["b"].bytes().dropFirst(10).prefix(60), as: UTF8.self)
        #expect(
            part.hasPrefix("{'descr': u'float64', 'fortran_order': False, 'shape': (2,), }"[...].prefix(40)))
    }

    @Test(
        "Members of an npz archive are copied as they are: any dtype, any method, other files too",
        arguments: ["ZIP_STORED", "ZIP_DEFLATED", "ZIP_BZIP2", "ZIP_LZMA"])
    func members(method: String) throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.prelude + """
                os.makedirs(f'{root}/db')
                with zipfile.ZipFile(f'{root}/db/a.npz', 'w', getattr(zipfile, sys.argv[2])) as archive:
                    for name, array in arrays().items(): archive.writestr(f'{name}.npy', saved(array))
                    archive.writestr('scalar.npy', saved(np.float64(3)))
                    archive.writestr('objects.npy', saved(np.array([{}, 'x', (1, 2)], dtype=object)))
                    archive.writestr('readme.txt', b'text')
                    archive.writestr('a,b.npy', saved(np.arange(3)))
                    archive.writestr('µ "x".npy', saved(np.arange(4)))
                """, [directory.path, method])
        let db = try directory.database("db")
        try db["a"].copy(Selection(except: ["time0", "readme.txt"]), to: db["except"])
        let only = ["scalar", "objects", "readme.txt", "text1F", "a,b", #""µ ""x""",record0"#]
        try db["a"].copy(Selection(only: only), to: db["only"])
        let error = #expect(throws: DirDBError.self) {
            try db["a"].copy(Selection(only: only + ["record0"]), to: db["twice"])
        }
        #expect(error?.code == .invalidArgument)
        let output = try Python.run(
            Self.prelude + """
                whole, names = np.load(f'{root}/db/a.npz', allow_pickle=True), {}
                names['except'] = [n for n in whole.files if n not in ('time0', 'readme.txt')]
                names['only'] = ['scalar', 'objects', 'readme.txt', 'text1F', 'a,b', 'µ "x"', 'record0']
                for part, expected in names.items():
                    path = f'{root}/db/{part}.npz'
                    archive = zipfile.ZipFile(path)
                    assert archive.testzip() is None
                    assert {m.compress_type for m in archive.infolist()} == {getattr(zipfile, sys.argv[2])}
                    read = np.load(path, allow_pickle=True)
                    assert read.files == expected, read.files
                    for name in expected:
                        member = name if name == 'readme.txt' else name + '.npy'
                        assert archive.read(member) == whole.zip.read(member), name
                print('same')
                """, [directory.path, method])
        #expect(output == "same\n")
        if method == "ZIP_STORED" {
            let archive = try db["only"].withData { try NPZFile($0) }
            #expect(try archive.load("a,b") == NDArray([0, 1, 2]))
        }
    }

    @Test(
        "Rows of each member are those that numpy slices, stored or deflated as it is",
        arguments: [0..<2, 1..<4, 3..<99])
    func memberRows(rows: Range<Int>) throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.prelude + """
                os.makedirs(f'{root}/db')
                np.savez(f'{root}/db/stored.npz', **arrays())
                np.savez_compressed(f'{root}/db/deflated.npz', **arrays(), large=np.arange(400000.).reshape(4, -1))
                """, [directory.path])
        let db = try directory.database("db")
        for name in ["stored", "deflated"] {
            try db[name].copy(Selection(rows: rows), to: db["\(name)-part"])
        }
        let output = try Python.run(
            Self.prelude + """
                rows = slice(int(sys.argv[2]), int(sys.argv[3]))
                for name, method in [('stored', 0), ('deflated', 8)]:
                    path = f'{root}/db/{name}-part.npz'
                    archive = zipfile.ZipFile(path)
                    assert archive.testzip() is None
                    assert {m.compress_type for m in archive.infolist()} == {method}
                    whole, read = np.load(f'{root}/db/{name}.npz'), np.load(path)
                    assert read.files == whole.files
                    for member in whole.files: assert same(read[member], whole[member][rows]), member
                print('same')
                """, [directory.path, "\(rows.lowerBound)", "\(rows.upperBound)"])
        #expect(output == "same\n")
        // Members of strings and records are whole, and not loaded.
        #expect(try db.verify().allSatisfy { !$0.isProblem })
    }
}

@Suite struct NameListTests {
    @Test("What has no rows, or cannot be cut, says so; its neighbours are cut")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["scalar"].put(NDArray(shape: [], elements: [1.0]))
        let scalar = failure { try db["scalar"].copy(Selection(rows: 0..<1), to: db["new"]) }
        #expect(
            scalar?.message
                == "\(db.path)/scalar.npy has no rows to choose: it is a single value, an array of shape (); leave the"
                + " rows out to get it, or leave it out by its name where it is one of several")
        try db["a"].put(
            ["x": NDArray([1.0, 2]), "s": NDArray(shape: [], elements: [1.0])] as NamedArrays)
        let member = failure { try db["a"].copy(Selection(rows: 0..<1), to: db["new"]) }
        #expect(member?.code == .invalidArgument)
        #expect(member?.message.hasPrefix("s.npy in \(db.path)/a.npz has no rows to choose") == true)
        try db["a"].copy(Selection(except: ["s"], rows: 1..<2), to: db["b"])
        let part: NamedArrays = try db["b"].get()
        #expect(try part.names == ["x"] && part["x"] == NDArray([2.0]))
    }

    @Test(
        "A text is the name that it is, or else a list; quotes hold a name together",
        arguments: [
            (["a,b"], ["a,b"]), (["a,c"], ["a", "c"]), ([#""a,b",c"#], ["a,b", "c"]),
            (["('a', 'x')"], ["('a', 'x')"]), (["('a', 'x')", "c"], ["('a', 'x')", "c"]),
            ([#""('a', 'x')","('a', 'y')""#], ["('a', 'x')", "('a', 'y')"]),
            ([#""q""t",a"#], [#"q"t"#, "a"]),
            ([#"q"t,a"#], [#"q"t"#, "a"]), (["a", "b"], ["a", "b"]), ([#""a",b"#], ["a", "b"]),
        ])
    func lists(texts: [String], names: [String]) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        let all = ["a", "b", "c", "a,b", "('a', 'x')", "('a', 'y')", #"q"t"#]
        try db["table"].put(try Table(all.map { Column($0, [1, 2]) }))
        let part: Table = try db["table"].get(Selection(only: texts))
        #expect(part.columns.map(\.name) == names)
        let rest: Table = try db["table"].get(Selection(except: texts))
        #expect(rest.columns.map(\.name) == all.filter { !names.contains($0) })
        var arrays = NamedArrays()
        for name in all { arrays.set(NDArray([1, 2]), named: name) }
        try db["arrays"].put(arrays)
        try db["arrays"].copy(Selection(only: texts), to: db["part"])
        let copied: NamedArrays = try db["part"].get()
        #expect(copied.names == names)
    }

    @Test(
        "A list that names what is not there, or whose quotes are not closed, is refused",
        arguments: ["a,z", #""a,b"#, #""a"b"#, "a,", ""])
    func missing(text: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db["table"].put(try Table([Column("a", [1]), Column("b", [1]), Column("x,y", [1])]))
        let error = failure { _ = try db["table"].get(Selection(only: [text])) as Table }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("choose among a, b, x,y, with a name that has a comma") == true)
    }
}
