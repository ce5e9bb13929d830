import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Renaming and copying")
struct RenamingTests {
    @Test(
        "Rename moves data and metadata, also into another sub-database",
        arguments: [[], ["one"], ["two", "deep"]])
    func rename(_ place: [String]) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["one", "a"].put([1], as: RawBytes("hoc"), meta: ["k": 1])
        let target = try db.entry(at: place + ["b"])
        try db["one", "a"].rename(to: target)
        #expect(try target.bytes() == [1])
        #expect(try target.info().format == "hoc")
        #expect(try target.meta == ["k": 1])
        #expect(try !db["one", "a"].exists && db["one", "a"].meta == [:])
        #expect(try db.entries(recursive: true, withoutData: true).map(\.self) == [target])
        #expect(try db.verify().isEmpty)
    }

    @Test("An existing target is refused unless it is to be replaced, which replaces data and metadata")
    func replacing() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["data"].put([2], as: RawBytes("hoc"), meta: ["k": 2])
        try db["meta"].replaceMeta(with: ["k": 3])
        for name in ["data", "meta"] {
            try db["a"].put([1])
            let path = directory.path(of: name)
            let expected = DirDBError(
                .alreadyExists, path: path, "there is an entry \(path) already",
                remedy: "ask for it to be replaced or choose another name")
            #expect(failure { () throws in try db["a"].rename(to: db[name]) } == expected)
            #expect(failure { () throws in try db["a"].copy(to: db[name]) } == expected)
            #expect(try db["a"].bytes() == [1])
            try db["a"].rename(to: db[name], replacing: true)
            #expect(try db[name].bytes() == [1])
            #expect(try db[name].meta == [:])
        }
        #expect(try directory.names().filter { !$0.hasSuffix(".lock") } == ["data.bin", "meta.bin"])
        #expect(try db.verify().isEmpty)
    }

    @Test("Renaming or copying onto itself, to another database or a missing source is refused")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), dumpers: [])
        let other = try Database(directory.path(of: "other"), dumpers: [])
        try db["a"].put([1])
        let same = DirDBError(
            .invalidArgument, path: db.path + "/a", "source and target are both \(db.path)/a",
            remedy: "choose another target")
        #expect(failure { () throws in try db["a"].rename(to: db["a"], replacing: true) } == same)
        #expect(failure { () throws in try db["a"].copy(to: db["a"], replacing: true) } == same)
        #expect(
            failure { () throws in try db["a"].rename(to: other["a"]) }
                == DirDBError(
                    .invalidArgument, path: other.path + "/a", "\(other.path)/a is in another database",
                    remedy: "copy the entry there, then delete the original"))
        let missing = DirDBError(
            .notFound, path: db.path + "/none", "there is no entry \(db.path)/none",
            remedy: "list the database to see its entries")
        #expect(failure { () throws in try db["none"].rename(to: db["new", "b"]) } == missing)
        #expect(failure { () throws in try db["none"].copy(to: db["new", "b"]) } == missing)
        #expect(try directory.names() == ["db", "db/a.bin", "db/a.lock", "other"])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A copy to any database holds the same bytes of data and metadata, damaged or not standard",
        arguments: [nil, #"{"b": 1.50, "a": NaN}"#, "{ damaged", ""] as [String?])
    func copy(_ metadata: String?) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "db"), dumpers: [])
        let other = try Database(directory.path(of: "other"), dumpers: [])
        let bytes = [UInt8](repeating: 5, count: 3_000_000)
        try db["a"].put(bytes, as: RawBytes("hoc"))
        if let metadata { try directory.write(metadata, to: "db/a.json") }
        try other["sub", "b"].put([9], meta: ["old": true])
        for target in [try db["b"], try other["sub", "b"]] {
            try db["a"].copy(to: target, replacing: true)
            #expect(try target.bytes() == bytes)
            #expect(try target.info().format == "hoc")
        }
        for path in ["db/b.json", "other/sub/b.json"] {
            #expect((try? directory.text(path)) == metadata)
        }
        #expect(try db["a"].exists)
        #expect(
            try other.verify().map(\.kind)
                == (metadata == "" || metadata == "{ damaged" ? [.damaged] : []))
    }

    @Test("Copying onto itself by another path of the directory is refused, and does not wait for itself")
    func otherPath() throws {
        let directory = try TemporaryDirectory()
        let one = try Database(directory.path(of: "db"), durability: .relaxed, dumpers: [])
        try one["x"].put([1])
        #expect(Glibc.rename(one.path, directory.path(of: "moved")) == 0)
        let two = try Database(directory.path(of: "moved"), durability: .relaxed, dumpers: [])
        let error = failure { try one["x"].copy(to: two["x"], replacing: true, timeout: .seconds(60)) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("Entries whose lock files are one file, in a copy of hard links, are refused and left alone")
    func linkedLocks() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        for name in ["a", "sub/b", "sub/c"] {
            try db.entry(at: name.split(separator: "/").map(String.init)).put([1])
        }
        for name in ["sub/b.lock", "sub/c.lock"] {
            #expect(Glibc.unlink(directory.path(of: name)) == 0)
            #expect(Glibc.link(directory.path(of: "a.lock"), directory.path(of: name)) == 0)
        }
        try db["a"].put([2])
        let copy = failure { try db["a"].copy(to: db["sub", "b"], replacing: true, timeout: .seconds(60)) }
        let rename = failure {
            try db["a"].rename(to: db["sub", "c"], replacing: true, timeout: .seconds(60))
        }
        #expect(copy?.code == .wouldDeadlock && rename?.code == .wouldDeadlock)
        #expect(try db["sub", "b"].bytes() == [1] && db["sub", "c"].bytes() == [1] && db["a"].bytes() == [2])
    }

    @Test("Renaming over another link of the same file leaves the new name alone")
    func linkedFiles() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1], meta: ["k": 1])
        #expect(Glibc.link(directory.path(of: "a.bin"), directory.path(of: "b.bin")) == 0)
        try db["a"].rename(to: db["b"], replacing: true)
        #expect(try directory.names() == ["a.lock", "b.bin", "b.json", "b.lock"])
    }

    @Test("Formats are told apart by their bytes, not by what they look like")
    func normalization() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let (composed, decomposed) = ("\u{e9}", "e\u{301}")
        try directory.write("1", to: "a.\(composed)")
        #expect(failure { try db["a"].format(decomposed).delete() }?.code == .notFound)
        try directory.write("2", to: "b.\(decomposed)")
        try db["a"].rename(to: db["b"], replacing: true)
        #expect(
            try directory.names().filter { !$0.hasSuffix(".lock") }.map { Array($0.utf8) } == [
                Array("b.\(composed)".utf8)
            ])
    }

    @Test("Metadata without data is renamed and copied too, and replaces data")
    func metadataOnly() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["m"].replaceMeta(with: ["k": 1])
        try db["b"].put([1], meta: ["k": 2])
        try db["m"].copy(to: db["b"], replacing: true)
        try db["m"].rename(to: db["n"])
        #expect(try directory.names().filter { !$0.hasSuffix(".lock") } == ["b.json", "n.json"])
        #expect(try db["b"].meta == ["k": 1])
        #expect(try db.verify().map(\.kind) == [.metadataWithoutData, .metadataWithoutData])
    }

    @Test("A rename or copy that waits names the entry that is locked", arguments: ["a", "b"])
    func waiting(_ locked: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        let lock = try directory.lock("\(locked).lock")
        for attempt in [
            { try db["a"].rename(to: db["b"], timeout: .zero) },
            { try db["a"].copy(to: db["b"], timeout: .zero) },
        ] {
            let error = failure(attempt)
            #expect(error?.code == .locked)
            #expect(error?.path == directory.path(of: locked))
        }
        _ = consume lock
        try db["a"].rename(to: db["b"], timeout: .seconds(20))
        #expect(try db.verify().isEmpty)
    }
}
