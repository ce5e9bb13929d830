import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("npy: what was put is what get returns")
struct NPYRoundTripTests {
    private static let shapes: [[Int]] = [[], [0], [1], [7], [2, 3], [3, 0, 2], [2, 1, 3, 2]]

    private func roundTrip<Element: NumpyElement & Equatable>(
        _ dtype: String, _ descr: String, _ values: [Element]
    ) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for shape in Self.shapes {
            let count = shape.reduce(1, *)
            let array = try NDArray(shape: shape, elements: (0..<count).map { values[$0 % values.count] })
            let entry = try db["x"]
            try entry.put(array)
            let loaded: NDArray<Element> = try entry.get()
            #expect(loaded == array)
            #expect(loaded.isMapped == (count > 0 && Element.self != Bool.self))
            let owned = try entry.get(as: NPYDumper<Element>(access: .owned))
            #expect(owned == array)
            #expect(!owned.isMapped)
            let info = try entry.info()
            #expect(info.content.dtype == dtype)
            #expect(info.content.shape == shape)
            #expect(info.content.rows == shape.first)
            #expect(info.content.columns == (shape.count > 1 ? shape[1] : nil))
            #expect(info.content.problem == nil)
            let text = "{'descr': '\(descr)', 'fortran_order': False, "
            #expect(try entry.bytes()[10...].starts(with: text.utf8))
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Integers of every width, at their limits")
    func integers() throws {
        try roundTrip("int8", "|i1", [Int8.min, -1, 0, 1, .max])
        try roundTrip("int16", "<i2", [Int16.min, -1, 0, 1, .max])
        try roundTrip("int32", "<i4", [Int32.min, -1, 0, 1, .max])
        try roundTrip("int64", "<i8", [Int64.min, -1, 0, 1, .max])
        try roundTrip("int64", "<i8", [Int.min, -1, 0, 1, .max])
        try roundTrip("uint8", "|u1", [0, 1, UInt8.max])
        try roundTrip("uint16", "<u2", [0, 1, UInt16.max])
        try roundTrip("uint32", "<u4", [0, 1, UInt32.max])
        try roundTrip("uint64", "<u8", [0, 1, UInt64.max])
        try roundTrip("uint64", "<u8", [0, 1, UInt.max])
    }

    @Test("Reals of every width, subnormal and infinite")
    func reals() throws {
        try roundTrip("float16", "<f2", [0, -1.5, Float16.leastNonzeroMagnitude, .infinity, -.infinity])
        try roundTrip("float32", "<f4", [0, -1.5, Float.leastNonzeroMagnitude, .infinity, -.infinity])
        try roundTrip("float64", "<f8", [0, -1.5, Double.leastNonzeroMagnitude, .infinity, -.infinity])
    }

    @Test("Bool and complex numbers")
    func others() throws {
        try roundTrip("bool", "|b1", [true, false, false])
        try roundTrip("complex64", "<c8", [Complex<Float>(1, -2), 0, Complex(0, 1)])
        try roundTrip("complex128", "<c16", [Complex<Double>(1, -2), 0, Complex(0, 1)])
    }

    @Test("The bits of a NaN and the sign of a zero are kept")
    func bits() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let array = NDArray([Double(bitPattern: 0xFFF8_0000_DEAD_BEEF), -0.0])
        try db["x"].put(array)
        let loaded: NDArray<Double> = try db["x"].get()
        #expect(loaded.elements.map(\.bitPattern) == array.elements.map(\.bitPattern))
        #expect(try db.verify().isEmpty)
    }

    @Test("A mapped array and its slices are unchanged when the entry is replaced and deleted")
    func mappingOutlivesEntry() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(NDArray(Array(0..<100_000)))
        let loaded: NDArray<Int> = try db["x"].get()
        let slice = loaded.rows(50_000..<50_003)
        try db["x"].put(NDArray([1]))
        try db["x"].delete()
        #expect(slice.elements == [50_000, 50_001, 50_002])
        // A slice of a mapped array is stored from where it lies, which is not at the start of a page.
        try db["slice"].put(slice)
        #expect(try db["slice"].get(NDArray<Int>.self) == slice)
        #expect(try db.verify().isEmpty)
    }
}
