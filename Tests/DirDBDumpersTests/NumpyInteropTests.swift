import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

/// One folder shared with numpy itself.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"), .timeLimit(.minutes(120)))
struct NumpyInteropTests {
    /// What both scripts start with: every dtype, in every shape, made again the same way.
    private static let arrays = """
        import sys, os, warnings
        import numpy as np
        root = sys.argv[1]
        shapes = [(), (0,), (1,), (1000,), (3, 4), (4, 0, 2), (2, 3, 4), (70, 2, 33), (1, 5, 1)]
        dtypes = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64',
                  'float16', 'float32', 'float64', 'bool', 'complex64', 'complex128']
        def make(dtype, shape):
            count = int(np.prod(shape))
            kind = np.dtype(dtype).kind
            values = np.arange(count) * 37 % 251
            if kind == 'b': values = values % 3 == 0
            if kind == 'f': values = values / 8 - 10
            if kind == 'c': values = values / 8 - 10 + 1j * values
            array = values.astype(dtype).reshape(shape)
            if count > 2 and kind in 'fc': array.flat[1], array.flat[2] = np.nan, -np.inf
            return array
        def all_arrays():
            for dtype in dtypes:
                for i, shape in enumerate(shapes):
                    yield f'{dtype}-{i}', make(dtype, shape)

        """

    private static func dump<Element: NumpyElement>(
        _ source: Entry, _ target: Entry, _: Element.Type
    ) throws {
        let array: NDArray<Element> = try source.get()
        try target.put(array)
    }

    /// Reads an array and writes it again.
    private static func copy(_ source: Entry, _ target: Entry, dtype: Substring) throws {
        switch dtype {
        case "int8": try dump(source, target, Int8.self)
        case "int16": try dump(source, target, Int16.self)
        case "int32": try dump(source, target, Int32.self)
        case "int64": try dump(source, target, Int64.self)
        case "uint8": try dump(source, target, UInt8.self)
        case "uint16": try dump(source, target, UInt16.self)
        case "uint32": try dump(source, target, UInt32.self)
        case "uint64": try dump(source, target, UInt64.self)
        case "float16": try dump(source, target, Float16.self)
        case "float32": try dump(source, target, Float.self)
        case "float64": try dump(source, target, Double.self)
        case "bool": try dump(source, target, Bool.self)
        case "complex64": try dump(source, target, Complex<Float>.self)
        case "complex128": try dump(source, target, Complex<Double>.self)
        default: Issue.record("no element type for \(dtype)")
        }
    }

    @Test("What numpy wrote, in any order, is read and written as numpy.save would, and numpy reads that")
    func everyDType() throws {
        let directory = try TemporaryDirectory()
        try Python.run(
            Self.arrays + """
                for folder in ['c', 'fortran', 'swapped', 'both']: os.makedirs(f'{root}/{folder}')
                for name, array in all_arrays():
                    swapped = array.astype(array.dtype.newbyteorder('>'))
                    np.save(f'{root}/c/{name}.npy', array)
                    np.save(f'{root}/fortran/{name}.npy', np.asarray(array, order='F'))
                    np.save(f'{root}/swapped/{name}.npy', swapped)
                    np.save(f'{root}/both/{name}.npy', np.asarray(swapped, order='F'))
                """, [directory.path])
        let db = try Database(testing: directory)
        var count = 0
        for folder in ["c", "fortran", "swapped", "both"] {
            for original in try db.subdatabase("c").entries() {
                let source = try db[folder, original.name]
                let copy = try db["again-\(folder)", original.name]
                try Self.copy(source, copy, dtype: original.name.prefix { $0 != "-" })
                #expect(try copy.bytes() == original.bytes(), "\(folder)/\(original.name)")
                count += 1
            }
        }
        #expect(count == 4 * 14 * 9)
        let output = try Python.run(
            Self.arrays + """
                for name, array in all_arrays():
                    for folder in ['c', 'fortran', 'swapped', 'both']:
                        path = f'{root}/again-{folder}/{name}.npy'
                        read = np.load(path)
                        assert read.dtype == array.dtype and read.shape == array.shape, path
                        np.testing.assert_array_equal(read, array)
                        if array.size: np.testing.assert_array_equal(np.load(path, mmap_mode='r'), array)
                print('equal')
                """, [directory.path])
        #expect(output == "equal\n")
        #expect(try db.verify().isEmpty)
    }

    @Test("Each version of numpy is read; dtypes are named as numpy prints them, records by their descr")
    func versionsAndNames() throws {
        let directory = try TemporaryDirectory()
        let output = try Python.run(
            """
            import sys, warnings
            import numpy as np
            from numpy.lib import format
            warnings.simplefilter('ignore')
            root = sys.argv[1]
            for version in [(1, 0), (2, 0), (3, 0)]:
                with open(f'{root}/version-{version[0]}.npy', 'wb') as file:
                    format.write_array(file, np.arange(6.0).reshape(2, 3), version)
            for i, dtype in enumerate(['S5', 'U7', '>U7', 'V3', 'M8[ns]', '>M8[us]', 'm8', 'O', 'g', 'G', '>f8',
                                       '>i2', 'f2', '?', 'i1', [('a', '<i4'), ('b', '>f8', (2, 3))],
                                       [('s', 'S3'), ('n', [('x', 'u1')])], [('\\u03bc', '<f4')]]):
                array = np.zeros((2, 3), dtype)
                np.save(f'{root}/name-{i:02}.npy', array)
                print(array.dtype if array.dtype.names is None else array.dtype.descr)
            """, [directory.path])
        let db = try Database(testing: directory)
        for version in 1...3 {
            let array: NDArray<Double> = try db["version-\(version)"].get()
            #expect(array == (try NDArray(shape: [2, 3], elements: [0, 1, 2, 3, 4, 5])))
        }
        let names = output.split(separator: "\n").map(String.init)
        #expect(names.count == 18)
        for (index, name) in names.enumerated() {
            let entry = try db["name-\(index < 10 ? "0" : "")\(index)"]
            let content = try entry.info().content
            #expect(content.dtype == name)
            #expect(content.shape == [2, 3] && content.rows == 2 && content.columns == 3)
        }
        #expect(try db.verify().allSatisfy { !$0.isProblem })
    }

    @Test("Rows written piece by piece are what numpy.save writes of the whole; statistics are numpy's")
    func streamAndStatistics() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let count = 12_345
        try db["stream"].put(rows: Double.self, rowShape: [3]) { writer in
            for row in 0..<count { try writer.append([Double(row), 1e9 + Double(row % 7), 0.1]) }
        }
        let array: NDArray<Double> = try db["stream"].get()
        let statistics = array.statistics()
        let output = try Python.run(
            """
            import io, sys
            import numpy as np
            path = sys.argv[1] + '/stream.npy'
            array = np.load(path)
            n = np.arange(12345)
            assert np.array_equal(array, np.stack([n, 1e9 + n % 7, np.full(n.shape, 0.1)], axis=1))
            whole = io.BytesIO()
            np.save(whole, array)
            assert whole.getvalue() == open(path, 'rb').read()
            mean, std, low, high = map(float, sys.argv[2:])
            assert abs(mean / array.mean() - 1) < 1e-14, (mean, array.mean())
            assert abs(std / array.std() - 1) < 1e-14, (std, array.std())
            assert low == array.min() and high == array.max()
            print('equal')
            """,
            [
                directory.path, "\(statistics.mean)", "\(statistics.standardDeviation)",
                "\(statistics.min ?? .nan)", "\(statistics.max ?? .nan)",
            ])
        #expect(output == "equal\n")
        #expect(try db.verify().isEmpty)
    }
}
