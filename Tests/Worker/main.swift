// The processes that the tests start, kill and race against each other.
//
//     dirdb-test-worker mutate DIR SEED          changes the playground for ever; prints a line after the first change
//     dirdb-test-worker count DIR N              adds 1 to the counter of entry "x" N times
//     dirdb-test-worker rename DIR FROM TO N     renames, where it can, N times
//     dirdb-test-worker churn DIR SEED N         puts and deletes entry "x" N times
//     dirdb-test-worker overwrite DIR N          overwrites entry "x", data and metadata, N times
//     dirdb-test-worker put-many DIR PREFIX N    puts N entries with metadata: PREFIX-0, PREFIX-1, ...
//     dirdb-test-worker build-table DIR LOG NAME asks a table cache for a table, whose building is counted in LOG
//     dirdb-test-worker register DIR PREFIX N    puts N small tables into a table cache
//     dirdb-test-worker put-below DIR SUB N      puts and deletes entry "x" of a sub-database that others prune N times
//     dirdb-test-worker memory-put DIR MIB       puts an array as "big"
//     dirdb-test-worker memory-map DIR           maps the array "big" and reads its shape
//     dirdb-test-worker memory-list DIR          lists all entries
//     dirdb-test-worker memory-put-table DIR N   puts a table of N rows as "table", piece by piece
//     dirdb-test-worker memory-get-table DIR     reads the table "table" row group by row group
//     dirdb-test-worker memory-npz DIR MIB HOW   puts arrays as "npz", stored or deflated, and reads some of one
//     dirdb-test-worker compute DIR LOG          gets entry "x", computed once: adds a line to LOG, takes a while
//     dirdb-test-worker compute-forever DIR LOG  as above, but the computation never ends
//     dirdb-test-worker describe DIR N           adds 1 to the count in the database's own metadata N times
//
// Those of memory print by how many KiB the resident memory rose at most.

import DirDB
import DirDBDumpers
import DirDBWorkflow
import Glibc
import TestSupport

func run(_ arguments: [String]) throws {
    let number = { (index: Int) in Int64(arguments[index]) ?? 0 }
    let db = try Database(arguments[1], durability: .relaxed)
    switch arguments[0] {
    case "mutate":
        let playground = Playground(db)
        var random = SplitMix64(state: UInt64(number(2)))
        var version = number(2) * 1_000_000
        while true {
            version += 1
            // Another worker may have renamed or deleted first.
            do { try playground.step(version, &random) } catch let error as DirDBError {
                guard error.code == .notFound || error.code == .alreadyExists else { throw error }
            }
            if version == number(2) * 1_000_000 + 1 {
                print("ready")
                fflush(nil)
            }
        }
    case "count":
        for _ in 0..<number(2) {
            try db["x"].updateMeta { $0.count = .integer(($0.count.asInt ?? 0) + 1) }
        }
    case "rename":
        let from = try db.entry(at: path(arguments[2]))
        let to = try db.entry(at: path(arguments[3]))
        for _ in 0..<number(4) { try rename(from, to) }
    case "churn":
        var random = SplitMix64(state: UInt64(number(2)))
        for version in 0..<number(3) {
            let entry = try db["x"]
            if random.next() % 2 == 0 {
                try entry.put(Generation.bytes(version), meta: ["gen": .integer(version)])
            } else {
                do { try entry.delete() } catch let error as DirDBError where error.code == .notFound {}
            }
        }
    case "overwrite":
        for version in 0..<number(2) {
            try db["x"].put(Generation.bytes(version), meta: ["gen": .integer(version)])
        }
    case "compute", "compute-forever":
        let value: [UInt8] = try db["x"].getOrPut(meta: ["by": .integer(Int64(getpid()))]) {
            log(arguments[2])
            if arguments[0] == "compute-forever" { while true { sleep(1000) } }
            usleep(200_000)
            return Array("\(getpid())".utf8)
        }
        print(String(decoding: value, as: UTF8.self))
    case "describe":
        for _ in 0..<number(2) {
            try db.updateMeta { $0.count = .integer(($0.count.asInt ?? 0) + 1) }
        }
    case "put-many":
        for index in 0..<number(3) {
            try db["\(arguments[2])-\(index)"].put(Generation.bytes(0), meta: ["n": .integer(index)])
        }
    case "build-table": try buildTable(arguments[1], log: arguments[2], named: arguments[3])
    case "register":
        let cache = try TableCache(arguments[1], release: "1")
        for index in 0..<number(3) {
            try cache.put(
                Table([Column("n", [index])]), named: "\(arguments[2])-\(index)", description: "",
                partitionColumns: [])
        }
    case "put-below":
        let entry = try db.entry(at: path(arguments[2]) + ["x"])
        for version in 0..<number(3) {
            do { try entry.put(Generation.bytes(version)) } catch let error as DirDBError {
                guard error.code == .notFound else { throw error }
                continue
            }
            guard try entry.exists else { exit(5) }
            try entry.delete()
        }
    case "memory-put":
        let array = NDArray([Double](repeating: 1, count: Int(number(2)) << 17))
        try printMemory { try db["big"].put(array) }
    case "memory-map":
        try printMemory {
            let array: NDArray<Double> = try db["big"].get()
            precondition(array.isMapped && array.count > 0)
        }
    case "memory-list":
        try printMemory {
            let count = try db.entries().reduce(0) { count, _ in count + 1 }
            precondition(count > 0)
        }
    case "memory-npz":
        let piece = NDArray([Double](repeating: 1, count: 1 << 17))
        let count = Int(number(2))
        try printMemory {
            try db["npz"].put(arrays: arguments[3] == "stored" ? .stored : .deflated(level: 1)) { writer in
                for name in ["a", "b"] {
                    try writer.append(named: name, shape: [count, piece.count], of: Double.self) { append in
                        for _ in 0..<count { try append(piece) }
                    }
                }
                try writer.append(piece, named: "c")
            }
            let c: NDArray<Double> = try db["npz"].withData { try NPZFile($0).load("c") }
            precondition(c.mean() == 1)
        }
    case "memory-put-table":
        try printMemory { try putTable(db["table"], rowCount: Int(number(2))) }
    case "memory-get-table":
        try printMemory { try readTable(db["table"]) }
    default:
        exit(2)
    }
}

/// Adds a line to a file; whole, whoever else does.
func log(_ path: String) {
    guard let file = fopen(path, "a") else { exit(3) }
    fputs("computed\n", file)
    fclose(file)
}

func rename(_ from: Entry, _ to: Entry) throws {
    do { try from.rename(to: to) } catch let error as DirDBError {
        guard error.code == .notFound || error.code == .alreadyExists else { throw error }
    }
}

/// Builds a table, unless another process does, slowly enough for others to come meanwhile.
func buildTable(_ path: String, log: String, named name: String) throws {
    let log = try Database(log, durability: .relaxed)["log"]
    let definition = TableDefinition(
        name, description: "", partitionColumns: name == "parts" ? ["k"] : []
    ) { _ in
        try log.updateMeta { $0.count = .integer(($0.count.asInt ?? 0) + 1) }
        usleep(200_000)
        return try Table([Column("x", (0..<100).map { Double($0) }), Column("k", (0..<100).map { $0 % 3 })])
    }
    let table = try TableCache(path, release: "1", definitions: [definition]).table(name)
    guard table.rowCount == 100 else { exit(5) }
}

/// Writes a table piece by piece: numbers, texts and reals many of which are missing.
func putTable(_ entry: Entry, rowCount: Int) throws {
    try entry.put(tables: ParquetDumper(rowGroupSize: 100_000)) { writer in
        for start in stride(from: 0, to: rowCount, by: 10_000) {
            let rows = start..<min(start + 10_000, rowCount)
            try writer.append(
                Table([
                    Column("id", rows.map { $0 }), Column("kind", rows.map { "kind-\($0 / 100 % 300)" }),
                    Column("x", rows.map { Double($0 &* 2_654_435_761 % 1_000_003) / 7 }),
                    Column("time", rows.map { $0 % 5 == 0 ? Double($0) : nil }),
                ]))
        }
    }
}

/// Reads such a table row group by row group.
func readTable(_ entry: Entry) throws {
    let sum = try entry.withData { file in
        let parquet = try ParquetFile(file)
        var sum = 0
        for group in parquet.rowGroups.indices {
            let table = try parquet.read(rowGroups: group..<group + 1, from: file)
            guard case .int64(let numbers)? = table["id"]?.values else { exit(4) }
            sum += numbers.reduce(0) { $0 + Int($1) }
        }
        return sum == parquet.rowCount * (parquet.rowCount - 1) / 2
    }
    precondition(sum)
}

/// Prints the rise of the peak of the resident memory, proc_pid_status(5).
func printMemory(_ body: () throws -> Void) throws {
    let before = memory("VmRSS:")
    // Writing 5 to clear_refs makes the peak start anew.
    guard let file = fopen("/proc/self/clear_refs", "w") else { exit(3) }
    fputs("5", file)
    fclose(file)
    try body()
    print(memory("VmHWM:") - before)
}

func memory(_ key: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { exit(3) }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) >= 0, let line {
        let text = String(cString: line)
        if text.hasPrefix(key) { return Int(text.split(whereSeparator: { !$0.isNumber })[0]) ?? 0 }
    }
    exit(3)
}

func path(_ key: String) -> [String] {
    key.split(separator: "/").map(String.init)
}

do { try run(Array(CommandLine.arguments.dropFirst())) } catch {
    print(error)
    exit(1)
}
