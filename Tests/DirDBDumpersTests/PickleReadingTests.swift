import ComplexModule
import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Pickles: what Python writes is read")
struct PickleReadingTests {
    /// What numpy 1.26 writes, which the interop tests do not have.
    private static let numpy1 = [
        "array5":
            "gAWVpQAAAAAAAACMEm51bXB5LmNvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVylJOUKJYwAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAA8D8AAAAAAAAAQAAAAAAAAAhAAAAAAAAAEEAAAAAAAAAUQJSMBW51bXB5lIwFZHR5cGWUk5SM"
            + "AmY4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAksDhpSMAUOUdJRSlC4=",
        "array2":
            "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJj"
            + "X2NvZGVjcwplbmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAksDhnEKY251"
            + "bXB5CmR0eXBlCnELWAIAAABmOHEMiYiHcQ1ScQ4oSwNYAQAAADxxD05OTkr/////Sv////9LAHRxEGKJaANY"
            + "MQAAAAAAAAAAAAAAAAAAAAAAw7A/AAAAAAAAAEAAAAAAAAAIQAAAAAAAABBAAAAAAAAAFEBxEWgFhnESUnET"
            + "dHEUYi4=",
        "fortran4":
            "gASVogAAAAAAAACMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAdu"
            + "ZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLA4aUaAOMBWR0eXBllJOUjAJpNJSJiIeUUpQoSwOMAT6UTk5O"
            + "Sv////9K/////0sAdJRiiEMYAAAAAAAAAAMAAAABAAAABAAAAAIAAAAFlHSUYi4=",
        "strided5":
            "gAWVlgAAAAAAAACMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAdu"
            + "ZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLA4aUaAOMBWR0eXBllJOUjAJ1MpSJiIeUUpQoSwOMATyUTk5O"
            + "Sv////9K/////0sAdJRiiUMMAAACAAQABgAIAAoAlHSUYi4=",
        "mixed4":
            "gASVngEAAAAAAAB9lCiMBGxvc3OUjBVudW1weS5jb3JlLm11bHRpYXJyYXmUjAZzY2FsYXKUk5SMBW51bXB5"
            + "lIwFZHR5cGWUk5SMAmY0lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJDBAAAAD+UhpRSlIwBbpRo"
            + "BGgHjAJpOJSJiIeUUpQoSwNoC05OTkr/////Sv////9LAHSUYkMIBwAAAAAAAACUhpRSlIwCb2uUaARoB4wC"
            + "YjGUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LAHSUYkMBAZSGlFKUjAF6lGgEaAeMAmM4lImIh5RSlChL"
            + "A2gLTk5OSv////9K/////0sAdJRiQwgAAIA/AAAAwJSGlFKUjAF4lGgCjAxfcmVjb25zdHJ1Y3SUk5RoBYwH"
            + "bmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsChZRoG4lDAgEAlHSUYowCMGSUaCtoLUsAhZRoL4eUUpQoSwEp"
            + "aAeMAmYylImIh5RSlChLA2gLTk5OSv////9K/////0sAdJRiiUMCAD6UdJRidS4=",
        "mixed3":
            "gANdcQAoY251bXB5LmNvcmUubXVsdGlhcnJheQpzY2FsYXIKcQFjbnVtcHkKZHR5cGUKcQJYAgAAAGY4cQOJ"
            + "iIdxBFJxBShLA1gBAAAAPHEGTk5OSv////9K/////0sAdHEHYkMIAAAAAAAA0D9xCIZxCVJxCmgBaAJYAgAA"
            + "AHUxcQuJiIdxDFJxDShLA1gBAAAAfHEOTk5OSv////9K/////0sAdHEPYkMByHEQhnERUnESQwIA/3ETY2J1"
            + "aWx0aW5zCnNldApxFF1xFShLAUsCZYVxFlJxF2Uu",
    ]

    private func load(_ name: String, _ entry: Entry) throws -> PickleValue {
        let text = try #require(Self.numpy1[name])
        return try entry.load(pickle: Array(try #require(Data(base64Encoded: text))))
    }

    @Test("Arrays and scalars of numpy 1.26 are read, in every protocol, order and byte order")
    func oldNumpy() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let x = try db["x"]
        let real = try NDArray(shape: [2, 3], elements: [0.0, 1, 2, 3, 4, 5])
        #expect(try load("array5", x) == .array(real))
        #expect(try x.get(NDArray<Double>.self) == real)
        #expect(try load("array2", x) == .array(real))
        #expect(try x.info().content == FormatInfo(dtype: "float64", shape: [2, 3], rows: 2, columns: 3))
        let whole = try NDArray(shape: [2, 3], elements: (0..<6).map { Int32($0) })
        #expect(try load("fortran4", x) == .array(whole))
        #expect(try x.info().content.dtype == ">i4")
        let strided = try NDArray(shape: [2, 3], elements: [0, 2, 4, 6, 8, 10].map { UInt16($0) })
        #expect(try load("strided5", x) == .array(strided))
        #expect(
            try load("mixed4", x) == [
                "loss": 0.5, "n": 7, "ok": true, "z": .complex(Complex(1, -2)),
                "x": .array(NDArray([true, false])),
                "0d": .array(try NDArray(shape: [], elements: [Float16(1.5)])),
            ])
        #expect(try load("mixed3", x) == [0.25, 200, .bytes([0, 255]), .set([1, 2])])
        #expect(try db.verify().isEmpty)
    }

    @Test("Integers of up to 64 bits are read in any length, larger ones are an error with their place")
    func integers() throws {
        let directory = try TemporaryDirectory()
        let entry = try Database(testing: directory)["x"]
        let cases: [([UInt8], Int64)] = [
            ([], 0), ([0x80], -128), ([0xFF, 0xFF], -1), ([0, 1], 256),
            ([UInt8](repeating: 0xFF, count: 7) + [0x7F], .max),
            ([UInt8](repeating: 0, count: 7) + [0x80], .min),
            ([5] + [UInt8](repeating: 0, count: 30), 5), ([0xFB] + [UInt8](repeating: 0xFF, count: 30), -5),
        ]
        for (bytes, value) in cases {
            let length = UInt8(bytes.count)
            #expect(try entry.load(pickle: PickleBytes.whole([0x8A, length] + bytes)) == .int(value))
            #expect(
                try entry.load(pickle: PickleBytes.whole([0x8B, length, 0, 0, 0] + bytes)) == .int(value))
        }
        for bytes in [[UInt8](repeating: 0, count: 7) + [0x80, 0], [UInt8](repeating: 1, count: 20)] {
            let error = #expect(throws: DirDBError.self) {
                try entry.load(pickle: PickleBytes.whole([0x8A, UInt8(bytes.count)] + bytes))
            }
            #expect(error?.code == .unsupportedFormat)
            #expect(
                error?.message.contains("\(bytes.count) bytes at byte 2 does not fit into 64 bits") == true)
        }
    }

    @Test("What the pickle shares is made once; a reference from two places is the value in both")
    func sharing() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        // x = [1]; [x, x, (x,)], where x is filled after it was memoized.
        let shared: [UInt8] = [0x5D, 0x28, 0x5D, 0x94, 0x4B, 1, 0x61, 0x68, 0, 0x68, 0, 0x85, 0x65]
        #expect(try db["x"].load(pickle: PickleBytes.whole(shared)) == [[1], [1], .tuple([[1]])])
        // A text of 1,000 bytes 3,000 times costs no 3 MB.
        let text = [0x58, 0xE8, 3, 0, 0] + [UInt8](repeating: 0x41, count: 1000) + [0x94]
        let texts = [0x28] + text + ([0x68, 0] as [UInt8]).repeated(2999) + [0x74]
        let value = try db["x"].load(pickle: PickleBytes.whole(texts))
        #expect(value.asElements?.count == 3000 && value[2999]?.asString?.utf8.count == 1000)
        #expect(try db.verify().isEmpty)
    }

    @Test("Kinds, counts and fields are told without loading; superfluous bytes are found by verify")
    func inspection() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let x = try db["x"]
        let cases: [(PickleValue, FormatInfo)] = [
            (nil, FormatInfo(dtype: "None")), (true, FormatInfo(dtype: "bool")),
            (1, FormatInfo(dtype: "int")),
            (1.5, FormatInfo(dtype: "float")), ("x", FormatInfo(dtype: "str")),
            (.bytes([1]), FormatInfo(dtype: "bytes")), (.complex(1), FormatInfo(dtype: "complex")),
            ([1, 2], FormatInfo(dtype: "list", rows: 2)), (.tuple([]), FormatInfo(dtype: "tuple", rows: 0)),
            (.set([1]), FormatInfo(dtype: "set", rows: 1)),
            (.frozenSet([1]), FormatInfo(dtype: "frozenset", rows: 1)),
            ([1: 2], FormatInfo(dtype: "dict", rows: 1)),
            (
                ["a": 1, "b": [1], "c": .array(NDArray([1.5]))],
                FormatInfo(
                    dtype: "dict", rows: 3,
                    fields: [
                        Field(name: "a", dtype: "int"), Field(name: "b", dtype: "list"),
                        Field(name: "c", dtype: "float64", shape: [1]),
                    ])
            ),
            // Too long to be counted.
            (.list(.init(repeating: 1, count: 200_000)), FormatInfo(dtype: "list")),
        ]
        for (value, info) in cases {
            try x.put(value)
            #expect(try x.info().content == info)
        }
        #expect(try db.verify().isEmpty)
        try x.put(PickleBytes.whole([0x4E]) + [1, 2, 3], as: RawBytes("pickle"))
        #expect(try x.info().content.problem?.message.contains(" 3 bytes follow the data") == true)
        #expect(try db.verify().map(\.kind) == [.damaged])
        // A pickle that only Python can load is no damaged one.
        try x.put(
            PickleBytes.whole([0x7D] + PickleBytes.text("f"), PickleBytes.global("os", "system"), [0x73]),
            as: RawBytes("pickle"))
        #expect(try x.info().content.dtype == "dict" && x.info().content.problem != nil)
        try x.put(PickleBytes.whole(PickleBytes.global("pandas", "DataFrame")), as: RawBytes("pickle"))
        let content = try x.info().content
        #expect(content == FormatInfo(dtype: "pandas.DataFrame", problem: content.problem))
        #expect(content.problem?.message.contains("it needs pandas.DataFrame") == true)
        #expect(try db.verify().map(\.kind) == [.unsupported])
        try x.put(PickleBytes.whole([0x4E]) + PickleBytes.whole([0x4E]), as: RawBytes("pickle"))
        #expect(try x.info().content.problem?.code == .unsupportedFormat)
        #expect(try db.verify().map(\.kind) == [.unsupported])
    }

    @Test("The outline has kinds, lengths, keys and shapes, down to a depth and a count")
    func outline() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let value: PickleValue = [
            "x": .array(try NDArray(shape: [2, 1], elements: [1.5, 2])), "tags": ["a", "b", "c"],
            3: [[[[1]]]],
            "long": .string(String(repeating: "y", count: 100)), .tuple([1]): nil,
        ]
        try db["x"].put(value)
        let outline = try #require(try db["x"].outline(OutlineLimits(depth: 2, count: 2)))
        #expect(
            outline.text == """
                dict of 5
                  'x': float64 (2, 1)
                  'tags': list of 3
                    -: 'a'
                    -: 'b'
                    … 1 more
                  … 3 more
                """)
        let all = try #require(try db["x"].outline())
        #expect(
            all.text.hasSuffix(
                """
                  3: list of 1
                    -: list of 1
                      -: list of 1
                  'long': '\(String(repeating: "y", count: 60))...' (str of 100 bytes)
                  tuple: None
                """))
        #expect(try db.verify().isEmpty)
    }
}

extension [UInt8] {
    fileprivate func repeated(_ times: Int) -> [UInt8] { (0..<times).flatMap { _ in self } }
}
