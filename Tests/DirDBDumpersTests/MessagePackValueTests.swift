import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Values of no type of the program's in msgpack")
struct MessagePackValueTests {
    private static func a(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x61, count: count) }

    /// Values and their shortest form.
    static let forms: [(MessagePack, [UInt8])] =
        numbers + [
            (.nil, [0xC0]), (.bool(false), [0xC2]), (.bool(true), [0xC3]),
            (.string(""), [0xA0]), (.string("é"), [0xA2, 0xC3, 0xA9]),
            (.string(String(repeating: "a", count: 31)), [0xBF] + a(31)),
            (.string(String(repeating: "a", count: 32)), [0xD9, 32] + a(32)),
            (.string(String(repeating: "a", count: 256)), [0xDA, 1, 0] + a(256)),
            (.string(String(repeating: "a", count: 65536)), [0xDB, 0, 1, 0, 0] + a(65536)),
            (.binary([]), [0xC4, 0]), (.binary(a(256)), [0xC5, 1, 0] + a(256)),
            (.binary(a(65536)), [0xC6, 0, 1, 0, 0] + a(65536)),
            (.array([]), [0x90]), (.array([.nil, .int(1)]), [0x92, 0xC0, 1]),
            (.array([MessagePack](repeating: .int(0x61), count: 16)), [0xDC, 0, 16] + a(16)),
            (.array([MessagePack](repeating: .int(0x61), count: 65536)), [0xDD, 0, 1, 0, 0] + a(65536)),
            (.map([]), [0x80]),
            (
                .map([.init(.int(1), .string("a")), .init(.array([.nil]), .double(2))]),
                [0x82, 1, 0xA1, 0x61, 0x91, 0xC0, 0xCB, 0x40, 0, 0, 0, 0, 0, 0, 0]
            ),
            (
                .map([MessagePack.Pair](repeating: .init(.int(0x61), .int(0x61)), count: 16)),
                [0xDE, 0, 16] + a(32)
            ),
            (.ext(type: 5, [1]), [0xD4, 5, 1]), (.ext(type: -7, [1, 2]), [0xD5, 0xF9, 1, 2]),
            (.ext(type: 5, a(4)), [0xD6, 5] + a(4)), (.ext(type: 5, a(8)), [0xD7, 5] + a(8)),
            (.ext(type: 5, a(16)), [0xD8, 5] + a(16)), (.ext(type: 5, []), [0xC7, 0, 5]),
            (.ext(type: 5, a(17)), [0xC7, 17, 5] + a(17)), (.ext(type: 5, a(256)), [0xC8, 1, 0, 5] + a(256)),
            (.ext(type: 5, a(65536)), [0xC9, 0, 1, 0, 0, 5] + a(65536)),
            (.timestamp(Timestamp(seconds: 1)), [0xD6, 0xFF, 0, 0, 0, 1]),
            (.timestamp(Timestamp(seconds: 1 << 32)), [0xD7, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0]),
            (
                .timestamp(Timestamp(seconds: -1)),
                [0xC7, 12, 0xFF, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8)
            ),
        ]

    private static let numbers: [(MessagePack, [UInt8])] = [
        (.int(0), [0]), (.int(127), [127]), (.int(128), [0xCC, 128]), (.int(255), [0xCC, 255]),
        (.int(256), [0xCD, 1, 0]), (.int(65535), [0xCD, 255, 255]), (.int(65536), [0xCE, 0, 1, 0, 0]),
        (.int(1 << 32 - 1), [0xCE, 255, 255, 255, 255]), (.int(1 << 32), [0xCF, 0, 0, 0, 1, 0, 0, 0, 0]),
        (.int(.max), [0xCF, 127, 255, 255, 255, 255, 255, 255, 255]),
        (.uint(1 << 63), [0xCF, 128, 0, 0, 0, 0, 0, 0, 0]),
        (.int(-1), [0xFF]), (.int(-32), [0xE0]), (.int(-33), [0xD0, 0xDF]), (.int(-128), [0xD0, 0x80]),
        (.int(-129), [0xD1, 0xFF, 0x7F]), (.int(-32769), [0xD2, 0xFF, 0xFF, 0x7F, 0xFF]),
        (.int(.min), [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        (.float(1.5), [0xCA, 0x3F, 0xC0, 0, 0]), (.double(-2), [0xCB, 0xC0, 0, 0, 0, 0, 0, 0, 0]),
    ]

    @Test("Each value is written in its shortest form and read again, mapped and owned")
    func forms() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        for (value, bytes) in Self.forms {
            try entry.put(value)
            #expect(try entry.bytes() == bytes)
            #expect(try entry.get() == value)
            #expect(try entry.get(as: MessagePackDumper<MessagePack>(access: .owned)) == value)
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("Longer forms than needed are read as the same values")
    func longForms() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let cases: [([UInt8], MessagePack)] = [
            ([0xD3, 0, 0, 0, 0, 0, 0, 0, 5], .int(5)), ([0xCF, 0, 0, 0, 0, 0, 0, 0, 5], .int(5)),
            ([0xD0, 5], .int(5)), ([0xD9, 1, 0x61], .string("a")), ([0xDB, 0, 0, 0, 1, 0x61], .string("a")),
            ([0xDC, 0, 1, 5], .array([.int(5)])), ([0xDD, 0, 0, 0, 1, 5], .array([.int(5)])),
            ([0xDE, 0, 1, 5, 6], .map([.init(.int(5), .int(6))])), ([0xC7, 1, 5, 9], .ext(type: 5, [9])),
            ([0xC7, 4, 0xFF, 0, 0, 0, 1], .timestamp(Timestamp(seconds: 1))),
            (
                [0xC7, 12, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                .timestamp(Timestamp(seconds: 1))
            ),
        ]
        for (bytes, value) in cases {
            try entry.put(bytes, as: RawBytes("msgpack"))
            #expect(try entry.get() == value)
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("A moment has less than a second of nanoseconds, and is kept to the nanosecond")
    func moments() throws {
        #expect(Timestamp(seconds: 0, nanoseconds: 1_000_000_000) == nil)
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for seconds in [Int64.min, -1, 0, 1, 1 << 32, 1 << 34 - 1, 1 << 34, .max] {
            for nanoseconds: UInt32 in [0, 1, 999_999_999] {
                let moment = try #require(Timestamp(seconds: seconds, nanoseconds: nanoseconds))
                try db["x"].put(moment)
                #expect(try db["x"].get(Timestamp.self) == moment)
                #expect(try db["x"].get(MessagePack.self) == .timestamp(moment))
            }
        }
        #expect(Timestamp(seconds: 1) < Timestamp(seconds: 2))
        #expect(try db.verify().isEmpty)
    }

    @Test("Values are found by key; arrays of numbers are seen in untyped values")
    func access() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let x = try NDArray(shape: [2, 2], elements: [1.5, 2, 3, 4])
        try db["x"].put(["x": x])
        let value: MessagePack = try db["x"].get()
        #expect(value["x"]?.numericArray as? NDArray<Double> == x)
        #expect(value["y"] == nil)
        #expect(MessagePack.nil["y"] == nil)
        #expect(MessagePack.ext(type: 78, [1]).numericArray == nil)
        #expect(MessagePack.int(1).numericArray == nil)
        #expect(try db.verify().isEmpty)
    }

    @Test("Inspecting tells kind and count, or dtype and shape, from the first bytes")
    func inspect() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let cases: [(MessagePack, FormatInfo)] = [
            (.nil, FormatInfo(dtype: "nil")), (.int(-5), FormatInfo(dtype: "int")),
            (.double(1), FormatInfo(dtype: "float64")), (.string("a"), FormatInfo(dtype: "string")),
            (.array([.nil, .nil]), FormatInfo(dtype: "array", rows: 2)),
            (.map([.init(.int(1), .nil)]), FormatInfo(dtype: "map", rows: 1)),
            (.ext(type: 5, [1]), FormatInfo(dtype: "ext 5")),
            (.timestamp(Timestamp(seconds: 1)), FormatInfo(dtype: "timestamp")),
            (.binary([UInt8](repeating: 1, count: 100_000)), FormatInfo(dtype: "binary")),
        ]
        for (value, info) in cases {
            try entry.put(value)
            #expect(try entry.info().content == info)
        }
        try entry.put([Float](repeating: 1, count: 100_000))
        #expect(try entry.info().content == FormatInfo(dtype: "float32", shape: [100_000], rows: 100_000))
        #expect(try entry.info().format == "msgpack")
        #expect(try db.verify().isEmpty)
    }

    @Test("An outline shows kinds, lengths, keys and short values down to a depth")
    func outline() throws {
        struct Run: Codable {
            var name = "control"
            var epoch = 3
            var traces = NDArray([Float(1), 2, 3])
            var tags = ["a", "b\n"]
            var blob: [UInt8] = [1, 2, 3]
            var deep = ["x": ["y": ["z": [true]]]]
            var at = Timestamp(seconds: 7)
        }
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(Run())
        #expect(
            try db["x"].outline(OutlineLimits(depth: 2, count: 6))?.text == """
                map of 7
                  name: string "control"
                  epoch: 3
                  traces: float32 array (3,)
                  tags: array of 2
                    -: string "a"
                    -: string "b\\n"
                  blob: binary of 3 bytes
                  deep: map of 1
                    x: map of 1
                  … 1 more
                """)
        try db["n"].put([-1: "a", 7: "b"])
        #expect(try db["n"].outline()?.summary == "map of 2")
        try db["y"].put(NDArray([1]))
        #expect(try db["y"].outline() == nil)
        #expect(try db.verify().isEmpty)
    }
}
