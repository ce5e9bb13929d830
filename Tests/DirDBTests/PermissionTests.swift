import DirDBWorkflow
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DirDB

@Suite("Directories and file systems that refuse")
struct PermissionTests {
    private static let advice = "ask its owner, or that of its directory, for permission"

    /// Runs the body with the file permissions of user nobody, also when the tests run as root.
    ///
    /// setfsuid(2) changes what the calling thread alone may do with files, hence a thread of its own.
    private func unprivileged<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) throws -> Result {
        let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)
        let thread = Thread {
            let result = Swift.Result { () throws in
                // The Glibc module leaves sys/fsuid.h out.
                for name in ["setfsgid", "setfsuid"] {
                    let address = try #require(dlsym(nil, name))
                    _ = unsafeBitCast(address, to: (@convention(c) (UInt32) -> Int32).self)(65534)
                }
                return try body()
            }
            outcome.withLock { $0 = result }
        }
        thread.start()
        while !thread.isFinished { usleep(500) }
        return try #require(outcome.withLock { $0 }).get()
    }

    private func denied(_ action: String, _ path: String) -> DirDBError {
        DirDBError(
            .permissionDenied, path: path, errno: EACCES, subject: "cannot \(action) \(path)",
            "Permission denied", remedy: Self.advice)
    }

    @Test("What replaces a file that only its owner may read is hidden from others while it is written, too")
    func privateFiles() throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1])
        try directory.setPermissions("a.bin", 0o600)
        var modes: [mode_t] = []
        try entry.put(format: "bin") { sink in
            try sink.write([2])
            for name in try directory.names() where name.hasSuffix(".tmp") {
                var status = stat()
                #expect(lstat(directory.path(of: name), &status) == 0)
                modes.append(status.st_mode & 0o7777)
            }
        }
        #expect(modes == [0o600])
    }

    @Test("In a directory that may not be written, reading works and changing is refused by a sentence")
    func readOnlyDirectory() throws {
        let directory = try TemporaryDirectory()
        try directory.write("x", to: "a.bin")
        try directory.write(#"{"k": 1}"#, to: "a.json")
        try directory.write("", to: "locked.lock")
        try directory.write("x", to: "locked.bin")
        try directory.setPermissions("", 0o555)
        let (put, locked, missing) = try unprivileged { [path = directory.path] () throws in
            let db = try Database(path, dumpers: [])
            #expect(try db["a"].bytes() == Array("x".utf8))
            #expect(try db["a"].meta == ["k": 1])
            #expect(try db["a"].info().bytes == 1)
            #expect(try db.entries(order: .name).map(\.name) == ["a", "locked"])
            #expect(try db["locked"].withLock { try $0.bytes() } == Array("x".utf8))
            let readOnly = try Database(path, .readOnly, dumpers: [])
            #expect(try readOnly["a"].inspect().meta.get() == ["k": 1])
            #expect(try db.verify().isEmpty)
            return (
                failure { () throws in try db["a"].put([1]) },
                failure { () throws in try db["locked"].put([1]) },
                failure { () throws in _ = try Database("\(path)/new/db", dumpers: []) }
            )
        }
        #expect(put == denied("create", directory.path(of: "a.lock")))
        #expect(locked?.code == .permissionDenied)
        #expect(locked?.message.hasPrefix("cannot create \(directory.path(of: ".locked."))") == true)
        #expect(missing == denied("create the directory", directory.path(of: "new")))
        try directory.setPermissions("", 0o755)
    }

    @Test("A directory that may not be entered refuses everything by a sentence", arguments: [0o644, 0o000])
    func notEntered(_ mode: UInt32) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["sub", "a"].put([1])
        try directory.setPermissions("sub", mode)
        let sub = try db.subdatabase("sub")
        let (get, put, kinds) = try unprivileged { () throws in
            (
                failure { () throws in _ = try sub["a"].bytes() },
                failure { () throws in try sub["a"].put([1]) },
                try db.verify().map(\.kind)
            )
        }
        let path = directory.path(of: "sub")
        if mode == 0 {
            #expect(get == denied("open the sub-database", path))
            #expect(put == denied("open the sub-database", path))
        } else {
            #expect(get == denied("examine", "\(path)/.a.intent"))
            #expect(put == denied("open", "\(path)/a.lock"))
        }
        #expect(kinds.contains(.unreadable))
        try directory.setPermissions("sub", 0o755)
        #expect(try db.verify().isEmpty)
    }

    @Test("A file of another user that may not be read is named")
    func unreadableFile() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        try directory.setPermissions("a.bin", 0)
        let (error, findings) = try unprivileged {
            (failure { () throws in _ = try db["a"].bytes() }, try db.verify())
        }
        let path = directory.path(of: "a.bin")
        #expect(error == denied("open", path))
        // Writing it again, the remedy of damage, would destroy what may be sound.
        #expect(findings.map(\.kind) == [.unreadable] && findings.map(\.path) == [path])
        #expect(findings.map(\.error.message) == [error?.message ?? ""])
        #expect(try db.verify().isEmpty)
    }

    @Test("Another user's lock file, which may only be read, still locks")
    func othersLockFile() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        try directory.setPermissions("", 0o777)
        try directory.setPermissions("a.lock", 0o444)
        try unprivileged { () throws in try db["a"].put([2], meta: ["k": 1], timeout: .seconds(20)) }
        #expect(try db["a"].bytes() == [2])
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "A full disk, an exceeded quota or limit leaves the old entry and nothing else",
        arguments: [
            (ENOSPC, "free some space or choose another disk, then do it again"),
            (EDQUOT, "free some space or choose another disk, then do it again"),
            (EFBIG, "raise the limit on file sizes (ulimit -f) or store a smaller value"),
        ])
    func noSpace(_ errno: Int32, _ remedy: String) throws {
        let directory = try TemporaryDirectory()
        let entry = try directory.database()["a"]
        try entry.put([1], meta: ["k": 1])
        let error = try #require(
            failing(.write, errno) { failure { () throws in try entry.put([2], meta: ["k": 2]) } })
        #expect(error.code == .noSpace && error.errno == errno)
        #expect(error.path.hasPrefix(directory.path(of: ".a.")))
        #expect(
            error.message == "cannot write \(error.path): \(String(cString: strerror(errno))); \(remedy)")
        #expect(try directory.names() == ["a.bin", "a.json", "a.lock"])
        #expect(try entry.bytes() == [1])
        #expect(try entry.meta == ["k": 1])
        #expect(try entry.database.verify().isEmpty)
    }

    @Test("A read-only file system says how to open the database")
    func readOnlyFileSystem() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        let error = failing(.open, EROFS, on: "a.lock") {
            failure { () throws in try db["a"].put([1]) }
        }
        let path = directory.path(of: "a.lock")
        #expect(
            error
                == DirDBError(
                    .permissionDenied, path: path, errno: EROFS, subject: "cannot open \(path)",
                    "Read-only file system",
                    remedy: "the file system is read-only: open the database read-only"))
    }

    @Test(
        "Every failure of the system has a code and a remedy",
        arguments: [
            (
                EMFILE, DirDBError.Code.system,
                "too many files are open: raise the limit (ulimit -n) or close some"
            ),
            (EIO, .system, "the disk reports an error: check it and the system's log, then do it again"),
            (ESTALE, .notFound, "it vanished meanwhile: look again"),
            (
                EXDEV, .invalidArgument,
                "the two are on different file systems: copy, then delete the original"
            ),
            (EPERM, .permissionDenied, "ask its owner, or that of its directory, for permission"),
            (ENODEV, .notRegular, "it is not a regular file: move it out of the database"),
            (EBADF, .system, "do it again when the cause is removed"),
        ])
    func systemErrors(_ errno: Int32, _ code: DirDBError.Code, _ remedy: String) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database()
        try db["a"].put([1])
        let error = failing(.open, errno, on: "a.bin") {
            failure { () throws in _ = try db["a"].bytes() }
        }
        let path = directory.path(of: "a.bin")
        #expect(
            error
                == DirDBError(
                    code, path: path, errno: errno, subject: "cannot open \(path)",
                    String(cString: strerror(errno)), remedy: remedy))
        #expect(try db.verify().isEmpty)
    }

    @Test("A removed database is missing, for values that were made before")
    func removedDatabase() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path(of: "db")
        let db = try Database(path, dumpers: [])
        let sub = try db.subdatabase("sub")
        try sub["a"].put([1])
        try FileManager.default.removeItem(atPath: directory.path(of: "db/sub"))
        #expect(try !sub["a"].exists)
        #expect(
            failure { () throws in _ = try sub["a"].bytes() }?.message
                == "there is no database at \(path)/sub; check the path or create it by a first put")
        try sub["a"].put([2])
        #expect(try db.verify().isEmpty)
        try FileManager.default.removeItem(atPath: path)
        #expect(failure { () throws in _ = try db["a"].exists }?.code == .notFound)
        #expect(failure { () throws in try db["a"].put([1]) }?.code == .notFound)
        #expect(failure { () throws in _ = try db.verify() }?.code == .notFound)
    }

    @Test("A sub-database that may not be read is told; the others are listed, recovered and verified")
    func unreadableSubdatabase() throws {
        let directory = try TemporaryDirectory()
        try directory.write("x", to: "a/x.bin")
        try directory.write("x", to: "b/hidden.bin")
        try directory.write("x", to: "c/.y.0123456789abcdef.bin.tmp")
        try directory.write("x", to: "c/y.bin")
        for name in ["", "a", "c"] { try directory.setPermissions(name, 0o777) }
        try directory.setPermissions("b", 0o000)
        defer { try? directory.setPermissions("b", 0o777) }
        let expected = denied("open the sub-database", directory.path(of: "b"))
        try unprivileged { [path = directory.path] () throws in
            let db = try Database(path, dumpers: [])
            for order in [Database.Order.unsorted, .name] {
                let entries = try db.entries(recursive: true, order: order)
                #expect(entries.map(\.name).sorted() == ["x", "y"])
                #expect(entries.failures == [expected])
            }
            #expect(failure { () throws in _ = try db.subdatabases(recursive: true) } == expected)
            let report = try db.recover()
            #expect(report.removedTemporaries == 1 && report.failures == [expected])
            #expect(try db.verify().map(\.kind) == [.unreadable])
        }
    }
}
