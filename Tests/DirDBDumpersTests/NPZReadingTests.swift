import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Arrays of an npz file")
struct NPZReadingTests {
    private static let three = NPYFile("<f8", "(3,)", data: bytes([1.0, 2, 3])).bytes

    @Test("Names are kept in order; a new array goes to the end, another of the same name to its place")
    func names() throws {
        var arrays: NamedArrays = ["b": NDArray([1]), "a": NDArray([1.5])]
        arrays.set(NDArray([Int8(3)]), named: "c")
        arrays.set(NDArray([true]), named: "b")
        #expect(arrays.names == ["b", "a", "c"])
        #expect(arrays.count == 3)
        #expect(try arrays["b"] == NDArray([true]))
        arrays.remove("a")
        arrays.remove("nothing")
        #expect(arrays.names == ["b", "c"])
        #expect(arrays.array(named: "a") == nil)
    }

    @Test("The element type must be that of the array; Int and Int64 are the same")
    func types() throws {
        let arrays: NamedArrays = ["n": NDArray([1, 2]), "u": NDArray([UInt64(3)]), "x": NDArray([1.5])]
        #expect(try arrays["n"] == NDArray([Int64(1), 2]))
        #expect(try arrays["u"] == NDArray([UInt(3)]))
        let error = #expect(throws: DirDBError.self) { try arrays["x"] as NDArray<Float> }
        #expect(error?.code == .formatMismatch)
        #expect(
            error?.message
                == "the array x holds float64 elements, but NDArray<Float> was asked for; ask for that")
        let missing = #expect(throws: DirDBError.self) { try arrays["y"] as NDArray<Float> }
        #expect(missing?.code == .notFound)
        #expect(
            missing?.message == "there is no array y in the archive: it has n, u, x; ask for one of those")
    }

    @Test("Loading one array reads nothing of the others")
    func subset() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(["a": NDArray([1.5]), "b": NDArray([2, 3])] as NamedArrays)
        // What is not touched may be damaged.
        var file = try entry.bytes()
        let place = try #require(file.firstIndex(of: 0x93))
        file[place] = 0
        try entry.put(file, as: RawBytes("npz"))
        let archive = try entry.withData { try NPZFile($0) }
        #expect(try archive.load("b") == NDArray([2, 3]))
        #expect(try archive.field("b") == Field(name: "b", dtype: "int64", shape: [2]))
        let error = #expect(throws: DirDBError.self) { try archive.load("a", of: Double.self) }
        #expect(
            error?.message
                == "a.npy in \(entry.path).npz is damaged: it does not start with \\x93NUMPY as npy files do;"
                + " restore it or write it again")
        #expect(error?.path == "\(entry.path).npz")
        let missing = #expect(throws: DirDBError.self) { try archive.loadAny("c") }
        #expect(missing?.code == .notFound)
        #expect(throws: DirDBError.self) { try archive.load("b", of: Double.self) }
        try entry.delete()
        // The mapping outlives the entry.
        #expect(try archive.load("b") == NDArray([2, 3]))
        #expect(try db.verify().isEmpty)
    }

    @Test("A thousand small arrays are inspected with few reads, large ones with one small read each")
    func reads() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["small"].put(arrays: .stored) { writer in
            for number in 0..<1000 { try writer.append(NDArray([number]), named: "n\(number)") }
        }
        let large = NDArray([Double](repeating: 1, count: 20_000))
        try db["large"].put(arrays: .stored) { writer in
            for number in 0..<20 { try writer.append(large, named: "n\(number)") }
        }
        for (name, reads, bytes) in [("small", 30, 600_000), ("large", 23, 500_000)] {
            let (calls, total) = (Counter(), Counter())
            let observer: @Sendable (SystemCall) -> SystemCall.Verdict = { call in
                if call.name == .read {
                    calls.add(1)
                    total.add(call.byteCount)
                }
                return call.name == .map ? .fail(1) : .proceed
            }
            let fields = try SystemCall.$observer.withValue(observer) {
                try db[name].info().content.fields
            }
            #expect(fields.count == (name == "small" ? 1000 : 20))
            #expect(calls.total <= reads, "\(calls.total) reads of \(name)")
            #expect(total.total <= bytes, "\(total.total) bytes of \(name)")
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("An archive with a member that is not loaded tells all of them, and which")
    func unsupportedMember() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let names = ZipFile.Member("names.npy", NPYFile("<U1", "(1,)", data: [65, 0, 0, 0]).bytes)
        let numbers = ZipFile.Member("x.npy", NPYFile("<i2", "(1,)", data: [1, 0]).bytes)
        try db["x"].put(ZipFile([names, numbers]).bytes, as: RawBytes("npz"))
        let content = try db["x"].info().content
        #expect(content.fields.map(\.dtype) == ["<U1", "int16"])
        #expect(content.problem?.code == .unsupportedFormat)
        #expect(content.problem?.message.contains("names") == true)
        #expect(try db.verify().map(\.kind) == [.unsupported])
        try db["x"].put(ZipFile([names, numbers]).bytes + [0], as: RawBytes("npz"))
        #expect(try db["x"].info().content.problem?.code == .damagedData)
        try db["x"].delete()
    }

    @Test("Comments, data descriptors, directories and other files in the archive do not hide the arrays")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        var zip = ZipFile([
            .init("notes.txt", Array("hello".utf8)), .init("folder/", []),
            .init("folder/x.npy", Self.three).changed { $0.hasDescriptor = true },
            .init("y.npy", Self.three, method: 8, data: ZipFile.deflated(Self.three)).changed {
                $0.hasDescriptor = true
            },
        ])
        zip.comment = Array("PK\u{5}\u{6} is how the end begins".utf8)
        let entry = try db["x"]
        try entry.put(zip.bytes, as: RawBytes("npz"))
        let arrays: NamedArrays = try entry.get()
        #expect(arrays.names == ["folder/x", "y"])
        #expect(try arrays["folder/x"] == NDArray([1.0, 2, 3]))
        #expect(try arrays["y"] == NDArray([1.0, 2, 3]))
        #expect(
            try entry.info().content.fields == [
                Field(name: "notes.txt", dtype: "bytes", shape: [5]),
                Field(name: "folder/x", dtype: "float64", shape: [3]),
                Field(name: "y", dtype: "float64", shape: [3]),
            ])
        // An archive without members is one.
        try entry.put(ZipFile([]).bytes, as: RawBytes("npz"))
        #expect(try entry.get(NamedArrays.self).names.isEmpty)
        try entry.put(zip.bytes + [0, 0], as: RawBytes("npz"))
        #expect(try entry.info().content.problem?.message.contains(" 2 bytes follow the data") == true)
        try entry.delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("Fortran order, the other byte order and Bool are converted, mapped or not")
    func conversions() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let files = NPYRowsTests.files
        let members = files.enumerated().map { ZipFile.Member("\($0.offset).npy", $0.element.bytes) }
        try db["x"].put(
            ZipFile(members + [.init("b.npy", NPYFile("|b1", "(3,)", data: [0, 7, 1]).bytes)]).bytes,
            as: RawBytes("npz"))
        for access in [ArrayAccess.mapped, .owned] {
            let arrays = try db["x"].get(as: NPZDumper(access: access))
            for name in arrays.names.dropLast() {
                let array: NDArray<Int32> = try arrays[name]
                #expect(array == (try NDArray(shape: [5, 3, 2], elements: Array(0..<30))))
            }
            #expect(try arrays["b"] == NDArray([false, true, true]))
        }
        #expect(try db.verify().isEmpty)
    }
}
