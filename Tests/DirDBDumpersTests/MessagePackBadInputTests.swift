import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("msgpack files that are damaged")
struct MessagePackBadInputTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let cause: String

        init(_ name: String, _ bytes: [UInt8], _ cause: String) {
            testDescription = name
            self.bytes = bytes
            self.cause = cause
        }
    }

    static let cases: [Case] = [
        Case("empty", [], "an early end at byte 0"),
        Case("unknown byte", [0xC1], "the byte 0xc1, which begins nothing at byte 1"),
        Case("integer cut", [0xCD, 1], "an early end at byte 1"),
        Case("string cut", [0xA5, 0x61], "an early end: 5 bytes or more should follow and 1 do at byte 1"),
        Case(
            "string of 4 GiB", [0xDB, 255, 255, 255, 255],
            "an early end: 4294967295 bytes or more should follow and 0 do at byte 5"),
        Case(
            "array of 4 G", [0xDD, 255, 255, 255, 255, 1],
            "an early end: 4294967295 bytes or more should follow and 1 do at byte 5"),
        Case(
            "map of 4 G", [0xDF, 255, 255, 255, 255, 1],
            "an early end: 8589934590 bytes or more should follow and 1 do at byte 5"),
        Case(
            "extension cut", [0xC9, 0, 0, 0, 9, 5],
            "an early end: 9 bytes or more should follow and 0 do at byte 6"),
    ]

    @Test(
        "Every fault has its sentence: path, cause and remedy, from get, info, outline and verify",
        arguments: cases)
    func sentence(_ fault: Case) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(fault.bytes, as: RawBytes("msgpack"))
        let message =
            "\(entry.path).msgpack is damaged: it has \(fault.cause); restore it or write it again"
        func check(_ body: () throws -> Void) {
            let error = #expect(throws: DirDBError.self) { try body() }
            #expect(error?.message == message)
            #expect(error?.code == .damagedData)
        }
        check { _ = try entry.get(MessagePack.self) }
        check { _ = try entry.get([String: Int].self) }
        check { _ = try entry.get(as: MessagePackDumper<Int>(access: .owned)) }
        check { _ = try entry.info() }
        check { _ = try entry.outline() }
        #expect(try db.verify().map(\.kind) == [.damaged])
        try entry.delete()
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Deep nesting, bytes behind the value and content that makes no sense are refused",
        arguments: [
            Case(
                "deep", [UInt8](repeating: 0x91, count: 100_000) + [0xC0], "a nesting deeper than 500 at byte"
            ),
            Case("two values", [1, 2], "1 bytes behind the value at byte 1"),
            Case("no UTF-8", [0xA1, 0xFF], "a string that is not UTF-8, which ends at byte 2"),
            Case("moment", [0xC7, 3, 0xFF, 0, 0, 0], "a timestamp that makes no sense"),
            Case(
                "nanoseconds", [0xD7, 0xFF, 255, 255, 255, 255, 0, 0, 0, 0], "a timestamp that makes no sense"
            ),
        ])
    func content(_ fault: Case) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(fault.bytes, as: RawBytes("msgpack"))
        for access in [ArrayAccess.mapped, .owned] {
            let error = #expect(throws: DirDBError.self) {
                try db["x"].get(as: MessagePackDumper<MessagePack>(access: access))
            }
            #expect(error?.message.contains(fault.cause) == true, "\(error?.message ?? "")")
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("A numeric array whose header makes no sense is refused")
    func blobs() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let lengths = { (values: [Int64]) in values.flatMap(littleEndian) }
        let type = Array("<f8".utf8)
        let cases: [([UInt8], String)] = [
            ([3], "without a header"), ([3, 1] + type, "with a header that makes no sense"),
            ([255, 255, 1], "with a header that makes no sense"),
            ([3, 0] + Array("<f9".utf8), "with a header that makes no sense"),
            ([3, 0] + Array("|O8".utf8), "with a header that makes no sense"),
            ([3, 1] + type + lengths([1]), "of another size than its shape"),
            ([3, 1] + type + lengths([-1]), "of another size than its shape"),
            ([3, 2] + type + lengths([1 << 62, 1 << 62]), "of another size than its shape"),
            ([3, 2] + type + lengths([0, .max]), "of another size than its shape"),
        ]
        for (content, cause) in cases {
            try db["x"].put([0xC7, UInt8(content.count), 78] + content, as: RawBytes("msgpack"))
            let error = #expect(throws: DirDBError.self) { try db["x"].get([String: [Double]].self) }
            #expect(error?.code == .formatMismatch)
            let loading = #expect(throws: DirDBError.self) {
                try db["x"].get(as: MessagePackDumper<[Double]>())
            }
            #expect(
                loading?.message.contains("a numeric array \(cause)") == true,
                "\(loading?.message ?? "") \(content)")
            let looking = #expect(throws: DirDBError.self) { try db["x"].info() }
            #expect(looking?.message.contains(cause) == true)
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    struct Probe: Codable {
        struct Inner: Codable { var mean: Double? }
        var name: String?
        var values: [Double]
        var image: NDArray<Int16>
        var inner: [Inner]
        var byNumber: [Int: Timestamp]
        var blob: [UInt8]
    }

    private static func seed(_ db: Database) throws -> [UInt8] {
        try db["seed"].put(
            Probe(
                name: "n", values: [1, 2], image: try NDArray(shape: [1, 2], elements: [3, 4]),
                inner: [.init(mean: 1), .init(mean: nil)], byNumber: [1: Timestamp(seconds: 5)], blob: [1, 2])
        )
        return try db["seed"].bytes()
    }

    @Test("Every truncation is an error; no mutation can crash a reader")
    func mutations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let seed = try Self.seed(db)
        for count in 0..<seed.count {
            try db["x"].put(Array(seed[..<count]), as: RawBytes("msgpack"))
            #expect(throws: DirDBError.self) { try db["x"].get(Probe.self) }
            #expect(throws: DirDBError.self) { try db["x"].get(MessagePack.self) }
        }
        var random = SplitMix64(state: 2026)
        var loaded = (typed: 0, untyped: 0)
        for _ in (0..<4000).sampled {
            var bytes = seed
            for _ in 0...Int.random(in: 0..<2, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 3: bytes.removeSubrange(place..<min(place + 2, bytes.count - 1))
                default: bytes.insert(contentsOf: bytes[place...].prefix(5), at: place)
                }
            }
            try db["x"].put(bytes, as: RawBytes("msgpack"))
            _ = try? db["x"].outline()
            do {
                _ = try db["x"].get(Probe.self)
                loaded.typed += 1
            } catch is DirDBError {}
            do {
                let value: MessagePack = try db["x"].get()
                loaded.untyped += 1
                try db["y"].put(value)
                #expect(try db["y"].bytes().count <= bytes.count)
            } catch is DirDBError {}
        }
        #expect(loaded.typed * samplingShare > 150 && loaded.untyped * samplingShare > 500, "\(loaded)")
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }
}
