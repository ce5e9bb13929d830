import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("npz files that are damaged")
struct NPZBadInputTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let message: String
        let code: DirDBError.Code

        init(_ name: String, _ bytes: [UInt8], _ message: String, _ code: DirDBError.Code = .damagedData) {
            testDescription = name
            self.bytes = bytes
            self.message = message
            self.code = code
        }

        init(
            _ name: String, _ member: ZipFile.Member, _ message: String,
            _ code: DirDBError.Code = .damagedData, _ change: (inout ZipFile.Member) -> Void = { _ in }
        ) {
            self.init(name, ZipFile([member.changed(change)]).bytes, message, code)
        }
    }

    private static let three = NPYFile("<f8", "(3,)", data: bytes([1.0, 2, 3])).bytes
    private static let stored = ZipFile.Member("x.npy", three)
    private static let deflated = ZipFile.Member("x.npy", three, method: 8, data: ZipFile.deflated(three))
    private static let remedy = "; restore the file or write it again"

    private static func changed(_ change: (inout ZipFile) -> Void) -> [UInt8] {
        var file = ZipFile([stored])
        change(&file)
        return file.bytes
    }

    /// FILE stands for the path.
    static let cases: [Case] = [
        Case(
            "empty", [],
            "FILE is damaged: it has no central directory at its end, so it is cut off or no zip file; restore it or"
                + " write it again"),
        Case(
            "another format", three,
            "FILE is damaged: it has no central directory at its end, so it is cut off or no zip file; restore it or"
                + " write it again"),
        Case(
            "count", changed { $0.count = 2 },
            "FILE is damaged: the archive should have 2 members and has 1; restore it or write it again"),
        Case(
            "directory size", changed { $0.directorySize = 1 << 20 },
            "FILE is damaged: the central directory of the archive runs beyond its end; restore it or write it again"
        ),
        Case(
            "directory cut", changed { $0.directorySize = 40 },
            "FILE is damaged: the central directory of the archive makes no sense; restore it or write it again"
        ),
        Case(
            "name cut", changed { $0.directorySize = 48 },
            "FILE is damaged: the central directory of the archive ends within a member's record; restore it or write"
                + " it again"),
        Case(
            "several disks", changed { $0.disk = 1 },
            "FILE cannot be loaded: it is one part of an archive in several; join the parts",
            .unsupportedFormat),
        Case(
            "two of one name", ZipFile([stored, stored]).bytes,
            "x.npy in FILE cannot be loaded: there are two members of this name; write them with different names",
            .unsupportedFormat),
        Case(
            "shared data",
            ZipFile([
                stored,
                stored.changed {
                    $0.headerOffset = 0
                    $0.name = "y.npy"
                },
            ]).bytes,
            "y.npy in FILE is damaged: its data runs into what follows it in the file" + remedy),
        Case(
            "encrypted", stored,
            "x.npy in FILE cannot be loaded: it is encrypted; write the archive without a password",
            .unsupportedFormat
        ) { $0.flags = 1 },
        Case(
            "method", stored,
            "x.npy in FILE cannot be loaded: its compression method is 12 (bzip2), and only stored (0) and deflated (8)"
                + " are known; write the archive with numpy", .unsupportedFormat
        ) { $0.method = 12 },
        Case(
            "stored of two sizes", stored,
            "x.npy in FILE is damaged: 152 bytes cannot be the compressed form of 153 bytes" + remedy
        ) { $0.size = 153 },
        Case(
            "bomb", deflated,
            "x.npy in FILE is damaged: 157 bytes cannot be the compressed form of 4000000000 bytes" + remedy
        ) { $0.size = 4_000_000_000 },
        Case(
            "missing ZIP64", stored,
            "x.npy in FILE is damaged: a size that ZIP64 should tell is missing or impossible" + remedy
        ) { $0.size = .max },
        Case(
            "no local header", [0] + ZipFile([stored]).bytes.dropFirst(),
            "x.npy in FILE is damaged: there is no local header at byte 0" + remedy),
        Case(
            "header offset", stored,
            "x.npy in FILE is damaged: its data runs into what follows it in the file" + remedy
        ) { $0.headerOffset = 4_000_000_000 },
        Case(
            "no npy", ZipFile.Member("x.npy", Array("hello".utf8)),
            "x.npy in FILE is damaged: it does not start with \\x93NUMPY as npy files do; restore it or write it again"
        ),
        Case(
            "fewer elements", ZipFile.Member("x.npy", Array(three.dropLast(8))),
            "x.npy in FILE is damaged: it has only 16 of 24 bytes of data" + remedy),
        Case(
            "no deflate",
            ZipFile.Member("x.npy", three, method: 8, data: [UInt8](repeating: 0xFF, count: 150)),
            "x.npy in FILE is damaged: its compressed data cannot be read: it is no deflate stream" + remedy),
        Case(
            "deflate cut",
            ZipFile.Member("x.npy", three, method: 8, data: ZipFile.deflated(three).dropLast(60)),
            "x.npy in FILE is damaged: its compressed data ends after 92 of 152 bytes" + remedy),
    ]

    @Test("Every fault has its sentence: file, member, cause and remedy", arguments: cases)
    func sentence(_ fault: Case) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        try entry.put(fault.bytes, as: RawBytes("npz"))
        let path = "\(entry.path).npz"
        let message = fault.message.replacing("FILE", with: path)
        for access in [ArrayAccess.mapped, .owned] {
            let error = #expect(throws: DirDBError.self) { try entry.get(as: NPZDumper(access: access)) }
            #expect(error?.message == message)
            #expect(error?.code == fault.code)
            #expect(error?.path == path)
        }
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

    @Test("A wrong checksum, or more data than should be, is found when the array is read into memory")
    func checksums() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        func message(_ member: ZipFile.Member, _ access: ArrayAccess) throws -> String? {
            try entry.put(ZipFile([member]).bytes, as: RawBytes("npz"))
            return #expect(throws: DirDBError.self) { try entry.get(as: NPZDumper(access: access)) }?.message
        }
        let wrong = "x.npy in \(entry.path).npz is damaged: its CRC-32 is not the one that was written"
        #expect(try message(Self.stored.changed { $0.checksum = 7 }, .owned) == wrong + Self.remedy)
        for access in [ArrayAccess.mapped, .owned] {
            #expect(try message(Self.deflated.changed { $0.checksum = 7 }, access) == wrong + Self.remedy)
        }
        let longer = ZipFile.Member("x.npy", Self.three, method: 8, data: ZipFile.deflated(Self.three + [0]))
        #expect(
            try message(longer, .owned)
                == "x.npy in \(entry.path).npz is damaged: its compressed data holds more than the 152 bytes it should"
                + Self.remedy)
        // Within the member, as in an npy file, it is no harm.
        try entry.put(ZipFile([.init("x.npy", Self.three + [1, 2])]).bytes, as: RawBytes("npz"))
        let arrays = try entry.get(as: NPZDumper(access: .owned))
        #expect(try arrays["x"] == NDArray([1.0, 2, 3]))
        #expect(try db.verify().isEmpty)
    }

    @Test("A member that is not supported does not hide the others, nor that one of them is damaged")
    func unsupportedBesideOthers() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let entry = try db["x"]
        let refused: [[ZipFile.Member]] = [
            [Self.stored.changed { $0.method = 12 }], [Self.stored.changed { $0.method = 14 }],
            [Self.stored.changed { $0.method = 93 }], [Self.stored.changed { $0.flags = 1 }],
            [Self.stored, Self.stored], [Self.stored, Self.deflated],
        ]
        for members in refused {
            let fine = ZipFile.Member("fine.npy", Self.three)
            try entry.put(ZipFile(members + [fine]).bytes, as: RawBytes("npz"))
            let archive = try entry.withData { try NPZFile($0) }
            #expect(archive.names == ["x", "fine"])
            #expect(try archive.load("fine") == NDArray([1.0, 2, 3]))
            func code(_ body: () throws -> Void) -> DirDBError.Code? {
                (#expect(throws: DirDBError.self) { try body() })?.code
            }
            #expect(code { _ = try archive.loadAny("x") } == .unsupportedFormat)
            #expect(code { _ = try archive.field("x") } == .unsupportedFormat)
            let content = try entry.info().content
            #expect(content.problem?.code == .unsupportedFormat)
            #expect(content.fields == [Field(name: "fine", dtype: "float64", shape: [3])])
            #expect(code { _ = try entry.get(NamedArrays.self) } == .unsupportedFormat)
            let damaged = ZipFile.Member("damaged.npy", Array("hello".utf8))
            try entry.put(ZipFile(members + [damaged]).bytes, as: RawBytes("npz"))
            #expect(code { _ = try entry.info() } == .damagedData)
        }
        try entry.delete()
        #expect(try db.verify().isEmpty)
    }

    private static func seeds() throws -> [[UInt8]] {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let arrays: NamedArrays = ["x": NDArray([1.0, 2, 3]), "n": NDArray([Int16(1), 2])]
        var seeds = try [NPZCompression.stored, .deflated].flatMap { compression in
            try [Int64(0), 1 << 32].map { limit in
                let limits = ZipLimits(size: limit, count: limit == 0 ? 0 : 100)
                try db["x"].put(
                    arrays, as: NPZDumper(compression: compression, access: .mapped, limits: limits))
                return try db["x"].bytes()
            }
        }
        var zip = ZipFile([deflated.changed { $0.hasDescriptor = true }, .init("a.txt", [1])])
        zip.comment = [1, 2, 3]
        seeds.append(zip.bytes)
        return seeds
    }

    @Test("Every truncation of a file is an error or the same arrays")
    func truncations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        for seed in try Self.seeds() {
            for count in (0..<seed.count).sampled {
                try db["x"].put(Array(seed[..<count]), as: RawBytes("npz"))
                #expect(throws: DirDBError.self) { try db["x"].get(as: NPZDumper(access: .owned)) }
                #expect(throws: DirDBError.self) { try db["x"].info() }
            }
        }
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }

    @Test("No mutation of a file can crash a reader, and what is loaded is what inspect tells")
    func mutations() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let seeds = try Self.seeds()
        var random = SplitMix64(state: 2026)
        var loaded = 0
        for round in (0..<6000).sampled {
            var bytes = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                // Every other time the end, where the directory is.
                let start = Bool.random(using: &random) ? 0 : bytes.count * 2 / 3
                let place = Int.random(in: start..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2: for index in bytes[place...].prefix(4).indices { bytes[index] = 0xFF }
                case 3: bytes.removeSubrange(place..<min(place + 3, bytes.count - 1))
                default: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
                }
            }
            try db["x"].put(bytes, as: RawBytes("npz"))
            let fields = try? db["x"].info().content.fields
            for access in [ArrayAccess.mapped, .owned] {
                do {
                    let arrays = try db["x"].get(as: NPZDumper(access: access))
                    let found = arrays.names.map { arrays.array(named: $0)?.shape }
                    #expect(fields?.filter { $0.dtype != "bytes" }.map(\.shape) == found)
                    if arrays.count > 0 { loaded += 1 }
                } catch is DirDBError {}
            }
        }
        #expect(loaded * samplingShare > 500)
        try db["x"].delete()
        #expect(try db.verify().isEmpty)
    }
}
