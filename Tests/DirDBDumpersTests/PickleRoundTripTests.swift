import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Pickles: what is written is read")
struct PickleRoundTripTests {
    static let values: [PickleValue] = [
        nil, true, false, 0, 255, 256, 65535, 65536, -1, .int(Int64(Int32.min)), .int(Int64(Int32.max) + 1),
        .int(.max), .int(.min), 0.0, -0.0, 1.5, .double(.infinity), .double(.nan), .complex(Complex(1, -0.0)),
        "", "text", "\u{e9}\u{1F600}\0", .string(String(repeating: "x", count: 255)),
        .string(String(repeating: "\u{e9}", count: 200)), .string(String(repeating: "long ", count: 50_000)),
        .bytes([]), .bytes([0, 255]), .bytes([UInt8](repeating: 7, count: 256)),
        .bytes([UInt8](repeating: 9, count: 200_000)), [], [1, [2.5, ["x", nil]]], .tuple([]), .tuple([1]),
        .tuple([1, 2]), .tuple([1, 2, 3]), .tuple([1, 2, 3, 4]), .list((0..<2500).map { .int($0) }), [:],
        ["a": 1, "b": [true]], [.tuple([1, "x"]): .set([1, "y"]), 2: nil, 2.5: "z"], .set([]),
        .set((0..<1500).map { .int($0) }), .frozenSet([]), .frozenSet([1, .frozenSet(["x"])]),
        .dict((0..<1500).map { PickleValue.Pair(.int($0), .double(Double($0))) }),
        // Keys that differ in their bytes only, and more than are memoized.
        [["\u{e9}": 1, "x": 2], ["e\u{301}": 3, "x": 4], ["ndarray": 5, "<f8": .array(NDArray([1.5]))]],
        .list((0..<600).map { ["key \($0 % 300)": .int($0)] }),
        .array(NDArray([1.5, .nan])),
        ["x": .array(NDArray<UInt8>([])), "y": .array(NDArray([true, false]))],
    ]

    @Test("Every kind of value is read as it was put, reals to the bit", arguments: values)
    func roundTrip(_ value: PickleValue) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(value)
        #expect(try db["x"].get(PickleValue.self) == value)
        #expect(try db["x"].get(as: PickleDumper(access: .owned)) == value)
        #expect(try db.verify().isEmpty)
    }

    @Test("The values of the table differ from each other, and from what only resembles them")
    func equality() {
        #expect(Set(Self.values).count == Self.values.count)
        for (index, value) in Self.values.enumerated() {
            #expect(Self.values.firstIndex(of: value) == index)
        }
        #expect(PickleValue.set([1, 2]) == .set([2, 1]))
        #expect(PickleValue.set([1, 2]).hashValue == PickleValue.set([2, 1]).hashValue)
        #expect(["a": 1, "b": 2] as PickleValue == ["b": 2, "a": 1])
        #expect(PickleValue.list([1]) != .tuple([1]))
        #expect(PickleValue.array(NDArray([1.0])) != .array(NDArray([Float(1)])))
        #expect(PickleValue.array(NDArray([1])) == .array(NDArray([Int64(1)])))
    }

    private func check<Element: NumpyElement & Equatable>(
        _ entry: Entry, _ elements: [Element]
    ) throws {
        for shape in [
            [elements.count], [elements.count / 2, 2], [1, elements.count, 1], [elements.count, 0],
        ] {
            let part = shape.contains(0) ? [] : elements
            let array = try NDArray(shape: shape, elements: part)
            try entry.put(array, as: PickleArrayDumper())
            #expect(try entry.get(NDArray<Element>.self) == array)
            #expect(try entry.get(as: PickleDumper()).array(of: Element.self) == array)
            let content = try entry.info().content
            #expect(content.shape == shape && content.dtype == array.dtype && content.rows == shape[0])
            #expect(content.columns == (shape.count > 1 ? shape[1] : nil) && content.problem == nil)
        }
        try entry.put(try NDArray(shape: [], elements: [elements[0]]), as: PickleArrayDumper())
        #expect(try entry.get(NDArray<Element>.self).shape.isEmpty)
    }

    @Test("Arrays of every element type and shape are read as they were put, and described without loading")
    func arrays() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let x = try db["x"]
        try check(x, [true, false, false, true])
        try check(x, [Int8.min, 0, 1, .max])
        try check(x, [Int16.min, 0, 1, .max])
        try check(x, [Int32.min, 0, 1, .max])
        try check(x, [Int64.min, 0, 1, .max])
        try check(x, [Int.min, 0, 1, .max])
        try check(x, [UInt8.max, 0, 1, 2])
        try check(x, [UInt16.max, 0, 1, 2])
        try check(x, [UInt32.max, 0, 1, 2])
        try check(x, [UInt64.max, 0, 1, 2])
        try check(x, [UInt.max, 0, 1, 2])
        try check(x, [Float16(1.5), 0, -.infinity, 2])
        try check(x, [Float(1.5), 0, -.infinity, 2])
        try check(x, [1.5, 0, -.infinity, 2])
        try check(x, [Complex<Float>(1, 2), 0, 1, 2])
        try check(x, [Complex<Double>(1, 2), 0, 1, 2])
        #expect(try db.verify().isEmpty)
    }

    @Test("A large array, which is mapped while it is read, and a slice are whole")
    func large() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let array = try NDArray(shape: [1000, 300], elements: (0..<300_000).map { Double($0) / 3 })
        try db["x"].put(["all": .array(array), "rows": .array(array.rows(10..<20))] as PickleValue)
        let value: PickleValue = try db["x"].get()
        #expect(try value["all"]?.array() == array)
        #expect(try value["rows"]?.array() == array.rows(10..<20))
        #expect(
            try db["x"].info().content.fields == [
                Field(name: "all", dtype: "float64", shape: [1000, 300]),
                Field(name: "rows", dtype: "float64", shape: [10, 300]),
            ])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "put writes arrays as npy; get reads them from npy and pickle; another type is an error that names both"
    )
    func formats() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(NDArray([1.0]))
        #expect(try db["x"].info().format == "npy")
        try db["x"].put(NDArray([2.0]), as: PickleArrayDumper())
        #expect(try db["x"].info().format == "pickle")
        #expect(try db["x"].get(NDArray<Double>.self) == NDArray([2.0]))
        let error = #expect(throws: DirDBError.self) { try db["x"].get(NDArray<Float>.self) }
        #expect(
            error?.message
                == "\(directory.path)/x.pickle holds float64 elements, but NDArray<Float> (float32) was asked for;"
                + " ask for that")
        try db["x"].put(["a": 1] as PickleValue)
        let other = #expect(throws: DirDBError.self) { try db["x"].get(NDArray<Double>.self) }
        #expect(other?.code == .formatMismatch && other?.message.contains("holds a dict") == true)
        let wrong = #expect(throws: DirDBError.self) { try ("x" as PickleValue).array(of: Double.self) }
        #expect(wrong?.code == .formatMismatch)
        #expect(try db.verify().isEmpty)
    }

    @Test("What Python cannot have is refused, and the entry stays as it was")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(["old": 1] as PickleValue)
        var deep: PickleValue = []
        for _ in 0..<600 { deep = [deep] }
        let cases: [PickleValue] = [
            [[]: 1], .set([[:]]), .frozenSet([.tuple([.array(NDArray([1.0]))])]), [.set([]): 1], deep,
        ]
        for value in cases {
            let error = #expect(throws: DirDBError.self) { try db["x"].put(value) }
            #expect(error?.code == .invalidArgument)
            #expect(try db["x"].get(PickleValue.self) == ["old": 1])
        }
        #expect(try directory.names() == ["x.lock", "x.pickle"])
        #expect(try db.verify().isEmpty)
    }

    @Test("The parts of a value are at hand, and it prints as Python does, however large it is")
    func access() throws {
        let value: PickleValue = [
            "n": 1, "r": 2.5, "b": true, "s": "x", "l": [nil, .tuple([1])], "a": .array(NDArray([1.5])),
            "f": .frozenSet([.bytes([1])]),
        ]
        #expect(value["n"]?.asInt == 1 && value["n"]?.asDouble == 1 && value["r"]?.asDouble == 2.5)
        #expect(value["b"]?.asBool == true && value["s"]?.asString == "x" && value["none"] == nil)
        #expect(value["l"]?[1]?[0] == 1 && value["l"]?[2] == nil && value["l"]?.asElements?.count == 2)
        #expect(
            "\(value)"
                == "{'n': 1, 'r': 2.5, 'b': True, 's': 'x', 'l': [None, (1,)], 'a': array(float64, (1,)),"
                + " 'f': frozenset({<1 bytes>})}")
        #expect("\(PickleValue.list((0..<1_000_000).map { .int($0) }))".count < 2000)
    }
}
