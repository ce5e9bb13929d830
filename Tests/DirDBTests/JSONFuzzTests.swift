import DirDB
import TestSupport
import Testing

@Suite("JSON with random content")
struct JSONFuzzTests {
    @Test("100,000 doubles of random bits read back bit by bit")
    func doubles() throws {
        var random = SplitMix64(state: 1)
        let values = (0..<100_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        let text = try JSON.array(values.map(JSON.real)).serialized()
        let parsed = try #require(try JSON(parsing: text).asArray)
        #expect(parsed.compactMap(\.asDouble).map(\.bitPattern) == values.map(\.bitPattern))
        #expect(parsed.allSatisfy { $0.asInt == nil })
    }

    @Test("Strings of random characters read back as the same, as values and as keys")
    func strings() throws {
        var random = SplitMix64(state: 2)
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let limit: UInt32 = [0x80, 0x800, 0x11_0000].randomElement(using: &random) ?? 0x80
                let scalar = UnicodeScalar(UInt32.random(in: 1..<limit, using: &random)) ?? "x"
                text.unicodeScalars.append(scalar)
            }
            let value: JSON = [.string(text), .object([text: .string(text + "\0")])]
            let parsed = try JSON(parsing: try value.serialized())
            #expect(parsed == value)
            #expect(parsed[0].asString?.utf8.elementsEqual(text.utf8) == true)
        }
    }

    static let documents = [
        #"{"name": "run", "epoch": 3, "stats": {"min": -1.5e-7, "max": 1e23, "n": [1, 2, 3]}, "ok": true}"#,
        #"[NaN, {"a": [Infinity, -Infinity, "NaN"], "b\n": "\"NaN\\"}, null, false, -0.0]"#,
        #"{"é": "\u00e9\ud83d\ude00", "\t": ["😀", "\u0000"], "big": [9223372036854775807, -9223372036854775809], "k": {}}"#,
        "[\n  [1, [2, [3, [NaN]]]],\n  {\"x\": {\"y\": {\"z\": []}}}\n]\n",
    ]
    static let pieces = [
        "NaN", "Infinity", "-", "\"", "\\", "[", "]", "{", "}", ":", ",", " ", "\n", "1", "e9", "\\u00",
    ]

    @Test("20,000 random mutations crash nothing, and what is read is written and read back as the same")
    func mutations() throws {
        var random = SplitMix64(state: 3)
        var accepted = 0
        for round in (0..<20_000).sampled {
            var text = Array(Self.documents[round % Self.documents.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&text, using: &random) }
            guard let value = try? JSON(parsing: text) else { continue }
            accepted += 1
            let written = try value.serializedBytes()
            let again = try JSON(parsing: written)
            #expect(try again.serializedBytes() == written)
            if (try? value.serializedBytes(isStrict: true)) != nil { #expect(again == value) }
        }
        // Enough of both kinds, or the test says nothing.
        #expect((1_000..<19_000).contains(accepted * samplingShare))
    }

    private static func mutate(_ text: inout [UInt8], using random: inout SplitMix64) {
        guard !text.isEmpty else { return }
        let offset = Int.random(in: text.indices, using: &random)
        let end = min(text.count, offset + Int.random(in: 1...8, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: text[offset] = UInt8.random(in: 0...255, using: &random)
        case 1: text[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: text.removeSubrange(offset..<end)
        case 3: text.insert(contentsOf: Array(text[offset..<end]), at: offset)
        case 4: text.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: offset)
        default:
            text.replaceSubrange(offset..<end, with: Array((pieces.randomElement(using: &random) ?? "").utf8))
        }
    }
}
