import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Copies of partitioned tables")
struct PartitionCopyTests {
    /// The paths of all files below a folder that peers look at: those that are not hidden.
    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            var isDirectory: ObjCBool = false
            if path.split(separator: "/").last?.hasPrefix(".") == true { return false }
            return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }.sorted()
    }

    private func table(_ count: Int = 8) throws -> Table {
        try Table([
            Column("x", (0..<count).map { Double($0) }), Column("k", (0..<count).map { Int64($0 % 2) }),
        ])
    }

    private static let parts = ["k=0/part-0.parquet", "k=1/part-0.parquet"]

    @Test(
        "A backup leaves nothing but data beside the parts, in the source and in the copy",
        arguments: [false, true])
    func backup(verifies: Bool) throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db.putPartitioned("t", table(), by: ["k"])
        let before = try files(db.path)
        var options = BackupOptions()
        options.verifies = verifies
        options.deletesOthers = true
        let report = try Backup.run(from: db.path, to: directory.path(of: "copy"), options: options)
        #expect(report.items(.copied).count == 2 && report.failures.isEmpty)
        let copy = try directory.database("copy")
        #expect(try files("\(copy.path)/t") == Self.parts)
        #expect(try copy.getPartitioned("t") == db.getPartitioned("t"))
        #expect(try files(db.path) == before)

        // What is gone from the source goes, what was changed is replaced.
        let one = try Table([Column("x", [0.5]), Column("k", [Int64(1)])])
        try db.putPartitioned("t", one, by: ["k"])
        let next = try Backup.run(from: db.path, to: copy.path, options: options)
        #expect(next.items(.removed).count == 1 && next.failures.isEmpty)
        #expect(next.items(.replaced).count == 1)
        #expect(try files("\(copy.path)/t") == [Self.parts[1]])
        #expect(try copy.getPartitioned("t") == one)
        #expect(try files("\(db.path)/t") == [Self.parts[1]])
        #expect(try copy.verify().isEmpty && db.verify().isEmpty)
    }

    @Test("A merge leaves nothing but data beside the parts, also when it moves or replaces them")
    func merge() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        let target = try directory.database("target")
        let table = try table()
        try db.putPartitioned("t", table, by: ["k"])
        let whole = try db.getPartitioned("t")
        try target.putPartitioned("t", Table([Column("x", [0.5]), Column("k", [Int64(1)])]), by: ["k"])
        #expect(throws: DirDBError.self) { try Merge.run(from: db.path, into: target.path) }
        var options = MergeOptions()
        options.onConflict = .replace
        options.movesEntries = true
        let report = try Merge.run(from: db.path, into: target.path, options: options)
        #expect(report.failures.isEmpty)
        #expect(try files("\(target.path)/t") == Self.parts)
        #expect(try target.getPartitioned("t") == whole)
        #expect(!FileManager.default.fileExists(atPath: "\(db.path)/t"))
        #expect(try target.verify().isEmpty && db.verify().isEmpty)
    }

    @Test(
        "A part that was put, copied, locked or imported by hand is read with its folder by all peers",
        .enabled(if: Python.isExpected))
    func byHand() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db.putPartitioned("t", table(), by: ["k"])
        let part = try Table([Column("x", [8.5])])
        try db["t", "k=2", "part-0"].put(part)
        try db["t", "k=2", "part-0"].copy(to: db["t", "k=3", "part-1"])
        try db["t", "k=0", "part-0"].withLock { _ in }
        // Whatever the folder was opened at, the lock is the same file.
        let inner = try Database("\(db.path)/t/k=2")
        try inner["part-0"].withLock { _ in
            #expect(
                (#expect(throws: DirDBError.self) { try db["t", "k=2", "part-0"].put(part, timeout: .zero) })?
                    .code
                    == .wouldDeadlock)
        }
        let copy = directory.path(of: "copy")
        #expect(try FolderImport.run(.files, from: db.path, into: copy).imported.count == 4)
        for path in [db.path, copy] {
            let output = try Python.run(
                """
                import sys, pandas, polars, duckdb, dask.dataframe, pyarrow.parquet
                path = sys.argv[1]
                print(len(pandas.read_parquet(path)), len(polars.read_parquet(path)), len(pyarrow.parquet.read_table(path)),
                      len(dask.dataframe.read_parquet(path)),
                      duckdb.sql(f"select count(*) from read_parquet('{path}/**/*.parquet')").fetchall()[0][0])
                """, ["\(path)/t"])
            #expect(output == "10 10 10 10 10\n")
        }
        #expect(try db.verify().isEmpty)
    }

    @Test("A folder that is itself the table is copied the same way; a part with metadata stays a pair")
    func others() throws {
        let directory = try TemporaryDirectory()
        let db = try directory.database("db")
        try db.putPartitioned("t", table(), by: ["k"])
        let root = try Database("\(db.path)/t")
        try Backup.run(from: root.path, to: directory.path(of: "copy"))
        #expect(try files(directory.path(of: "copy")) == Self.parts)
        try root["k=0", "part-0"].withLock { $0.meta.unit = "mV" }
        try Backup.run(from: root.path, to: directory.path(of: "copy"))
        let copy = try directory.database("copy")
        #expect(try copy["k=0", "part-0"].meta == ["unit": "mV"])
        #expect(try copy["k=0", "part-0"].bytes() == root["k=0", "part-0"].bytes())
        #expect(try copy.verify().isEmpty)
    }
}
