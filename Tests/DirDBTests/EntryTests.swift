import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Entries: data and metadata")
struct EntryTests {
    @Test("Put keeps the metadata unless some is given, and an empty object removes it")
    func metadataOfPut() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        try entry.put([2])
        #expect(try entry.meta == ["k": 1])
        #expect(try entry.bytes() == [2])
        try entry.put([3], meta: ["l": 2])
        #expect(try entry.meta == ["l": 2])
        try entry.put([4], meta: [:])
        #expect(try entry.meta == [:])
        #expect(try directory.names() == ["a.bin", "a.lock"])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test(
        "Every way of reading gives the same bytes, empty data included", arguments: [0, 1, 5000, 3_000_000])
    func reading(_ count: Int) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try entry.put(bytes, meta: ["k": 1])
        #expect(try entry.exists)
        #expect(try entry.bytes() == bytes)
        #expect(try entry.get([UInt8].self) == bytes)
        #expect(try entry.map().withUnsafeBytes { Array($0) } == bytes)
        #expect(
            try entry.withData { try $0.readBytes(at: 1, count: 3) } == Array(bytes.dropFirst().prefix(3)))
        #expect(try entry.withData { try $0.readBytes(at: Int64(count) + 1) } == [])
        let info = try entry.info()
        #expect(info.format == "bin" && info.bytes == Int64(count) && info.content == FormatInfo())
        let pair = try entry.inspect()
        #expect(try pair.info.get() == info)
        #expect(try pair.meta.get() == ["k": 1])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A mapping and an open file stay the version they were when the entry is replaced or deleted")
    func snapshots() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1, 2, 3])
        let mapped = try entry.map()
        try entry.withData { (file) throws in
            try entry.put([4])
            try entry.delete()
            #expect(try file.readBytes() == [1, 2, 3])
        }
        #expect(mapped.withUnsafeBytes { Array($0) } == [1, 2, 3])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Metadata is updated in place, replaced and removed; an unchanged one is not written")
    func metadata() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        let result = try entry.updateMeta { (meta) -> Int in
            meta.stats.max = 2.0
            return 7
        }
        #expect(result == 7)
        #expect(try JSON(parsing: Array(directory.text("a.json").utf8)) == ["k": 1, "stats": ["max": 2.0]])
        try failing(.rename, EIO) { () throws in
            try entry.updateMeta { $0.k = 1 }
            try entry.withLock { _ = $0.meta.k }
        }
        try entry.replaceMeta(with: ["only": true])
        #expect(try entry.meta == ["only": true])
        try entry.replaceMeta(with: [:])
        try entry.replaceMeta(with: [:])
        #expect(try directory.names() == ["a.bin", "a.lock"])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test(
        "Delete removes data and metadata, leaves the empty lock file, and creates nothing for an absent entry"
    )
    func deletion() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], meta: ["k": 1])
        try db["a"].delete()
        #expect(try directory.names() == ["a.lock"])
        #expect(try directory.text("a.lock") == "")
        try db["m"].updateMeta { $0.k = 1 }
        try db["m"].delete()
        for name in ["a", "none"] {
            let path = directory.path(of: name)
            let expected = DirDBError(
                .notFound, path: path, "there is no entry \(path)",
                remedy: "list the database to see its entries")
            #expect(failure { () throws in try db[name].delete() } == expected)
            #expect(failure { () throws in _ = try db[name].bytes() } == expected)
            #expect(failure { () throws in _ = try db[name].info() } == expected)
        }
        #expect(failure { () throws in try db["sub", "none"].delete() }?.code == .notFound)
        #expect(try directory.names() == ["a.lock", "m.lock"])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "New files have the mode 0666 under the umask; a replaced file keeps its own",
        arguments: [nil, "dat"] as [String?])
    func modes(_ format: String?) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        let mask = umask(0)
        umask(mask)
        for name in ["a.bin", "a.json", "a.lock"] {
            #expect(try directory.permissions(name) == 0o666 & ~mask)
        }
        try directory.setPermissions("a.bin", 0o640)
        try directory.setPermissions("a.json", 0o604)
        try entry.put([2], as: RawBytes(format ?? "bin"), meta: ["k": 2])
        #expect(try directory.permissions("a.\(format ?? "bin")") == 0o640)
        #expect(try directory.permissions("a.json") == 0o604)
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Metadata that cannot be written is refused by a sentence that names the key, and changes nothing")
    func unwritable() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database(strictJSON: true)["a"]
        try entry.put([1], meta: ["k": 1])
        let nan: JSON = ["stats": ["list": [1, .real(.nan)]]]
        let error = try #require(failure { () throws in try entry.put([2], meta: nan) })
        #expect(error.code == .invalidArgument && error.path == entry.path)
        #expect(error.message.hasPrefix("the metadata of \(entry.path) cannot be written: stats.list[1]: "))
        #expect(
            failure { () throws in try entry.updateMeta { $0.x = .real(.infinity) } }?.code
                == .invalidArgument)
        let expected = DirDBError(
            .invalidArgument, path: entry.path, subject: "the metadata of \(entry.path) cannot be written",
            "it must be an object", remedy: "put the value under a key")
        #expect(failure { () throws in try entry.put([2], meta: 5) } == expected)
        #expect(failure { () throws in try entry.replaceMeta(with: [1]) } == expected)
        #expect(failure { () throws in try entry.withLock { $0.meta = .null } } == expected)
        #expect(try entry.bytes() == [1])
        #expect(try entry.meta == ["k": 1])
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        let tolerant = try directory.database()["a"]
        try tolerant.put([2], meta: nan)
        #expect(try directory.text("a.json").contains("NaN"))
        #expect(try entry.meta.stats.list[1].asDouble?.isNaN == true)
        #expect(try entry.database.verify().isEmpty)
    }

    @Test(
        "Damaged metadata is reported, stays in the way of no data, and is repaired by replacing it",
        arguments: [
            ("", "line 1, column 1"), ("{", "line 1"), ("[1]", "it is not a JSON object"),
            ("{\"k\": 1} x", "line 1"), ("5", "it is not a JSON object"),
        ])
    func damagedMetadata(_ text: String, _ cause: String) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        try directory.write(text, to: "a.json")
        let path = directory.path(of: "a.json")
        let error = try #require(failure { () throws in _ = try entry.meta })
        #expect(error.code == .damagedMetadata && error.path == path)
        #expect(error.message.hasPrefix("the metadata in \(path) is damaged: \(cause)"))
        #expect(error.message.hasSuffix("; repair the file or replace its whole content"))
        #expect(failure { () throws in try entry.updateMeta { $0.k = 1 } } == error)
        #expect(
            failure { () throws in try entry.withLock { _ in _ = Issue.record("the body ran") } } == error)
        #expect(try entry.inspect().info.get()?.bytes == 1)
        #expect(failure { () throws in _ = try entry.inspect().meta.get() } == error)
        #expect(try entry.bytes() == [1])
        try entry.put([2])
        #expect(try directory.text("a.json") == text)
        try entry.replaceMeta(with: ["k": 1])
        #expect(try entry.meta == ["k": 1])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("Entries compare and sort by path, and are values that need no files")
    func values() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        #expect(try db["a"] == directory.database(.readOnly)["a"])
        #expect(try db["a"] < db["b"])
        #expect(try db["sub", "a"] == db.entry(at: ["sub", "a"]))
        #expect(try db["sub", "a"].path == directory.path(of: "sub/a"))
        #expect(try Set([db["a"], db["a"].format("npy"), db["b"]]).count == 2)
        #expect(failure { () throws in _ = try db.entry(at: []) }?.code == .invalidName)
        #expect(try directory.names() == [])
    }
}
