import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Pickles: what is damaged, dangerous or excessive is refused")
struct PickleBadInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let cause: String

        init(_ cause: String, _ bytes: [UInt8]) {
            testDescription = cause
            self.bytes = bytes
            self.cause = cause
        }
    }

    private static func whole(_ parts: [UInt8]...) -> [UInt8] { PickleBytes.whole(parts.flatMap { $0 }) }
    private static let four = PickleBytes.array(
        "<f8", PickleBytes.tuple(4), data: [UInt8](repeating: 0, count: 32))

    static let damaged: [Case] = [
        Case("it is empty", []),
        Case("it ends after 2 bytes, before its end", [0x80, 4]),
        Case("it ends after 3 bytes, before its end", [0x80, 4, 0x4A]),
        Case("it ends after 4 bytes, before its end", [0x80, 4, 0x4A, 1]),
        Case("it ends after 5 bytes, before its end", [0x80, 4, 0x8C, 9, 0x41]),
        Case("it ends after 11 bytes, before its end", [0x80, 4, 0x8E] + [UInt8](repeating: 0xFF, count: 8)),
        Case("it ends after 6 bytes, before its end", [0x80, 4, 0x63, 0x61, 0x62, 0x63]),
        Case(
            "a frame of 9223372036854775807 bytes, more than there are, at byte 2",
            whole([0x95] + bytes([Int.max]), [0x4E])),
        Case("there is no opcode 0xff at byte 2", whole([0xFF])),
        Case("a value is missing at byte 2", whole([])),
        Case("a value is missing at byte 2", whole([0x85])),
        Case("a value is missing at byte 4", whole([0x4E, 0x28, 0x85])),
        Case("a value is missing at byte 2", whole([0x94])),
        Case("a mark is missing at byte 2", whole([0x74])),
        Case("there is more than one value at byte 4", whole([0x4E, 0x4E])),
        Case("a value is missing at byte 4", whole([0x4E, 0x28])),
        Case("there is no list to add to at byte 4", whole([0x29, 0x4E, 0x61])),
        Case("there is no list to add to at byte 3", whole([0x4E, 0x61])),
        Case("there is no dict to add to at byte 5", whole([0x5D, 0x4E, 0x4E, 0x73])),
        Case("there is no set to add to at byte 5", whole([0x5D, 0x28, 0x4E, 0x90])),
        Case("a key has no value at byte 5", whole([0x7D, 0x28, 0x4E, 0x75])),
        Case("a reference to nothing at byte 2", whole([0x68, 0])),
        Case("a reference to nothing at byte 5", whole([0x4E, 0x71, 1, 0x68, 0])),
        Case("a memo number beyond all others at byte 3", whole([0x4E, 0x72, 0xFF, 0xFF, 0xFF, 0xFF])),
        Case("a name is no text at byte 4", whole([0x4E, 0x4E, 0x93])),
        Case("a call of no function at byte 4", whole([0x4E, 0x29, 0x52])),
        Case("a state of nothing at byte 4", whole([0x4E, 0x29, 0x62])),
        Case("a state of what has none at byte 4", whole([0x5D, 0x29, 0x62])),
        Case(
            "a list, dict, set or array is in a set or is a key, which Python does not allow",
            whole([0x7D, 0x5D, 0x4E, 0x73])),
        Case(
            "a list, dict, set or array is in a set or is a key, which Python does not allow",
            whole([0x8F, 0x28], four, [0x90])),
        Case(
            "a list, dict, set or array is in a set or is a key, which Python does not allow",
            whole(PickleBytes.global("builtins", "set"), [0x5D, 0x5D, 0x61, 0x85, 0x52])),
        Case(
            "an array in it has no content",
            whole(PickleBytes.global("numpy", "ndarray"), PickleBytes.tuple(3), [0x85, 0x52])),
        Case(
            "an array in it has no dtype",
            whole(
                PickleBytes.global("numpy.core.numeric", "_frombuffer"),
                [0x28, 0x43, 0, 0x4E], PickleBytes.tuple(0), PickleBytes.text("C"), [0x74, 0x52])),
        Case(
            "an array of shape (5,) and float64 has 32 of 40 bytes",
            whole(PickleBytes.array("<f8", PickleBytes.tuple(5), data: [UInt8](repeating: 0, count: 32)))),
        Case(
            "an array of shape (3,) and float64 has 32 of 24 bytes",
            whole(PickleBytes.array("<f8", PickleBytes.tuple(3), data: [UInt8](repeating: 0, count: 32)))),
        Case(
            "its shape (1152921504606846976,) is too large for any file",
            whole(PickleBytes.array("<f8", PickleBytes.long(1 << 60) + [0x85], data: []))),
        Case(
            "its shape (0, 4294967296, 4294967296) is too large for any file",
            whole(
                PickleBytes.array(
                    "<f8", [0x28, 0x4B, 0] + PickleBytes.long(1 << 32) + PickleBytes.long(1 << 32) + [0x74],
                    data: []))),
        Case(
            "an array in it has an impossible shape",
            whole(PickleBytes.array("<f8", PickleBytes.long(-1) + [0x85], data: []))),
        Case(
            "an array in it has an impossible shape",
            whole(
                PickleBytes.array("|i1", PickleBytes.tuple(1), data: [1]).replacing(
                    [0x28, 0x4B, 1, 0x74], with: [0x28] + [UInt8](repeating: 0x88, count: 3) + [0x74]))),
        Case(
            "the data of an array is no bytes",
            whole(
                PickleBytes.array("<f8", PickleBytes.tuple(0), data: []).replacing(
                    [0x43, 0], with: [0x8C, 0]))),
    ]

    private static let plain = "save plain values and numpy arrays"

    static let refused: [Case] = [
        Case(
            "it needs os.system at byte 14, and nothing of Python is executed; \(plain)",
            whole(PickleBytes.global("os", "system"), PickleBytes.text("true"), [0x85, 0x52])),
        Case(
            "it needs posix.system at byte 2, and nothing of Python is executed; \(plain)",
            [0x80, 2] + PickleBytes.oldGlobal("posix", "system") + [0x2E]),
        Case(
            "it needs builtins.eval at byte 18, and nothing of Python is executed; \(plain)",
            whole(PickleBytes.global("builtins", "eval"))),
        Case(
            "it needs numpy.core.multiarray.fromstring at byte 37, and nothing",
            whole(PickleBytes.global("numpy.core.multiarray", "fromstring"))),
        Case("it needs a?.b? at byte 10, and nothing", whole(PickleBytes.global("a\u{1B}", "b\n"))),
        Case(
            "executed; save tables as parquet (DataFrame.to_parquet)",
            whole(PickleBytes.global("pandas.core.frame", "DataFrame"))),
        Case("it uses POP at byte 3", whole([0x4E, 0x30])),
        Case("it uses INST at byte 2", whole([0x69])),
        Case("it uses NEWOBJ at byte 4", whole([0x4E, 0x29, 0x81])),
        Case("it uses BINPERSID at byte 3", whole([0x4E, 0x51])),
        Case("it uses EXT1 at byte 2", whole([0x82, 1])),
        Case("it uses NEXT_BUFFER at byte 2", whole([0x97])),
        Case("it does not start as pickles of the protocols 2 to 5 do; save it again", Array("I1\n.".utf8)),
        Case("its protocol is 6, and only 2 to 5 are known; save it again", [0x80, 6, 0x4E, 0x2E]),
        Case("its protocol is 1, and only 2 to 5 are known; save it again", [0x80, 1, 0x4E, 0x2E]),
        Case(
            "its value holds the Python class or function ndarray itself",
            whole(PickleBytes.global("numpy", "ndarray"))),
        Case("its value holds a numpy dtype without an array", whole(PickleBytes.dtype("<f8"))),
        Case(
            "it calls encode at byte",
            whole(
                PickleBytes.global("_codecs", "encode"), PickleBytes.text("x"), PickleBytes.text("rot13"),
                [0x86, 0x52])),
        Case("it calls complex at byte", whole(PickleBytes.global("builtins", "complex"), [0x29, 0x52])),
        Case(
            "it calls bytes at byte",
            whole(PickleBytes.global("builtins", "bytes"), PickleBytes.tuple(255), [0x52])),
        Case(
            "it calls reconstruct at byte",
            whole(
                PickleBytes.global("numpy.core.multiarray", "_reconstruct"), [0x4E, 0x4E, 0x4E, 0x87, 0x52])),
        Case("its text at byte 4 is not valid Unicode", whole([0x8C, 3, 0xED, 0xA0, 0x80])),
        Case(
            "it has an array of |S4; save",
            whole(PickleBytes.array("S4", PickleBytes.tuple(1), data: [1, 2, 3, 4]))),
        Case(
            "it has an array of <U1; save numbers, and strings as a list",
            whole(PickleBytes.array("<U1", PickleBytes.tuple(1), data: [1, 0, 0, 0]))),
        Case(
            "it has an array of datetime64; save",
            whole(PickleBytes.array("<M8", PickleBytes.tuple(0), data: []))),
        Case(
            "it has an array of object; save", whole(PickleBytes.array("O", PickleBytes.tuple(0), data: []))),
        Case(
            "it has an array of |V8; save each field",
            whole(PickleBytes.array("V8", PickleBytes.tuple(0), data: []))),
        Case(
            "it has an array of float128; save",
            whole(PickleBytes.array("<f16", PickleBytes.tuple(0), data: []))),
        Case(
            "it has the unknown dtype <f9; save",
            whole(PickleBytes.array("<f9", PickleBytes.tuple(0), data: []))),
        // x = []; x.append(x)
        Case("a value in it contains itself", whole([0x5D, 0x94, 0x68, 0, 0x61])),
        // x = []; x.append((x,))
        Case("a value in it contains itself", whole([0x5D, 0x94, 0x68, 0, 0x85, 0x61])),
        Case(
            "its values are nested deeper than 500",
            whole([UInt8](repeating: 0x5D, count: 501), [UInt8](repeating: 0x61, count: 500))),
        Case(
            "its values are nested deeper than 500", whole([0x29], [UInt8](repeating: 0x85, count: 100_000))),
    ]

    private func check(_ fault: Case, _ code: DirDBError.Code) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(fault.bytes, as: RawBytes("pickle"))
        for access in [ArrayAccess.mapped, .owned] {
            let error = #expect(throws: DirDBError.self) { try entry.get(as: PickleDumper(access: access)) }
            #expect(error?.code == code)
            #expect(error?.path == "\(entry.path).pickle")
            #expect(error?.message.contains(fault.cause) == true, "\(error?.message ?? "")")
        }
        #expect(throws: DirDBError.self) { try entry.get(NDArray<Double>.self) }
        // Only the whole says whether a file is damaged.
        if code == .unsupportedFormat { _ = try entry.info() }
        try entry.delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("Every damage has its sentence", arguments: damaged)
    func damage(_ fault: Case) throws {
        try check(fault, .damagedData)
    }

    @Test("What is not on the list is refused by name and place, and still described", arguments: refused)
    func refusal(_ fault: Case) throws {
        try check(fault, .unsupportedFormat)
    }

    @Test(
        "A few bytes that mean billions of values are refused; what can be described and loaded is not slow")
    func bombs() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for opcodes: [UInt8] in [[0x5D, 0x28], [0x28]] {
            // x0 = [], x1 = [x0, x0], x2 = [x1, x1], ...
            var bomb: [UInt8] = [0x29, 0x94]
            for level in UInt8(0)..<100 {
                bomb += opcodes + [0x68, level, 0x68, level]
                bomb += [opcodes.count == 2 ? 0x65 : 0x74, 0x94]
            }
            bomb = [0x28] + bomb + [0x74]
            let error = #expect(throws: DirDBError.self) {
                try db["x"].load(pickle: PickleBytes.whole(bomb))
            }
            #expect(error?.message.contains("share their parts so often") == true)
            let outline = try #require(try db["x"].outline(OutlineLimits(depth: 5)))
            #expect(outline.text.utf8.count < 20000)
            #expect(try db["x"].info().content.dtype == "tuple")
        }
        // One text of 32 KiB for thousands of arrays of its bytes.
        let data = [0x42, 0, 0x80, 0, 0] + [UInt8](repeating: 1, count: 1 << 15) + [0x94]
        let start = PickleBytes.global("numpy._core.numeric", "_frombuffer") + [0x28]
        let end = [0x4D, 0, 0x80, 0x85] + PickleBytes.text("C") + [0x74, 0x52]
        let one = start + [0x68, 0, 0x68, 1] + end
        let arrays =
            [0x28] + start + data + PickleBytes.dtype("|i1") + [0x94] + end
            + (0..<3000).flatMap { _ in one } + [0x74]
        let error = #expect(throws: DirDBError.self) { try db["x"].load(pickle: PickleBytes.whole(arrays)) }
        #expect(error?.message.contains("share their bytes so often") == true)
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    // MARK: Mutations

    private static let seeds: [[UInt8]] = [
        whole(four),
        whole(
            [0x7D, 0x28], PickleBytes.text("x"), [0x94], four, PickleBytes.text("y"),
            [0x5D, 0x94, 0x28, 0x68, 0, 0x4E, 0x88, 0x4A, 1, 2, 3, 4, 0x65], [0x75]),
        whole(
            PickleBytes.global("numpy.core.multiarray", "scalar"), PickleBytes.dtype("<f8"),
            [0x43, 8] + bytes([1.5]), [0x86, 0x52]),
        whole(
            PickleBytes.global("numpy", "ndarray"), [0x29, 0x85, 0x52, 0x28, 0x4B, 1],
            PickleBytes.tuple(2, 2),
            PickleBytes.dtype(">i4"), [0x94, 0x88, 0x8E, 16, 0, 0, 0, 0, 0, 0, 0], [UInt8](1...16),
            [0x74, 0x62]),
        [0x80, 2, 0x28] + PickleBytes.oldGlobal("_codecs", "encode") + PickleBytes.text("\u{e9}x")
            + PickleBytes.text("latin1") + [0x86, 0x52, 0x8F, 0x28, 0x4B, 1, 0x90, 0x28, 0x4B, 2, 0x91]
            + PickleBytes.long(-5) + [0x47] + bytes([1.5]) + [0x74, 0x2E],
    ]

    @Test("No file cut short is a value, wherever it is cut")
    func truncations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for seed in Self.seeds {
            _ = try db["x"].load(pickle: seed)
            for length in 0..<seed.count {
                #expect(throws: DirDBError.self) { try db["x"].load(pickle: Array(seed.prefix(length))) }
                #expect(throws: DirDBError.self) { try db["x"].info() }
            }
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("No mutation of a file can crash a reader; what is loaded can be written, and is described alike")
    func mutations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let opcodes = Self.seeds.flatMap { $0 }
        var random = SplitMix64(state: 2027)
        var loaded = 0
        for round in (0..<20_000).sampled {
            var bytes = Self.seeds[round % Self.seeds.count]
            for _ in 0...Int.random(in: 0..<2, using: &random) {
                guard bytes.count > 3 else { break }
                let place = Int.random(in: 2..<bytes.count, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.removeSubrange(place..<min(place + 2, bytes.count))
                case 3: bytes.insert(contentsOf: bytes[place...].prefix(6), at: place)
                default: bytes[place] = opcodes.randomElement(using: &random) ?? 0
                }
            }
            do {
                let value = try db["x"].load(pickle: bytes)
                loaded += 1
                let content = try db["x"].info().content
                if case .array(let array) = value { #expect(content.shape == array.shape) }
                _ = try db["x"].outline()
                try db["y"].put(value)
                #expect(try db["y"].get(PickleValue.self) == value)
            } catch is DirDBError {}
        }
        // Else the mutations would be too coarse to get beyond the first opcodes.
        #expect(loaded * samplingShare > 500)
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }
}
