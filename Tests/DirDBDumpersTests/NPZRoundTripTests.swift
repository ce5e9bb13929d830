import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("npz: what was put is what get returns")
struct NPZRoundTripTests {
    static let compressions: [NPZCompression] = [.stored, .deflated, .deflated(level: 1)]

    private static func some() throws -> NamedArrays {
        [
            "x": NDArray([1.5, -0.0, .infinity]),
            "n": try NDArray(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6]),
            "empty": try NDArray<Float>(shape: [0, 4], elements: []),
            "scalar": try NDArray<UInt8>(shape: [], elements: [7]), "mask": NDArray([true, false, true]),
            "half": NDArray([Float16(0.5)]), "z": NDArray([Complex<Double>(1, -2), 0]),
            "µ/größe": NDArray([Int32(-1)]), "": NDArray([UInt64.max]),
            "large": NDArray((0..<200_000).map { Double($0 % 1000) }),
        ]
    }

    private func check(_ loaded: NamedArrays, _ original: NamedArrays) throws {
        #expect(loaded.names == original.names)
        for name in original.names {
            let (left, right) = (loaded.array(named: name), original.array(named: name))
            #expect(left?.dtype == right?.dtype && left?.shape == right?.shape, "\(name)")
            #expect(left.map(bytes) == right.map(bytes), "\(name)")
        }
    }

    private func bytes(_ array: any NumpyArray) -> [UInt8] {
        func bytes(_ array: some NumpyArray) -> [UInt8] {
            array.withElements { Array(UnsafeRawBufferPointer($0)) }
        }
        return bytes(array)
    }

    @Test("All element types, in order, mapped and owned", arguments: compressions)
    func everything(compression: NPZCompression) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let original = try Self.some()
        try entry.put(original, as: NPZDumper(compression: compression), meta: ["epoch": 3])
        try check(try entry.get(), original)
        try check(try entry.get(as: NPZDumper(access: .owned)), original)
        let archive = try entry.withData { try NPZFile($0) }
        #expect(archive.names == original.names)
        for name in original.names {
            for access in [ArrayAccess.mapped, .owned] {
                let array = try archive.loadAny(name, access: access)
                #expect(original.array(named: name).map(bytes) == bytes(array))
            }
        }
        // Ours are aligned, so that what is stored is mapped.
        for name in ["x", "n", "z", "large"] {
            let array = try archive.loadAny(name)
            let isMapped = [
                (array as? NDArray<Double>)?.isMapped, (array as? NDArray<Int>)?.isMapped,
                (array as? NDArray<Complex<Double>>)?.isMapped,
            ].contains(true)
            #expect(isMapped == (compression == .stored), "\(name)")
        }
        let info = try entry.info()
        #expect(info.format == "npz")
        #expect(info.content.fields.map(\.name) == original.names)
        #expect(
            info.content.fields.map(\.dtype) == [
                "float64", "int64", "float32", "uint8", "bool", "float16", "complex128", "int32", "uint64",
                "float64",
            ])
        #expect(info.content.fields.map(\.shape) == original.names.map { original.array(named: $0)?.shape })
        #expect(info.content.problem == nil)
        #expect(try db.verify().isEmpty)
    }

    @Test("Every array starts at a multiple of 64, whatever the name's length")
    func alignment() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        var arrays = NamedArrays()
        for length in 0..<130 {
            arrays.set(NDArray([UInt8(length)]), named: String(repeating: "n", count: length))
        }
        try db["x"].put(arrays)
        let file = try db["x"].bytes()
        let starts = file.indices.dropLast(6).filter {
            file[$0...].starts(with: [0x93] + Array("NUMPY".utf8))
        }
        #expect(starts.count == 130)
        #expect(starts.allSatisfy { $0 % 64 == 0 })
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "The same arrays give the same bytes, at once or one by one, in pieces too", arguments: compressions)
    func streaming(compression: NPZCompression) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let original = try Self.some()
        try db["whole"].put(original, as: NPZDumper(compression: compression))
        try db["stream"].put(arrays: compression, meta: ["a": 1]) { writer in
            for name in original.names where name != "large" {
                guard let array = original.array(named: name) else { continue }
                try writer.append(array, named: name)
            }
            try writer.append(named: "large", shape: [200_000], of: Double.self) { append in
                for start in stride(from: 0, to: 200_000, by: 1000) {
                    try append(NDArray((start..<start + 1000).map { Double($0 % 1000) }))
                }
            }
        }
        if compression == .stored { #expect(try db["stream"].bytes() == db["whole"].bytes()) }
        try check(try db["stream"].get(), original)
        try db["locked"].withLock { entry in
            try entry.put(arrays: compression) { try $0.append(NDArray([1, 2]), named: "n") }
            let arrays: NamedArrays = try entry.get()
            #expect(try arrays["n"] == NDArray([1, 2]))
        }
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "With ZIP64 the same arrays are read, wherever its records begin",
        arguments: [0, 100, 400, 1 << 20] as [Int64])
    func zip64(limit: Int64) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let original = try Self.some()
        for compression in Self.compressions {
            let limits = ZipLimits(size: limit, count: 3)
            try db["x"].put(
                original, as: NPZDumper(compression: compression, access: .mapped, limits: limits))
            try check(try db["x"].get(), original)
            try check(try db["x"].get(as: NPZDumper(access: .owned)), original)
            #expect(try db["x"].info().content.fields.count == original.count)
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("More than 65535 arrays need ZIP64 and have it")
    func many() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(arrays: .stored) { writer in
            for number in 0..<66_000 { try writer.append(NDArray([UInt8(number % 256)]), named: "\(number)") }
        }
        let archive = try db["x"].withData { try NPZFile($0) }
        #expect(archive.names.count == 66_000)
        #expect(try archive.load("65999") == NDArray([UInt8(65999 % 256)]))
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("A name that is taken or impossible, a wrong number of elements: the entry stays as it was")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(["a": NDArray([1])] as NamedArrays)
        let before = try entry.bytes()
        func message(_ body: (inout NPZWriter) throws -> Void) -> String? {
            let error = #expect(throws: DirDBError.self) { try entry.put(arrays: .stored, body) }
            #expect(error?.code == .invalidArgument)
            #expect((try? entry.bytes()) == before)
            return error?.message
        }
        let one = NDArray([1])
        #expect(
            message { writer in
                try writer.append(one, named: "b")
                try writer.append(one, named: "b")
            }
                == "an array cannot be stored under the name \"b\": there is one of that name already;"
                + " choose another name")
        #expect(message { try $0.append(one, named: "a\0b") }?.contains("it contains a NUL") == true)
        #expect(
            message { try $0.append(one, named: String(repeating: "n", count: 40_000)) }?
                .contains("more than 32767 bytes") == true)
        #expect(
            message { try $0.append(named: "n", shape: [3], of: Int.self) { try $0(one) } }
                == "1 elements were written for the array n, whose shape has 3; write as many as the shape says"
        )
        #expect(message { try $0.append(named: "n", shape: [-3], of: Int.self) { _ in } } != nil)
        #expect(try db.verify().isEmpty)
    }
}
