import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("npy headers")
struct NPYHeaderTests {
    @Test(
        "The header is numpy's: sorted keys, room for 21 digits in the first length, 64-byte alignment",
        arguments: [
            ([], "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 0, 118),
            ([0], "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }", 20, 118),
            ([3, 4], "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }", 20, 118),
            ([12, 1, 1], "{'descr': '<f8', 'fortran_order': False, 'shape': (12, 1, 1), }", 19, 118),
        ] as [([Int], String, Int, Int)])
    func header(shape: [Int], text: String, growth: Int, length: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let count = shape.reduce(1, *)
        try db["x"].put(NDArray(shape: shape, elements: [Double](repeating: 1, count: count)))
        let padded = text + String(repeating: " ", count: length - text.utf8.count - 1) + "\n"
        let expected = [0x93] + Array("NUMPY\u{1}\u{0}".utf8) + [UInt8(length), 0] + Array(padded.utf8)
        #expect(text.utf8.count + growth < length)
        let bytes = try db["x"].bytes()
        #expect(Array(bytes.prefix(expected.count)) == expected)
        #expect(bytes.count == 128 + 8 * count)
        #expect(try db.verify().isEmpty)
    }

    @Test("A header beyond 65,535 bytes is written as version 2.0 and read when the limit allows it")
    func longHeader() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let array = try NDArray(shape: Array(repeating: 1, count: 30_000), elements: [1.5])
        let entry = try db["x"]
        try entry.put(array)
        let bytes = try entry.bytes()
        #expect(Array(bytes[6..<8]) == [2, 0])
        #expect((bytes.count - 8) % 64 == 0)
        #expect(try entry.get(as: NPYDumper<Double>(headerLimit: 1 << 20)) == array)
        let refused = #expect(throws: DirDBError.self) { try entry.get(NDArray<Double>.self) }
        #expect(refused?.code == .unsupportedFormat)
        #expect(
            refused?.message
                == "\(entry.path).npy cannot be loaded: its header has \(bytes.count - 20) bytes and more than 65536"
                + " are not read; if you trust the file, raise the dumper's headerLimit")
        try entry.delete()
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "info names any dtype as numpy prints it, and get refuses what is no number with a reason",
        arguments: [
            ("'|S5'", 5, "|S5", "its elements are strings (|S5); put strings into a table"),
            ("'<U3'", 12, "<U3", "its elements are strings (<U3); put strings into a table"),
            (
                "'<M8[ns]'", 8, "datetime64[ns]",
                "its elements are times (datetime64[ns]); save them as int64 or put them into a table"
            ),
            (
                "'>m8[s]'", 8, ">m8[s]",
                "its elements are times (>m8[s]); save them as int64 or put them into a table"
            ),
            (
                "'|V6'", 6, "|V6",
                "its elements are records (|V6); save each field as an array of its own, or a table"
            ),
            (
                "'|O'", 100, "object",
                "its elements are pickled Python objects (object), which are never run; save plain numbers"
            ),
            (
                "'<f16'", 16, "float128",
                "its elements are float128, which only some machines have; save them as float64 or complex128"
            ),
            (
                "[('a', '<i4'), ('b\\'\\u00e9', '|S1', (2, 3)), (('t', 'c'), [('d', '<f8')])]", 18,
                "[('a', '<i4'), ('b\\'é', '|S1', (2, 3)), (('t', 'c'), [('d', '<f8')])]",
                "its elements are records ([('a', '<i4'), ('b\\'é', '|S1', (2, 3)), (('t', 'c'), [('d', '<f8')])]);"
                    + " save each field as an array of its own, or a table"
            ),
            (
                "[('a', '|O')]", 3, "[('a', '|O')]",
                "its elements are pickled Python objects ([('a', '|O')]), which are never run; save plain numbers"
            ),
        ])
    func foreignDTypes(descr: String, itemSize: Int, name: String, cause: String) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let header = "{'descr': \(descr), 'fortran_order': False, 'shape': (2,), }"
        let count = name.contains("O") || name == "object" ? itemSize : 2 * itemSize
        let entry = try db["x"]
        try entry.put(NPYFile(header, data: [UInt8](repeating: 0, count: count)))
        let refused = #expect(throws: DirDBError.self) { try entry.get(NDArray<Double>.self) }
        let content = FormatInfo(dtype: name, shape: [2], rows: 2, problem: refused)
        #expect(try entry.info().content == content)
        #expect(refused?.message == "\(entry.path).npy cannot be loaded: \(cause)")
        #expect(refused?.code == .unsupportedFormat)
        #expect(try db.verify().map(\.kind) == [.unsupported])
    }

    @Test("Elements of another type are refused, never converted, and both types are named")
    func mismatch() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(NPYFile(">f8", "(1,)", data: bytes([1.0], swapped: true)))
        let error = #expect(throws: DirDBError.self) { try entry.get(NDArray<Float>.self) }
        #expect(error?.code == .formatMismatch)
        #expect(
            error?.message
                == "\(entry.path).npy holds >f8 elements, but NDArray<Float> (float32) was asked for; ask for"
                + " that")
        #expect(throws: DirDBError.self) { try entry.get(NDArray<Int64>.self) }
        #expect(throws: DirDBError.self) { try entry.rows(0..<1, of: UInt64.self) }
        #expect(try entry.get(NDArray<Double>.self) == NDArray([1]))
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Several arrays in one file are unsupported, not damaged, unless one of them is cut off or no array")
    func severalArrays() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let first = NPYFile("<i2", "(2,)", data: [1, 0, 2, 0]).bytes
        let others = [
            NPYFile("<f8", "()", data: [UInt8](repeating: 0, count: 8)).bytes,
            NPYFile("|u1", "(0, 3)").bytes, NPYFile("|O", "(1,)", data: [0x80, 4, 0x4E, 0x2E]).bytes,
        ]
        for last in others {
            try db["x"].put(first + others[0] + last, as: RawBytes("npy"))
            let content = try db["x"].info().content
            #expect(content.shape == [2])
            #expect(
                content.problem?.message
                    == "\(try db["x"].path).npy cannot be loaded: other arrays follow the first at byte \(first.count),"
                    + " as several numpy.save into one file leave them; read them in Python by one numpy.load after the"
                    + " other, and save each to its own file")
            #expect(try db.verify().map(\.kind) == [.unsupported])
            #expect(try db["x"].get(NDArray<Int16>.self) == NDArray([1, 2]))
        }
        let cut: [[UInt8]] = [
            Array(others[0].dropLast()), others[0] + [0], others[0] + first.dropLast(5), [0x93],
        ]
        for rest in cut {
            try db["x"].put(first + rest, as: RawBytes("npy"))
            #expect(
                try db["x"].info().content.problem?.message.contains(" \(rest.count) bytes follow the data")
                    == true)
            #expect(try db.verify().map(\.kind) == [.damaged])
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("Bytes behind the data are counted and reported by verify, and the array is read all the same")
    func trailing() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(NPYFile("<i2", "(2,)", data: [1, 0, 2, 0, 9, 9, 9]))
        #expect(try db["x"].info().content.problem?.message.contains(" 3 bytes follow the data") == true)
        #expect(try db["x"].get(NDArray<Int16>.self) == NDArray([1, 2]))
        #expect(try db.verify().map(\.kind) == [.damaged])
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }
}
