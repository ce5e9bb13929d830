import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Tables partitioned as Hive does it")
struct ParquetPartitionTests {
    private func table(_ count: Int = 60) throws -> Table {
        try Table(
            [
                Column("x", (0..<count).map { Double($0) / 4 }),
                Column("trial", (0..<count).map { Int64($0 % 3) }),
                Column("site", (0..<count).map { ["soma", "a/b=c", "", nil, "%41 \u{85}ä"][$0 % 5] }),
                Column("name", (0..<count).map { "row-\($0)" }),
                Column("on", (0..<count).map { $0 % 2 == 0 }),
            ], index: "name")
    }

    /// The rows in an order that does not depend on partitions.
    private func sorted(_ table: Table) throws -> [String] {
        (0..<table.rowCount).map { row in
            table.columns.map { column in
                guard column.validity?[row] ?? true else { return "nil" }
                switch column.values {
                case .bool(let values): return "\(values[row])"
                case .int32(let values): return "\(values[row])"
                case .int64(let values): return "\(values[row])"
                case .float(let values): return "\(values[row])"
                case .double(let values): return "\(values[row])"
                case .string(let values): return values[row]
                case .binary, .list: return ""
                }
            }.joined(separator: "|")
        }.sorted()
    }

    @Test(
        "A table comes back with its columns, types and index, by any columns",
        arguments: [["trial"], ["site", "trial"], ["on"], ["trial", "on", "site"], ["name"]])
    func roundTrip(_ keys: [String]) throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try table()
        try db.putPartitioned("sub", table, by: keys)
        let read = try db.getPartitioned("sub")
        #expect(read.columns.map(\.name) == table.columns.map(\.name))
        #expect(read.columns.map(\.dtype) == table.columns.map(\.dtype))
        #expect(read.indexName == "name")
        #expect(try sorted(read) == sorted(table))
        #expect(try db.verify().isEmpty)
    }

    @Test("Directories are named after keys and values, with reserved bytes escaped")
    func names() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db.putPartitioned("sub", table(), by: ["site", "trial"])
        let sites = try db.subdatabase("sub").subdatabases().map { $0.path.split(separator: "/").last ?? "" }
        #expect(
            sites == [
                "site=", "site=%2541 %C2%85ä", "site=__HIVE_DEFAULT_PARTITION__", "site=a%2Fb%3Dc",
                "site=soma",
            ])
        #expect(try db["sub", "site=soma", "trial=2", "part-0"].get(Table.self).rowCount == 4)
        #expect(try db.verify().isEmpty)
    }

    @Test("A rewrite removes the partitions that are no more, and nothing else")
    func rewrite() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db.putPartitioned("sub", table(), by: ["trial"])
        try db["sub", "notes"].put(Array("text".utf8))
        try db["sub", "readme", "table"].put(ParquetTables.table(Column("a", [1.0])))
        try db["sub", "trial=1", "part-9"].put(ParquetTables.table(Column("x", [1.0])))
        let rest = try table(2)
        try db.putPartitioned("sub", rest, by: ["trial"])
        #expect(try sorted(db.getPartitioned("sub")) == sorted(rest))
        #expect(try db["sub", "notes"].exists && db["sub", "readme", "table"].exists)
        try db.putPartitioned("sub", rest.rows(0..<0), by: ["trial"])
        let error = #expect(throws: DirDBError.self) { try db.getPartitioned("sub") }
        #expect(error?.code == .notFound)
        #expect(throws: DirDBError.self) { try db.getPartitioned("absent") }
        #expect(try db.verify().isEmpty)
    }

    @Test("Nothing but data is ever in the directories of a table; what a killed writer leaves is recovered")
    func onlyData() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let (calls, keys) = (Disturbance.none(), ["trial", "on"])
        let files = { () throws -> [String] in
            try directory.names().filter { name in
                var isDirectory: ObjCBool = false
                let exists = FileManager.default.fileExists(
                    atPath: directory.path(of: name), isDirectory: &isDirectory)
                return exists && !isDirectory.boolValue
            }
        }
        try db.putPartitioned("sub", table(), by: keys)
        try calls.run { try db.putPartitioned("sub", table(), by: keys) }
        for call in (0..<calls.count).sampled {
            try? Disturbance.death(at: call).run { try db.putPartitioned("sub", table(), by: keys) }
            #expect(
                try files().allSatisfy { !$0.contains("=") || $0.hasSuffix("/part-0.parquet") },
                "call \(call)")
        }
        _ = try db.recover()
        _ = try db.getPartitioned("sub")
        try db.putPartitioned("sub", table(2), by: keys)
        #expect(
            try files() == [
                "sub.lock", "sub/trial=0/on=true/part-0.parquet", "sub/trial=1/on=false/part-0.parquet",
            ])
        #expect(try db.verify().isEmpty)
    }

    @Test("A file that is replaced keeps its permissions, and no link is followed or replaced")
    func replacing() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db.putPartitioned("sub", table(3), by: ["trial"])
        let file = directory.path(of: "sub/trial=1/part-0.parquet")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        try db.putPartitioned("sub", table(), by: ["trial"])
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
        try FileManager.default.removeItem(atPath: file)
        try directory.write("mine", to: "other.bin")
        try FileManager.default.createSymbolicLink(
            atPath: file, withDestinationPath: directory.path(of: "other.bin"))
        let error = #expect(throws: DirDBError.self) { try db.putPartitioned("sub", table(), by: ["trial"]) }
        #expect(error?.code == .notRegular)
        #expect(try directory.text("other.bin") == "mine")
        try FileManager.default.removeItem(atPath: file)
        #expect(try db.verify().isEmpty)
    }

    @Test("Whatever call fails, files are whole, and writing again completes the rewrite")
    func failures() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let (old, new) = (try table(9), try table(60).rows(1..<20))
        let calls = Disturbance.none()
        try db.putPartitioned("sub", old, by: ["site", "trial"])
        try calls.run { try db.putPartitioned("sub", new, by: ["site", "trial"]) }
        for call in stride(from: 0, to: calls.count, by: 5).sampled {
            try db.putPartitioned("sub", old, by: ["site", "trial"])
            try? Disturbance.failure(at: call, 5).run {
                try db.putPartitioned("sub", new, by: ["site", "trial"])
            }
            let seen = Set(try sorted(db.getPartitioned("sub")))
            #expect(seen.isSubset(of: try Set(sorted(old)).union(sorted(new))))
            try db.putPartitioned("sub", new, by: ["site", "trial"])
            #expect(try sorted(db.getPartitioned("sub")) == sorted(new))
        }
        #expect(try db.verify().isEmpty)
    }

    @Test(
        "Whatever call fails, reading gives all rows or an error, and a rewrite leaves no old rows unless it throws"
    )
    func failingCalls() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let (old, new) = (try table(9), try table(60).rows(1..<20))
        let (reading, rewriting) = (Disturbance.none(), Disturbance.none())
        try db.putPartitioned("sub", new, by: ["site", "trial"])
        try reading.run { _ = try db.getPartitioned("sub") }
        for call in (0..<reading.count).sampled {
            guard let read = try? Disturbance.failure(at: call, 5).run({ try db.getPartitioned("sub") })
            else {
                continue
            }
            #expect(try sorted(read) == sorted(new), "call \(call)")
        }
        try db.putPartitioned("sub", old, by: ["site", "trial"])
        try rewriting.run { try db.putPartitioned("sub", new, by: ["site", "trial"]) }
        for call in (0..<rewriting.count).sampled {
            try db.putPartitioned("sub", old, by: ["site", "trial"])
            let outcome = Result {
                try Disturbance.failure(at: call, 5).run {
                    try db.putPartitioned("sub", new, by: ["site", "trial"])
                }
            }
            guard case .success = outcome else { continue }
            #expect(try sorted(db.getPartitioned("sub")) == sorted(new), "call \(call)")
        }
        _ = try db.recover()
        #expect(try db.verify().isEmpty)
    }

    @Test("A database that is opened read-only is read, and nothing is made or changed in it")
    func readOnly() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try table()
        // As another program would leave it: without the lock of the whole.
        try db["sub", "trial=1", "part-0"].put(table)
        let names = try directory.names()
        let reader = try Database(directory.path, .readOnly)
        let read = try reader.getPartitioned("sub")
        // The directory says the value, whatever is in the file.
        #expect(read["trial"] == Column("trial", [Int64](repeating: 1, count: 60)))
        #expect(read.columns.map(\.name) == ["x", "site", "name", "on", "trial"] && read.indexName == "name")
        let error = #expect(throws: DirDBError.self) {
            try reader.putPartitioned("sub", table, by: ["site"])
        }
        #expect(error?.code == .readOnly)
        #expect(try directory.names() == names)
        #expect(try db.verify().isEmpty)
    }

    @Test("What cannot be partitioned is refused before anything is written")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        let table = try table()
        let long = try ParquetTables.table(
            Column("k", ["a", String(repeating: "x", count: 300)]), Column("v", [1.0, 2]))
        for (table, keys) in [
            (table, []), (table, ["x"]), (table, ["absent"]), (table, table.columns.map(\.name)),
            (long, ["k"]),
        ] {
            #expect(throws: DirDBError.self) { try db.putPartitioned("sub", table, by: keys) }
        }
        #expect(try db.entries(recursive: true).map(\.name) == [])
        // Files that do not agree.
        try db["sub", "a=1", "part-0"].put(ParquetTables.table(Column("x", [1.0])))
        try db["sub", "a=2", "part-0"].put(ParquetTables.table(Column("x", ["text"])))
        #expect(throws: DirDBError.self) { try db.getPartitioned("sub") }
        try db["sub", "a=2", "part-0"].put(ParquetTables.table(Column("y", [1.0])))
        #expect(throws: DirDBError.self) { try db.getPartitioned("sub") }
        try db["sub", "a=2", "part-0"].delete()
        try db["sub", "b=2", "part-0"].put(ParquetTables.table(Column("x", [1.0])))
        #expect(throws: DirDBError.self) { try db.getPartitioned("sub") }
        #expect(try db.verify().isEmpty)
    }
}
