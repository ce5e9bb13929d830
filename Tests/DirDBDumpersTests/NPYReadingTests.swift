import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("npy files as others write them")
struct NPYReadingTests {
    private func load<Element: NumpyElement>(
        _ file: NPYFile, _ type: Element.Type, isMapped: Bool = false
    ) throws -> NDArray<Element> {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(file)
        let array: NDArray<Element> = try db["x"].get()
        #expect(array.isMapped == isMapped)
        let owned = try db["x"].get(as: NPYDumper<Element>(access: .owned))
        #expect(!owned.isMapped)
        #expect("\(owned.elements)" == "\(array.elements)")
        #expect(try db.verify().isEmpty)
        return array
    }

    @Test(
        "Each version is read, with header text in any Python notation",
        arguments: [
            NPYFile("<i4", "(3,)", version: (1, 0)),
            NPYFile("<i4", "(3,)", version: (2, 0)),
            NPYFile("<i4", "(3,)", version: (3, 0)),
            NPYFile("<i4", "(3L,)"),
            NPYFile("=i4", "(3,)"),
            NPYFile("i4", "(3,)"),
            NPYFile("{\"shape\":(3,),'fortran_order':False\n,'descr':'\\x3ci4'}"),
            NPYFile("<i4", fortran: true, "(3,)"),
        ].map { NPYFile($0.header, version: $0.version, data: bytes([Int32(1), -2, 3])) })
    func versions(file: NPYFile) throws {
        #expect(try load(file, Int32.self, isMapped: true) == NDArray([1, -2, 3]))
    }

    @Test("Fortran order is put into C order, in any number of dimensions and either byte order")
    func fortran() throws {
        let shape = [2, 3, 2]
        let values: [Int16] = [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121]
        let expected = try NDArray<Int16>(
            shape: shape, elements: [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121])
        for (mark, swapped) in [("<", false), (">", true)] {
            let data = bytes(values, swapped: swapped)
            let file = NPYFile("\(mark)i2", fortran: true, "(2, 3, 2)", data: data)
            #expect(try load(file, Int16.self) == expected)
        }
        let pairs = [Complex<Double>(1, 2), Complex(3, 4), Complex(5, 6), Complex(7, 8)]
        let data = bytes([1.0, 2, 3, 4, 5, 6, 7, 8])
        let complex = try load(NPYFile("<c16", fortran: true, "(2, 2)", data: data), Complex<Double>.self)
        #expect(complex.elements == [pairs[0], pairs[2], pairs[1], pairs[3]])
        // One long axis makes no order, so nothing needs to be copied.
        let flat = try load(
            NPYFile("<i2", fortran: true, "(1, 12, 1)", data: bytes(values)), Int16.self, isMapped: true)
        #expect(flat.elements == values)
    }

    @Test("A large Fortran-ordered array, whose tiles do not fill its edges, is transposed")
    func tiles() throws {
        let (height, middle, width) = (67, 3, 101)
        var data: [Int32] = []
        for column in 0..<width {
            for depth in 0..<middle {
                for row in 0..<height { data.append(Int32(row << 16 | depth << 8 | column)) }
            }
        }
        let file = NPYFile("<i4", fortran: true, "(67, 3, 101)", data: bytes(data))
        let array = try load(file, Int32.self)
        for row in [0, 31, 32, 66] {
            for depth in 0..<middle {
                for column in [0, 31, 64, 100] {
                    #expect(array[row, depth, column] == Int32(row << 16 | depth << 8 | column))
                }
            }
        }
        #expect(array.mean() == Double(data.reduce(0) { $0 + Int($1) }) / Double(data.count))
    }

    @Test("Big-endian numbers are swapped, each part of a complex number by itself")
    func bigEndian() throws {
        #expect(
            try load(NPYFile(">u2", "(2,)", data: [1, 2, 3, 4]), UInt16.self) == NDArray([0x0102, 0x0304]))
        #expect(
            try load(NPYFile(">f4", "(1,)", data: bytes([Float(1.5)], swapped: true)), Float.self)
                == NDArray([1.5]))
        let parts = bytes([1.5, -2.5], swapped: true)
        #expect(
            try load(NPYFile(">c16", "(1,)", data: parts), Complex<Double>.self)
                == NDArray([Complex(1.5, -2.5)]))
        // One byte has no order.
        #expect(try load(NPYFile(">i1", "(1,)", data: [255]), Int8.self, isMapped: true) == NDArray([-1]))
    }

    @Test("A byte other than 0 and 1 is a true Bool")
    func foreignBool() throws {
        let array = try load(NPYFile("|b1", "(4,)", data: [0, 1, 2, 255]), Bool.self)
        #expect(array.elements == [false, true, true, true])
        array.withElements { elements in
            #expect(Array(UnsafeRawBufferPointer(elements)) == [0, 1, 1, 1])
        }
    }

    @Test("Data behind a header that is not padded is copied to where the type may lie")
    func misaligned() throws {
        let file = NPYFile("<f8", "(2,)", data: bytes([1.5, 2.5]), isAligned: false)
        #expect(file.bytes.count % 8 != 0)
        #expect(try load(file, Double.self) == NDArray([1.5, 2.5]))
    }

    @Test("A 0-dimensional array has one element; an empty one keeps its shape")
    func fewElements() throws {
        let scalar = try load(NPYFile("<f8", "()", data: bytes([2.5])), Double.self, isMapped: true)
        #expect(scalar[] == 2.5)
        let empty = try load(NPYFile("<f8", fortran: true, "(3, 0, 2)"), Double.self)
        #expect(empty.shape == [3, 0, 2])
        #expect(empty.rows(1..<3).shape == [2, 0, 2])
    }
}
