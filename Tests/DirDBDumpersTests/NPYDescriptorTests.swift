import DirDB
import DirDBDumpers
import TestSupport
import Testing

/// The dtype of a header is whatever numpy's own reader takes, and nothing else.
@Suite("Dtypes in npy headers")
struct NPYDescriptorTests {
    /// Python literals, with the dtype that numpy 2.4 reads them as.
    static let accepted: [(descr: String, dtype: String)] = [
        ("'float64'", "float64"), ("'<d'", "float64"), ("'?'", "bool"), ("u'<f8'", "float64"),
        ("U'<f8'", "float64"), ("r'<f8'", "float64"), ("'<' 'f8'", "float64"), ("\"f8\"", "float64"),
        ("'''<f8'''", "float64"), ("'\\x3cf8'", "float64"), ("'=f8'", "float64"), ("'|f8'", "float64"),
        ("'f08'", "float64"), ("'|b1'", "bool"), ("'>?'", "bool"), ("'bool_'", "bool"), ("'int32'", "int32"),
        ("'i'", "int32"), ("'>i'", ">i4"), ("'l'", "int64"), ("'int'", "int64"), ("'intp'", "int64"),
        ("'long'", "int64"), ("'B'", "uint8"), ("'ubyte'", "uint8"), ("'>H'", ">u2"), ("'uintc'", "uint32"),
        ("'half'", "float16"), ("'>e'", ">f2"), ("'single'", "float32"), ("'float'", "float64"),
        ("'longdouble'", "float128"), ("'csingle'", "complex64"), ("'>D'", ">c16"),
        ("'complex'", "complex128"),
        ("'c'", "|S1"), ("'S'", "|S0"), ("'<S5'", "|S5"), ("'a5'", "|S5"), ("'U5'", "<U5"), ("'>U5'", ">U5"),
        ("'str'", "<U0"), ("'V7'", "|V7"), ("'M8[ns]'", "datetime64[ns]"), ("'>M8[25s]'", ">M8[25s]"),
        ("'datetime64[us]'", "datetime64[us]"), ("'timedelta64[D]'", "timedelta64[D]"),
        ("'m8'", "timedelta64"),
        ("'f8,i4'", "[('f0', '<f8'), ('f1', '<i4')]"), ("'f8, u1,'", "[('f0', '<f8'), ('f1', 'u1')]"),
        ("[('a', '<f8', (2, 3)), ('b', '<i4')]", "[('a', '<f8', (2, 3)), ('b', '<i4')]"),
        ("[('a', '<f8', 3)]", "[('a', '<f8', (3,))]"), ("[('a', ('<f8', (2,)))]", "[('a', '<f8', (2,))]"),
        (
            "[('a', [('x', '<f4'), ('y', '|S3')], (2,))]",
            "[('a', [('x', '<f4'), ('y', 'S3')], (2,))]"
        ),
        (
            "[('a', '|i1'), ('', '|V3'), ('b', '<i4'), ('', '|V8')]",
            "{'names': ['a', 'b'], 'formats': ['i1', '<i4'], 'offsets': [0, 4], 'itemsize': 16}"
        ),
        ("[(('title', 'a'), '<f8')]", "[(('title', 'a'), '<f8')]"),
    ]

    /// Literals that numpy refuses.
    static let refused = [
        "b'<f8'", "'Bool'", "'Float64'", "'b8'", "'<float64'", "'=int32'", "' f8'", "'f8 '", "'f80'", "'i16'",
        "'S-1'", "'<M8[xx]'", "'M8[]'", "'i4[2]'", "'V5[ns]'", "'float65'", "'datetime'", "''", "','", "None",
        "3",
        "['<f8']", "('<f8',)", "{'names': ['a'], 'formats': ['<f8']}", "[('a', '<f8'), ('a', '<i4')]",
        "f'<f8'",
        "[(3, '<f8')]",
    ]

    private static func file(_ descr: String) -> NPYFile {
        NPYFile(
            "{'descr': \(descr), 'fortran_order': False, 'shape': (1,), }",
            data: bytes([1.5]) + [UInt8](repeating: 0, count: 56)
        )
    }

    @Test("What numpy takes is read, or is not supported; it is never said to be damaged")
    func acceptance() throws {
        let directory = try TemporaryDirectory()
        let entry = try Database(testing: directory)["x"]
        for (descr, dtype) in Self.accepted {
            try entry.put(Self.file(descr))
            let found = try entry.info().content.dtype
            // Records are shown as they are written.
            if !dtype.contains("(") && !dtype.contains("{") { #expect(found == dtype, "\(descr)") }
            do {
                #expect(try entry.get(NDArray<Double>.self) == NDArray([1.5]), "\(descr)")
                #expect(dtype == "float64")
            } catch let error as DirDBError {
                #expect([.unsupportedFormat, .formatMismatch].contains(error.code), "\(descr): \(error)")
            }
        }
        #expect(try entry.info().content.problem?.code == .damagedData)
    }

    @Test("What numpy refuses is damaged", arguments: refused)
    func refusal(descr: String) throws {
        let directory = try TemporaryDirectory()
        let entry = try Database(testing: directory)["x"]
        try entry.put(Self.file(descr))
        let error = #expect(throws: DirDBError.self) { try entry.info() }
        #expect(error?.code == .damagedData)
    }

    @Test("Comments, signs and spaces are Python's")
    func literals() throws {
        let directory = try TemporaryDirectory()
        let entry = try Database(testing: directory)["x"]
        for header in [
            "{'descr': '<f8', # a comment\n 'fortran_order': False, 'shape': (+1,), }",
            "({'descr': 'd', 'fortran_order': False, 'shape': (1L,)})",
            "{u'descr': u'<f8', u'fortran_order': False, u'shape': (1,)}",
        ] {
            try entry.put(NPYFile(header, data: bytes([1.5])))
            #expect(try entry.get(NDArray<Double>.self) == NDArray([1.5]), "\(header)")
        }
        try entry.put(NPYFile("d", "(01,)", data: bytes([1.5])))
        #expect(throws: DirDBError.self) { try entry.get(NDArray<Double>.self) }
    }

    @Test(
        "The lists above are numpy's",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter with numpy"))
    func numpy() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let all = Self.accepted.map(\.descr) + Self.refused
        for (number, descr) in all.enumerated() { try db["x\(number)"].put(Self.file(descr)) }
        let output = try Python.run(
            """
            import sys, warnings
            import numpy as np
            warnings.simplefilter('ignore')
            for number in range(int(sys.argv[2])):
                try:
                    print(np.load(f'{sys.argv[1]}/x{number}.npy').dtype)
                except Exception:
                    print('refused')
            """, [directory.path, "\(all.count)"])
        let found = output.split(separator: "\n").map(String.init)
        let expected = Self.accepted.map(\.dtype) + Self.refused.map { _ in "refused" }
        for (number, descr) in all.enumerated() where number < found.count {
            // The field's type string need not be in its full form.
            let isSame = found[number] == expected[number]
            #expect(isSame, "\(descr): \(found[number])")
        }
        #expect(found.count == all.count)
    }
}
