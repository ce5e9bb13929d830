import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@testable import DirDB

@Suite("Opening databases")
struct DatabaseOpeningTests {
    @Test("A missing database is made, with the directories above it, however its path is written")
    func creation() throws {
        let directory = try TemporaryDirectory()
        for path in ["a/b/c", "trailing///", "x//y", "\u{301}mark/\u{301}z", "new/../other"] {
            let db = try Database(directory.path(of: path), dumpers: [])
            try db["e"].put([1])
            #expect(try db["e"].bytes() == [1])
            #expect(try db.verify().isEmpty)
        }
        #expect(try directory.names().contains("a/b/c/e.bin"))
        #expect(access(directory.path(of: "\u{301}mark/\u{301}z/e.bin"), F_OK) == 0)
        #expect(
            try Database(directory.path(of: "trailing/"), .mustExist, dumpers: []).path
                == directory.path(of: "trailing"))
    }

    @Test(
        "A missing database is an error where it must exist", arguments: [Database.Mode.mustExist, .readOnly])
    func missing(_ mode: Database.Mode) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(of: "none")
        let expected = DirDBError(
            .notFound, path: path, "there is no database at \(path)",
            remedy: "check the path or create it by a first put")
        #expect(failure { () throws in _ = try Database(path, mode, dumpers: []) } == expected)
        #expect(try directory.names() == [])
    }

    @Test(
        "A file in the way of a database is named",
        arguments: [("file", "open the directory"), ("file/db", "create the database")])
    func fileInTheWay(_ name: String, _ action: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("x", to: "file")
        let path = directory.path(of: name)
        let expected = DirDBError(
            .notRegular, path: path, errno: ENOTDIR, subject: "cannot \(action) \(path)", "Not a directory",
            remedy: "a file stands where a directory is needed: choose another name")
        #expect(failure { () throws in _ = try Database(path, dumpers: []) } == expected)
        #expect(try directory.text("file") == "x")
    }

    @Test("A path that holds a NUL, or nothing, opens no database")
    func badPaths() throws {
        let directory = try TemporaryDirectory()
        let error = failure { () throws in _ = try Database("\(directory.path)\0/other", dumpers: []) }
        #expect(error?.code == .invalidName)
        #expect(failure { () throws in _ = try Database("", dumpers: []) }?.code == .notFound)
    }

    @Test("A path too long for the system is an error of the name")
    func longPath() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(of: String(repeating: "n", count: 256))
        let error = failure { () throws in _ = try Database(path, dumpers: []) }
        #expect(
            error
                == DirDBError(
                    .invalidName, path: path, errno: ENAMETOOLONG,
                    subject: "cannot create the database \(path)", "File name too long",
                    remedy: "choose a shorter name"))
    }

    @Test("A database may be reached through a symbolic link, a sub-database may not")
    func links() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path(of: "real"), dumpers: [])
        try db["sub", "e"].put([1])
        try #require(symlink("real", directory.path(of: "link")) == 0)
        try #require(symlink("sub", directory.path(of: "real/alias")) == 0)
        let linked = try Database(directory.path(of: "link"), .mustExist, dumpers: [])
        #expect(linked == db)
        #expect(try linked["sub", "e"].bytes() == [1])
        let path = directory.path(of: "real/alias")
        let expected = DirDBError(
            .notRegular, path: path, errno: ELOOP, subject: "cannot open the sub-database \(path)",
            "Too many levels of symbolic links",
            remedy: "it is a symbolic link, which is never followed here: remove the link")
        #expect(failure { () throws in _ = try db["alias", "e"].bytes() } == expected)
        #expect(failure { () throws in try db["alias", "e"].put([2]) } == expected)
        #expect(failure { () throws in _ = try db.subdatabase("alias") } == expected)
        #expect(try db.subdatabases(recursive: true).map(\.path) == [directory.path(of: "real/sub")])
        #expect(try db.entries(recursive: true).map(\.name) == ["e"])
        #expect(try db.verify().map(\.kind) == [.foreignFile])
    }

    @Test("A relative path is resolved when the database is opened, not later")
    func relativePath() throws {
        let directory = try TemporaryDirectory()
        let before = FileManager.default.currentDirectoryPath
        var depth = String(repeating: "../", count: before.split(separator: "/").count)
        depth.removeLast()
        let db = try Database("\(depth)\(directory.path)/relative", dumpers: [])
        #expect(db.path == directory.path(of: "relative"))
        try db["e"].put([1])
        #expect(try db.verify().isEmpty)
    }

    @Test("A dangling link in the place of a database is not written through")
    func danglingLink() throws {
        let directory = try TemporaryDirectory()
        try directory.place(.dangling, at: "db")
        let error = failure { () throws in _ = try Database(directory.path(of: "db"), dumpers: []) }
        #expect(error?.code == .notRegular)
        #expect(try directory.names() == ["db"])
    }

    @Test("Sub-databases are opened, made and listed by name")
    func subdatabases() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        #expect(failure { () throws in _ = try db.subdatabase("a", create: false) }?.code == .notFound)
        let deep = try db.subdatabase("b", "c")
        _ = try db.subdatabase("a")
        _ = try db.subdatabase("a", create: false)
        try FileManager.default.createDirectory(
            atPath: directory.path(of: ".hidden"), withIntermediateDirectories: false)
        #expect(deep.path == directory.path(of: "b/c"))
        #expect(try db.subdatabases().map(\.path) == ["a", "b"].map { "\(db.path)/\($0)" })
        #expect(
            try db.subdatabases(recursive: true).map(\.path) == ["a", "b", "b/c"].map { "\(db.path)/\($0)" })
        #expect(try db["b", "c", "e"] == deep["e"])
        #expect(try deep["e"].components == ["b", "c", "e"])
        #expect(try db["no", "such", "e"].exists == false)
        #expect(try db.verify().isEmpty)
    }

    @Test("A dumper for a reserved extension is refused, as it would take metadata for data")
    func reservedDumper() throws {
        let directory = try TemporaryDirectory()
        let error = failure { () throws in _ = try directory.database(dumpers: [RawBytes("json")]) }
        #expect(
            error?.message
                == "\"json\" cannot be the format of \(directory.path): the extension .json is reserved;"
                + " choose another extension")
    }
}
