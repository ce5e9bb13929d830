import DirDBWorkflow
import TestSupport
import Testing

@testable import DirDB

@Suite("Intent records")
struct IntentRecordTests {
    private static let identity = "5000-0123456789abcdef"

    /// A record's text with a right length and checksum around any body.
    private static func text(_ fields: [String]) -> [UInt8] {
        let body = fields.joined(separator: "\t")
        return Array(
            "dirdb-intent\t\(body.utf8.count)\t\(Checksum.hexadecimal(Array(body.utf8)))\t\(body)\n".utf8)
    }

    private static let id = "00000000000000ff"

    private static func records() throws -> [IntentRecord] {
        let id = try #require(CommitID(id))
        let content = try #require(ContentIdentity(identity))
        let file = IntentRecord.Move.File(format: "npy", content: content)
        let other = IntentRecord.Move.File(format: "bin", content: content)
        return [
            IntentRecord(id: id, content: .changes([.delete(format: "", old: content)])),
            IntentRecord(
                id: id,
                content: .changes([
                    .replace(format: "npy", new: content, old: nil),
                    .replace(format: "json", new: content, old: content),
                    .delete(format: "bin", old: content),
                ])),
            IntentRecord(
                id: id,
                content: .move(
                    .init(
                        side: .source, source: .init(directory: [], name: "e\u{301}"),
                        target: .init(directory: ["\u{301}x", "a b"], name: "\u{E9}"), moved: [file],
                        obsolete: [other]))),
            IntentRecord(
                id: id,
                content: .move(
                    .init(
                        side: .target, source: .init(directory: [], name: "e\u{301}"),
                        target: .init(directory: [], name: "\u{E9}"), moved: [file], obsolete: []))),
        ]
    }

    @Test("A record reads back as the same")
    func roundTrip() throws {
        for record in try Self.records() {
            let text = record.text
            #expect(IntentRecord(Array(text.utf8)) == record)
            #expect(text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        }
    }

    @Test("A record cut short anywhere, or with a byte more, counts as absent")
    func torn() throws {
        for record in try Self.records() {
            let bytes = Array(record.text.utf8)
            for count in bytes.indices { #expect(IntentRecord(Array(bytes.prefix(count))) == nil) }
            #expect(IntentRecord(bytes + [10]) == nil)
            #expect(IntentRecord(bytes + bytes) == nil)
        }
    }

    @Test("A record with the same meaning that is spelled in another way counts as absent")
    func otherSpelling() throws {
        let text = try Self.records()[0].text
        let length = text.split(separator: "\t")[1]
        let other = text.replacing("\t\(length)\t", with: "\t+\(length)\t", maxReplacements: 1)
        #expect(IntentRecord(Array(text.utf8)) != nil && IntentRecord(Array(other.utf8)) == nil)
    }

    @Test("20,000 random mutations crash nothing and are absent or the same record")
    func mutations() throws {
        var random = SplitMix64(state: 4)
        let originals = try Self.records()
        for round in (0..<20_000).sampled {
            let original = originals[round % originals.count]
            var bytes = Array(original.text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: index)
                default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            let read = IntentRecord(bytes)
            #expect(read == nil || read == original)
        }
    }

    @Test("20,000 mutated bodies under a right checksum crash nothing, and no name leads out of the database")
    func mutatedBodies() throws {
        var random = SplitMix64(state: 5)
        let pieces = [
            "..", "/", "\t", "-", "R", "M", "S", "json", ".", "", "\u{301}", "9999999999999999999", "\0",
        ]
        var accepted = 0
        for round in (0..<20_000).sampled {
            let texts = try Self.records()[round % 4].text.dropLast().split(separator: "\t").dropFirst(3)
            var fields = texts.map(String.init)
            let index = Int.random(in: 0..<fields.count, using: &random)
            let piece = pieces.randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<3, using: &random) {
            case 0: fields[index] = piece
            case 1: fields[index] += piece
            default: fields.insert(piece, at: index)
            }
            guard let record = IntentRecord(Self.text(fields)) else { continue }
            accepted += 1
            #expect(IntentRecord(Array(record.text.utf8)) == record)
            guard case .move(let move) = record.content else { continue }
            for place in [move.source, move.target] {
                #expect(
                    (place.directory + [place.name]).allSatisfy { NameRules.objection(toName: $0) == nil })
            }
        }
        #expect(accepted > 0)
    }

    @Test(
        "A hostile record with a right checksum counts as absent",
        arguments: [
            ["2", id, "D", "npy", identity], ["1", "xyz", "D", "npy", identity], ["1", id], ["1"],
            ["1", id, "D", "../x", identity], ["1", id, "D", "a/b", identity],
            ["1", id, "D", "lock", identity],
            ["1", id, "D", "npy", "-1-0123456789abcdef"], ["1", id, "D", "npy", "5"], ["1", id, "D", "npy"],
            ["1", id, "D", "npy", "99999999999999999999-0123456789abcdef"],
            ["1", id, "R", "npy", identity], ["1", id, "R", "npy", "-", "-"],
            ["1", id, "Z", "npy", identity],
            ["1", id, "M", "S", "", "a", "", "a", "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "", "b"], ["1", id, "M", "S", "", "a", ""], ["1", id, "M"],
            ["1", id, "M", "U", "", "a", "", "b", "X", "npy", identity],
            ["1", id, "M", "S", "", "..", "", "b", "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "", "../b", "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "..", "b", "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "/etc", "b", "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "x//y", "b", "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "x/", "b", "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "", String(repeating: "n", count: 201), "X", "npy", identity],
            ["1", id, "M", "S", "", "a", "", "b", "R", "npy", identity],
            // A format twice: the second step would delete what the first brought. Found by fuzzing, as the next.
            ["1", id, "M", "S", "", "a", "", "b", "X", "npy", identity, "B", "npy", identity],
            ["1", id, "R", "npy", identity, "-", "D", "npy", identity],
            // Never written in this order.
            ["1", id, "M", "S", "", "a", "", "b", "B", "bin", identity, "X", "npy", identity],
        ])
    func hostile(_ fields: [String]) {
        #expect(IntentRecord(Self.text(fields)) == nil)
    }

    @Test("A record longer than any that is written is dropped, not read into memory")
    func tooLong() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], meta: ["k": 1])
        let steps = Array(repeating: ["D", "bin", Self.identity], count: 10_000).flatMap(\.self)
        let text = String(decoding: Self.text(["1", Self.id] + steps), as: UTF8.self)
        try directory.write(text, to: ".a.intent")
        #expect(try db["a"].bytes() == [1])
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
}
