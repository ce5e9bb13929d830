import DirDBWorkflow
import TestSupport
import Testing

@testable import DirDB

@Suite("Records of commits")
struct RecordTests {
    private static let identity = "5000-0123456789abcdef"

    private static func text(_ fields: [String]) -> [UInt8] {
        Array(fields.joined(separator: "\t").utf8)
    }

    private static let id = "00000000000000ff"

    private static func records() throws -> [Record] {
        let id = try #require(CommitID(id))
        let content = try #require(ContentIdentity(identity))
        return [
            Record(id: id, steps: [.remove("", old: content)]),
            Record(
                id: id,
                steps: [
                    .replace("npy", new: content), .replace("json", new: content, old: content),
                    .remove("bin", old: content),
                ]),
            Record(id: id, steps: [.replace("\u{301}x", new: nil, old: nil), .replace("", old: content)]),
        ]
    }

    @Test("A record reads back as the same")
    func roundTrip() throws {
        for record in try Self.records() {
            #expect(Record(Array(record.text.utf8)) == record)
            #expect(!record.text.contains("\n"))
        }
    }

    @Test("A record cut short anywhere, or with something more, is not that record")
    func torn() throws {
        for record in try Self.records() {
            let bytes = Array(record.text.utf8)
            for count in bytes.indices { #expect(Record(Array(bytes.prefix(count))) != record) }
            for more in [[10], [9], bytes, Array("\tD".utf8)] { #expect(Record(bytes + more) != record) }
        }
    }

    @Test("40,000 mutated records crash nothing, read back as they are, and no extension leads elsewhere")
    func mutations() throws {
        var random = SplitMix64(state: 4)
        let originals = try Self.records()
        let pieces = [
            "..", "/", "\t", "-", "R", "D", "json", ".", "", "\u{301}", "9999999999999999999", "\0", "lock",
        ]
        var accepted = 0
        for round in (0..<40_000).sampled {
            var bytes = Array(originals[round % originals.count].text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2:
                    bytes.insert(
                        contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: index)
                default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            guard let record = Record(bytes) else { continue }
            accepted += 1
            #expect(record.text.utf8.elementsEqual(bytes))
            for format in record.steps.map(\.format) where format != "json" {
                #expect(NameRules.objection(toFormat: format) == nil)
            }
        }
        #expect(accepted > 0)
    }

    @Test(
        "What no version of this form writes is no record",
        arguments: [
            ["2", id, "D", "npy", identity], ["1", "xyz", "D", "npy", identity], ["1", id], ["1"], [""],
            ["1", id, ""], ["1", id, "D", "../x", identity], ["1", id, "D", "a/b", identity],
            ["1", id, "D", "lock", identity], ["1", id, "D", "npy", "-"], ["1", id, "D", "npy", ""],
            ["1", id, "D", "npy", "-1-0123456789abcdef"], ["1", id, "D", "npy", "5"], ["1", id, "D", "npy"],
            ["1", id, "D", "npy", "99999999999999999999-0123456789abcdef"],
            ["1", id, "D", "npy", "05-0123456789abcdef"], ["1", id, "D", "npy", "+5-0123456789abcdef"],
            ["1", id, "R", "npy", identity], ["1", id, "R", "npy", "x", "-"],
            ["1", id, "R", "npy", "-", "x"],
            ["1", id, "Z", "npy", identity], ["1", id, "R", "npy", identity, "-", "X"],
            // A format twice: the second step would delete what the first brought. Found by fuzzing.
            ["1", id, "R", "npy", identity, "-", "D", "npy", identity],
            // Never written in this order.
            ["1", id, "D", "bin", identity, "R", "npy", identity, "-"],
            // The form of the first protocol.
            ["dirdb-intent", "5", "0123456789abcdef", "1", id, "D", "npy", identity],
        ])
    func hostile(_ fields: [String]) {
        #expect(Record(Self.text(fields)) == nil)
    }

    @Test("A file longer than any record is not read into memory: refused when it is whole, else dropped")
    func tooLong() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], meta: ["k": 1])
        let steps = Array(repeating: ["D", "bin", Self.identity], count: 10_000).flatMap(\.self)
        let text = String(decoding: Self.text(["1", Self.id] + steps), as: UTF8.self)
        try directory.write("\(text)\n", to: ".a.intent")
        #expect(failure { _ = try db["a"].meta }?.code == .pendingCommit)
        try directory.write(text, to: ".a.intent")
        #expect(try db["a"].meta == ["k": 1])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A commit's identifier is 16 hexadecimal digits",
        arguments: [
            ("0123456789abcdef", true), ("0123456789ABCDEF", false), ("0123456789abcde", false),
            ("0123456789abcdef0", false), ("", false), ("+123456789abcdef", false),
            ("012345678９abcdef", false),
        ])
    func commitID(_ text: String, _ isValid: Bool) {
        #expect((CommitID(text) != nil) == isValid)
        #expect(CommitID(CommitID().description) != nil)
        #expect(CommitID() != CommitID())
    }

    @Test(
        "An identity tells sizes, beginnings and ends apart, and survives a copy",
        arguments: [0, 1, 4096, 4097, 9000])
    func identities(_ count: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        func identity(_ name: String, _ bytes: [UInt8]) throws -> ContentIdentity? {
            try db[name].put(bytes)
            return try ContentIdentity.current("\(name).bin", in: db.openDirectory())
        }
        let original = try #require(try identity("a", bytes))
        #expect(ContentIdentity(original.description) == original)
        #expect(try identity("b", bytes) == original)
        #expect(try identity("c", bytes + [0]) != original)
        if count > 0 {
            #expect(try identity("d", [255] + bytes.dropFirst()) != original)
            #expect(try identity("e", bytes.dropLast() + [254]) != original)
        }
        #expect(try ContentIdentity.current("absent.bin", in: db.openDirectory()) == nil)
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "An identity that is computed while writing is that of the file",
        arguments: [1, 100, 3000, 4096, 9001])
    func whileWriting(_ piece: Int) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        for count in [0, 1, 4095, 4096, 4097, 8192, 8193, 30_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let overwritten = [0, 10, 4090, 4100, 8000, count - 50].filter { $0 >= 0 && $0 + 20 <= count }
            let staged = try StagedFile.write(
                db["a"], format: "bin", id: CommitID(), isToBeSynced: false, in: db.openDirectory()
            ) { sink in
                for start in stride(from: 0, to: count, by: piece) {
                    try sink.write(Array(bytes[start..<min(start + piece, count)]))
                }
                for offset in overwritten {
                    try sink.overwrite([UInt8](repeating: 7, count: 20), at: Int64(offset))
                }
            }
            let onDisk = try ContentIdentity.current(staged.temporary, in: db.openDirectory())
            #expect(try staged.identity(replacing: nil) == onDisk, "\(count) bytes in pieces of \(piece)")
        }
    }
}
