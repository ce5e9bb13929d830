import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Versioned tables", .timeLimit(.minutes(120)))
struct TableCacheTests {
    private static func units(_ count: Int = 4) throws -> Table {
        try Table([Column("unit", (0..<count).map { $0 }), Column("site", (0..<count).map { "s\($0 % 2)" })])
    }

    private static func definitions(_ builds: Counter = Counter()) -> [TableDefinition] {
        [
            TableDefinition("units", description: "A recorded neuron.") { _ in
                builds.add()
                return try units()
            },
            TableDefinition("spikes", description: "A spike.", partitionColumns: ["unit"]) { cache in
                builds.add()
                let count = try cache.table("units").rowCount
                return try Table([
                    Column("time", (0..<40).map { Double($0) / 8 }),
                    Column("unit", (0..<40).map { $0 % count }),
                ])
            },
        ]
    }

    @Test("A table is built when it is asked for first, with those it needs, and registered")
    func building() throws {
        let directory = try TemporaryDirectory()
        let builds = Counter()
        let cache = try TableCache(directory.path, release: "2", definitions: Self.definitions(builds))
        #expect(try cache.tables().isEmpty && TableCache.releases(in: directory.path).isEmpty)
        for _ in 0..<2 {
            #expect(try cache.table("spikes").rowCount == 40)
            #expect(try cache.table("units") == Self.units())
        }
        #expect(builds.count == 2)
        let registered = try cache.tables()
        #expect(registered.map(\.name) == ["units", "spikes"])
        #expect(registered.map(\.location) == ["v2/units.parquet", "v2/spikes/**/*.parquet"])
        #expect(registered.map(\.partitionColumns) == [[], ["unit"]])
        #expect(registered.map(\.rows) == [4, 40])
        #expect(registered[1].columns.map { "\($0.name): \($0.dtype)" } == ["time: double", "unit: int64"])
        #expect(try cache.path(of: "units") == "\(cache.database.path)/v2/units.parquet")
        #expect(try TableCache.releases(in: directory.path) == ["2"])
        // Another program, or a later run, without definitions.
        let reader = try TableCache(directory.path, release: "2", .readOnly)
        #expect(try reader.table("spikes") == cache.table("spikes"))
        let error = #expect(throws: DirDBError.self) { try reader.table("absent") }
        #expect(error?.code == .notFound)
        #expect(try cache.database.verify().isEmpty)
    }

    @Test("Another version leaves every file of the older ones as it was")
    func versions() throws {
        let directory = try TemporaryDirectory()
        let old = try TableCache(directory.path, release: "1", definitions: Self.definitions())
        try old.updateAll()
        let before = try Snapshot(directory.path(of: "v1"))
        let new = try TableCache(directory.path, release: "2", definitions: Self.definitions())
        try new.put(Self.units(9), named: "units", description: "More.")
        #expect(try new.table("spikes").rowCount == 40)
        try new.updateAll()
        #expect(try Snapshot(directory.path(of: "v1")) == before)
        #expect(try TableCache.releases(in: directory.path) == ["1", "2"])
        #expect(try old.table("units").rowCount == 4 && new.table("units").rowCount == 4)
        #expect(try new.database.verify().isEmpty)
    }

    @Test("Updating builds all anew; a table that fails stays as it was and is named")
    func updating() throws {
        let directory = try TemporaryDirectory()
        let rows = Counter()
        let definitions = [
            TableDefinition("bad", description: "") { _ in
                if rows.count > 0 { throw CancellationError() }
                return try Self.units(1)
            },
            TableDefinition("good", description: "") { _ in try Self.units(rows.count + 1) },
        ]
        let cache = try TableCache(directory.path, release: "1", definitions: definitions)
        try cache.updateAll()
        rows.add()
        let error = #expect(throws: DirDBError.self) { try cache.updateAll() }
        #expect(error?.message.hasPrefix("1 of 2 tables could not be built: ") == true)
        #expect(try cache.table("bad").rowCount == 1 && cache.table("good").rowCount == 2)
        #expect(try cache.tables().map(\.rows) == [1, 2])
        #expect(try cache.database.verify().isEmpty)
    }

    @Test("What cannot be is refused, and changes nothing")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let cache = try TableCache(directory.path, release: "1")
        try cache.put(Self.units(), named: "units", description: "")
        let before = try Snapshot(directory.path)
        for (name, table, keys) in [
            ("registry", try Self.units(), []), ("versions", try Self.units(), []),
            ("a/b", try Self.units(), []),
            (".hidden", try Self.units(), []), ("units", try Self.units(), ["site"]),
            ("empty", try Self.units(0), ["site"]), ("keys", try Self.units(), ["absent"]),
        ] {
            #expect(throws: DirDBError.self, "\(name)") {
                try cache.put(table, named: name, description: "", partitionColumns: keys)
            }
        }
        for version in ["a/b", "", "../x", String(repeating: "x", count: 300), "\n"] where version != "" {
            #expect(throws: DirDBError.self, "\(version)") {
                try TableCache(directory.path, release: version)
            }
        }
        let twice = TableDefinition("x", description: "") { _ in try Self.units() }
        #expect(throws: DirDBError.self) {
            try TableCache(directory.path, release: "1", definitions: [twice, twice])
        }
        let reader = try TableCache(directory.path, release: "1", .readOnly, definitions: [twice])
        let error = #expect(throws: DirDBError.self) { try reader.table("x") }
        #expect(error?.code == .readOnly)
        let itself = TableDefinition("self", description: "") { try $0.table("self") }
        let circle = try TableCache(directory.path, release: "1", definitions: [itself])
        #expect(#expect(throws: DirDBError.self) { try circle.table("self") }?.code == .wouldDeadlock)
        // Of the refused ones only locks are left.
        let after = try Snapshot(directory.path)
        #expect(
            after.files.filter { !$0.key.hasSuffix(".lock") }
                == before.files.filter { !$0.key.hasSuffix(".lock") })
        #expect(try cache.database.verify().isEmpty)
    }

    @Test("A registry that leads out of the cache is damaged")
    func escape() throws {
        let directory = try TemporaryDirectory()
        let cache = try TableCache(directory.path, release: "1")
        try cache.put(try Self.units(), named: "units", description: "")
        let registry = try directory.text("v1/registry.json")
        try directory.write(
            registry.replacingOccurrences(of: "units", with: "../../units"), to: "v1/registry.json")
        let error = #expect(throws: DirDBError.self) { try cache.path(of: "../../units") }
        #expect(error?.code == .damagedMetadata)
        #expect(throws: DirDBError.self) { try TableCache(directory.path, release: "") }
    }

    @Test(
        "A damaged registry is named, nothing is lost, and without it the tables are built again",
        arguments: [
            "{", "[]", #"{"tables": 3}"#, #"{"tables": [3]}"#, #"{"tables": [{"name": "units"}]}"#,
            #"{"tables": [{"name": "units", "description": "", "location": "../x", "partitioned": false, "#
                + #""partition_columns": [], "rows": 1, "columns": []}]}"#,
        ])
    func damage(text: String) throws {
        let directory = try TemporaryDirectory()
        let builds = Counter()
        let cache = try TableCache(directory.path, release: "1", definitions: Self.definitions(builds))
        try cache.updateAll()
        try directory.write(text, to: "v1/registry.json")
        let error = #expect(throws: DirDBError.self) { try cache.path(of: "units") }
        #expect(error?.code == .damagedMetadata && error?.path.hasSuffix("/v1/registry.json") == true)
        #expect(throws: DirDBError.self) { try cache.put(Self.units(), named: "x", description: "") }
        #expect(throws: DirDBError.self) { try cache.updateAll() }
        #expect(try directory.text("v1/registry.json") == text)
        try cache.database.entry(at: ["v1", "registry"]).delete()
        #expect(try cache.table("spikes").rowCount == 40)
        #expect(try cache.tables().map(\.name) == ["units", "spikes"])
        #expect(try cache.database.verify().isEmpty)
    }

    @Test("Whatever call fails or is the last, what is registered can be read, and asking again completes it")
    func deaths() throws {
        let isNew = Counter()
        let definitions = [
            TableDefinition("plain", description: "") { _ in try Self.units(4 + isNew.count) },
            // The new one has other partitions, too.
            TableDefinition("parts", description: "", partitionColumns: ["k"]) { _ in
                let count = 40 - 10 * isNew.count
                return try Table([
                    Column("x", (0..<count).map { $0 }),
                    Column("k", (0..<count).map { $0 % 4 + 2 * isNew.count }),
                ])
            },
        ]
        let directory = try TemporaryDirectory()
        let calls = Disturbance.none()
        try TableCache(directory.path(of: "count"), release: "1", definitions: definitions).updateAll()
        isNew.add()
        try calls.run {
            try TableCache(directory.path(of: "count"), release: "1", definitions: definitions).updateAll()
        }
        for call in (0..<calls.count).sampled {
            let path = directory.path(of: "\(call)")
            let cache = try TableCache(path, release: "1", definitions: definitions)
            isNew.reset()
            if call % 4 > 0 { try cache.updateAll() }
            isNew.add()
            let disturbance = call % 3 == 0 ? Disturbance.failure(at: call, 5) : .death(at: call)
            try? disturbance.run { try cache.updateAll() }
            for table in try cache.tables() {
                let count = try cache.table(table.name).rowCount
                #expect(table.name == "plain" ? [4, 5].contains(count) : count == table.rows, "call \(call)")
            }
            #expect(try [40, 30].contains(cache.table("parts").rowCount), "call \(call)")
            #expect(try cache.tables().count == 2 || cache.table("plain").rowCount == 5)
            _ = try cache.database.recover()
            #expect(try cache.database.verify().isEmpty, "call \(call)")
            try FileManager.default.removeItem(atPath: path)
        }
    }
}

/// The content and time of all files below a folder.
private struct Snapshot: Equatable {
    private(set) var files: [String: [String]] = [:]

    init(_ path: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            let content = FileManager.default.contents(atPath: "\(path)/\(name)")?.base64EncodedString()
            let isFile = attributes[.type] as? FileAttributeType == .typeRegular
            files[name] = isFile ? [content ?? "", "\(attributes[.modificationDate] ?? "")"] : []
        }
    }
}
