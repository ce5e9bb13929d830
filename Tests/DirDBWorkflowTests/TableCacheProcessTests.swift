import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite("Versioned tables and other programs", .serialized, .timeLimit(.minutes(120)))
struct TableCacheProcessTests {
    @Test(
        "Of eight processes that ask for a table one builds it, and all get it",
        arguments: ["plain", "parts"])
    func oneComputation(name: String) throws {
        let directory = try TemporaryDirectory()
        let (cache, log) = (directory.path(of: "cache"), directory.path(of: "log"))
        let workers = try (0..<8).map { _ in
            try Executable.start("dirdb-test-worker", ["build-table", cache, log, name])
        }
        for worker in workers {
            let output = worker.outputToEnd()
            #expect(worker.terminationStatus == 0, "\(output)")
        }
        #expect(try Database(log)["log"].meta.count == 1)
        #expect(try TableCache(cache, release: "1").tables().map(\.name) == [name])
        #expect(try Database(cache).verify().isEmpty)
    }

    @Test("Of tables that processes put at the same time none is lost from the registry")
    func registrations() throws {
        let directory = try TemporaryDirectory()
        let workers = try (0..<4).map {
            try Executable.start("dirdb-test-worker", ["register", directory.path, "w\($0)", "20"])
        }
        for worker in workers {
            let output = worker.outputToEnd()
            #expect(worker.terminationStatus == 0, "\(output)")
        }
        let cache = try TableCache(directory.path, release: "1")
        #expect(try Set(cache.tables().map(\.name)) == Set((0..<80).map { "w\($0 / 20)-\($0 % 20)" }))
        #expect(try cache.database.entry(at: ["v1", "registry"]).get(Table.self).rowCount == 80)
        #expect(try TableCache.releases(in: directory.path) == ["1"])
        #expect(try cache.database.verify().isEmpty)
    }

    @Test("Processes killed while they register leave a whole registry of whole tables")
    func kills() throws {
        let directory = try TemporaryDirectory()
        let cache = try TableCache(directory.path, release: "1")
        var random = SplitMix64(state: 3)
        var known: Set<String> = []
        for kill in 0..<40 {
            let worker = try Executable.start(
                "dirdb-test-worker", ["register", directory.path, "k\(kill)", "1000000"])
            // However slow the machine is, it dies while it registers.
            while worker.isRunning, try !cache.tables().contains(where: { $0.name == "k\(kill)-0" }) {
                usleep(1000)
            }
            usleep(UInt32(random.next() % 20_000))
            Glibc.kill(worker.processIdentifier, SIGKILL)
            worker.waitUntilExit()
            #expect(worker.terminationReason == .uncaughtSignal)
            let tables = try cache.tables()
            #expect(known.isSubset(of: tables.map(\.name)))
            for table in tables where !known.contains(table.name) {
                #expect(try cache.table(table.name).rowCount == table.rows)
            }
            known = Set(tables.map(\.name))
        }
        #expect(known.count >= 40)
        _ = try cache.database.recover()
        #expect(try cache.database.verify().isEmpty)
    }

    @Test(
        "DuckDB reads the registry, plain tables and partitioned ones by what the registry says",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func duckDB() throws {
        let directory = try TemporaryDirectory()
        for version in ["1", "2"] {
            let cache = try TableCache(directory.path, release: version)
            let count = version == "1" ? 10 : 30
            let table = try Table([
                Column("x", (0..<count).map { Double($0) }), Column("trial", (0..<count).map { $0 % 3 }),
                Column("site", (0..<count).map { ["soma", "a b/c", nil][$0 % 3] }),
            ])
            try cache.put(table, named: "plain", description: "One \"file\".")
            try cache.put(table, named: "parts", description: "", partitionColumns: ["site", "trial"])
        }
        let output = try Python.run(
            """
            import sys, json, duckdb
            root = sys.argv[1]
            for version in json.load(open(f'{root}/versions.json'))['versions']:
                tables = json.load(open(f"{root}/{version['location']}/registry.json"))['tables']
                for t in tables:
                    relation = f"read_parquet('{root}/{t['location']}', hive_partitioning = {t['partitioned']})"
                    rows = duckdb.sql(f"select sum(x), count(*), count(distinct trial), count(site) from {relation}")
                    names = sorted(duckdb.sql(f"from {relation}").columns)
                    assert names == sorted(c['name'] for c in t['columns']), names
                    print(version['version'], t['name'], t['partitioned'], t['rows'], *rows.fetchall()[0])
                    only = duckdb.sql(f"select count(*) from {relation} where trial = 1 and site = 'a b/c'")
                    print(*only.fetchall()[0])
            sql = f"select name, partitioned, rows, columns from '{root}/v2/registry.parquet'"
            print(duckdb.sql(sql).fetchall())
            sql = f"select unnest(tables).location from read_json('{root}/v2/registry.json')"
            print(duckdb.sql(sql).fetchall())
            """, [directory.path])
        #expect(
            output == """
                1 plain False 10 45.0 10 3 7
                3
                1 parts True 10 45.0 10 3 7
                3
                2 plain False 30 435.0 30 3 20
                10
                2 parts True 30 435.0 30 3 20
                10
                [('plain', False, 30, 'x, trial, site'), ('parts', True, 30, 'x, trial, site')]
                [('v2/plain.parquet',), ('v2/parts/**/*.parquet',)]

                """)
    }
}
