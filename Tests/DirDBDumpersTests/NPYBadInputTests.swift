import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("npy files that are damaged")
struct NPYBadInputTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let code: DirDBError.Code
        let cause: String

        init(
            _ name: String, _ bytes: [UInt8], _ cause: String, _ code: DirDBError.Code = .damagedData
        ) {
            testDescription = name
            self.bytes = bytes
            self.code = code
            self.cause = cause
        }
    }

    private static func header(_ text: String) -> [UInt8] {
        NPYFile(text, data: [UInt8](repeating: 0, count: 64)).bytes
    }

    private static let whole = NPYFile("<f8", "(4,)", data: [UInt8](repeating: 0, count: 32)).bytes
    private static let start: [UInt8] = [0x93] + Array("NUMPY".utf8)

    static let cases: [Case] = [
        Case("empty", [], "it ends after 0 bytes, before its header"),
        Case("magic", Array("PK\u{3}\u{4}".utf8), "it does not start with \\x93NUMPY as npy files do"),
        Case("magic cut", Array(start.prefix(4)), "it ends after 4 bytes, before its header"),
        Case("frame cut", start + [2, 0, 9, 0, 0], "it ends after 11 bytes, before its header"),
        Case(
            "version", start + [4, 0, 0, 0, 0, 0],
            "its npy version is 4.0, and only 1.0 to 3.0 are known; save it again with numpy",
            .unsupportedFormat),
        Case(
            "header longer than the file", Array(whole.prefix(100)),
            "its header of 118 bytes is longer than the rest of the file"),
        Case(
            "header of 4 GiB", start + [2, 0, 255, 255, 255, 255, 0],
            "its header of 4294967295 bytes is longer than the rest of the file"),
        Case("data cut", Array(whole.dropLast(5)), "it has only 27 of 32 bytes of data"),
        Case("no data", Array(whole.prefix(128)), "it has only 0 of 32 bytes of data"),
        Case(
            "size beyond the file", NPYFile("<f8", "(9000000000000,)").bytes,
            "it has only 0 of 72000000000000 bytes of data"),
        Case(
            "shape overflow", NPYFile("<f8", "(4294967296, 4294967296)").bytes,
            "its shape (4294967296, 4294967296) is too large for any file"),
        Case(
            "size overflow", NPYFile("<f8", "(1152921504606846976,)").bytes,
            "its shape (1152921504606846976,) is too large for any file"),
        Case(
            "overflow behind a zero", NPYFile("<f8", "(0, 4294967296, 4294967296)").bytes,
            "its shape (0, 4294967296, 4294967296) is too large for any file"),
        Case(
            "number overflow", NPYFile("<f8", "(99999999999999999999,)").bytes,
            "its header is not a Python literal: an integer is beyond 64 bits, from -2^63 to 2^63 - 1 at byte 61"
        ),
        Case("negative", NPYFile("<f8", "(3, -1)").bytes, "its shape (3, -1) has a negative length"),
        Case("no tuple", NPYFile("<f8", "(4)").bytes, "the shape in its header is 4"),
        Case("real length", NPYFile("<f8", "('4',)").bytes, "the shape in its header is ('4',)"),
        Case(
            "no literal", header("import os"),
            "its header is not a Python literal: found \"i\" where a value was expected at byte 10"),
        Case(
            "call", header("{'descr': f(), }"),
            "its header is not a Python literal: found \"f\" where a value was expected at byte 20"),
        Case(
            "unfinished", header("{'descr': '<f8"),
            "its header is not a Python literal: a string is not closed before the line ends at byte 20"),
        Case(
            "two values", header("{} {}"),
            "its header is not a Python literal: found \"{\" where the end of the header after the value was expected at byte 13"
        ),
        Case(
            "deep", header(String(repeating: "(", count: 5000)),
            "its header is not a Python literal: the nesting is deeper than 100 levels at byte 110"),
        Case(
            "not UTF-8",
            {
                var bytes = NPYFile("<f8", "()", version: (3, 0), data: [UInt8](repeating: 0, count: 8)).bytes
                bytes[23] = 0xFF
                return bytes
            }(), "its header is not a Python literal: a string is not UTF-8 at byte 22"),
        Case(
            "list", header("[1, 2]"),
            "its header does not consist of descr, fortran_order and shape"),
        Case(
            "further key", header("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), 'x': 1}"),
            "its header does not consist of descr, fortran_order and shape"),
        Case(
            "missing key", header("{'descr': '<f8', 'fortran_order': False, 'chape': (4,)}"),
            "its header does not consist of descr, fortran_order and shape"),
        Case(
            "order", header("{'descr': '<f8', 'fortran_order': 0, 'shape': (4,)}"),
            "fortran_order in its header is 0"),
        Case("dtype", NPYFile("<f3", "(4,)").bytes, "its header names the unknown dtype '<f3'"),
        Case("dtype empty", NPYFile("", "(4,)").bytes, "its header names the unknown dtype ''"),
        Case("dtype with more", NPYFile("<f8x", "(4,)").bytes, "its header names the unknown dtype '<f8x'"),
        Case(
            "text overflow", NPYFile("<U9223372036854775807", "(4,)").bytes,
            "its header names the unknown dtype '<U9223372036854775807'"),
        Case(
            "record overflow",
            header(
                "{'descr': [('a', '<f8', (4611686018427387904,))], 'fortran_order': False, 'shape': (1,)}"),
            "its header names the unknown dtype [('a', '<f8', (4611686018427387904,))]"),
        Case(
            "record repeats", header("{'descr': [('a', '<f8', -3)], 'fortran_order': False, 'shape': (1,)}"),
            "its header names the unknown dtype [('a', '<f8', -3)]"),
    ]

    @Test(
        "Every fault has its sentence: path, cause and remedy, from get, rows, info and verify",
        arguments: cases)
    func sentence(_ fault: Case) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(fault.bytes, as: RawBytes("npy"))
        let path = "\(entry.path).npy"
        let message =
            fault.code == .damagedData
            ? "\(path) is damaged: \(fault.cause); restore it or write it again"
            : "\(path) cannot be loaded: \(fault.cause)"
        for access in [ArrayAccess.mapped, .owned] {
            let error = #expect(throws: DirDBError.self) {
                try entry.get(as: NPYDumper<Double>(access: access))
            }
            #expect(error?.message == message)
            #expect(error?.code == fault.code)
            #expect(error?.path == path)
        }
        #expect(throws: DirDBError.self) { try entry.rows(0..<1, of: Double.self) }
        if fault.code == .damagedData {
            let error = #expect(throws: DirDBError.self) { try entry.info() }
            #expect(error?.message == message)
        } else {
            #expect(try entry.info().content.problem?.message == message)
        }
        #expect(
            try db.verify().map(\.kind) == [fault.code == .damagedData ? .damaged : .unsupported])
        try entry.delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("No mutation of a file can crash a reader, and what is loaded has the elements of its shape")
    func mutations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let seeds = [
            NPYFile("<f8", "(2, 3)", data: bytes([1.0, 2, 3, 4, 5, 6])),
            NPYFile(">i4", fortran: true, "(2, 2, 2)", version: (2, 0), data: bytes(Array(Int32(0)..<8))),
            NPYFile("|b1", "(5,)", version: (3, 0), data: [0, 1, 1, 0, 1], isAligned: false),
            NPYFile(
                "{'descr': [('a', '<i4', (2,)), ('b', '|S3')], 'fortran_order': False, 'shape': (1L,), }",
                data: [UInt8](repeating: 7, count: 11)),
        ].map(\.bytes)
        let numbers = ["-1", "0", "(", "9223372036854775807", "18446744073709551616", "[", "'", "\\", "1, "]
        var random = SplitMix64(state: 2026)
        var loaded = 0
        for round in (0..<20_000).sampled {
            var bytes = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<2, using: &random) {
                guard !bytes.isEmpty else { break }
                // Every other time the header, where most can go wrong.
                let end = Bool.random(using: &random) ? bytes.count : min(bytes.count, 70)
                let place = Int.random(in: 0..<end, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.removeSubrange(place..<min(place + 4, bytes.count))
                case 3: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                case 4: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
                default:
                    bytes.replaceSubrange(
                        place..<place + 1, with: (numbers.randomElement(using: &random) ?? "").utf8)
                }
            }
            try db["x"].put(bytes, as: RawBytes("npy"))
            if try loadsConsistently(try db["x"]) { loaded += 1 }
        }
        // Else the mutations would be too coarse to get beyond the header.
        #expect(loaded * samplingShare > 500)
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    /// Loads in every way; false when all of them threw an error of ours.
    private func loadsConsistently(_ entry: Entry) throws -> Bool {
        let info = try? entry.info().content
        let count = info?.shape?.reduce(1, *)
        var loads = false
        func load<Element: NumpyElement>(_ type: Element.Type, _ access: ArrayAccess) throws {
            do {
                let array = try entry.get(as: NPYDumper<Element>(access: access))
                #expect(array.shape == info?.shape)
                #expect(array.elements.count == count)
                if let rows = info?.rows, rows > 0 {
                    #expect(try entry.rows(rows - 1..<rows, of: Element.self).count * rows == count)
                }
                loads = true
            } catch is DirDBError {}
        }
        for access in [ArrayAccess.mapped, .owned] {
            try load(Double.self, access)
            try load(Int32.self, access)
            try load(Bool.self, access)
        }
        return loads
    }
}
