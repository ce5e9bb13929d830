// The processes that the tests start, kill and race against each other.
//
//     dirdb-test-worker mutate DIR SEED          changes the playground for ever
//     dirdb-test-worker count DIR N              adds 1 to the counter of entry "x" N times
//     dirdb-test-worker rename DIR FROM TO N     renames, where it can, N times
//     dirdb-test-worker churn DIR SEED N         puts and deletes entry "x" N times
//     dirdb-test-worker overwrite DIR N          overwrites entry "x", data and metadata, N times

import DirDB
import Glibc
import TestSupport

func run(_ arguments: [String]) throws {
    let number = { (index: Int) in Int64(arguments[index]) ?? 0 }
    let db = try Database(arguments[1], durability: .relaxed, dumpers: [])
    switch arguments[0] {
    case "mutate":
        let playground = Playground(db)
        var random = SplitMix64(state: UInt64(number(2)))
        var version = number(2) * 1_000_000
        while true {
            version += 1
            try playground.step(version, &random)
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
    default:
        exit(2)
    }
}

func rename(_ from: Entry, _ to: Entry) throws {
    let outcome = Result { () throws(DirDBError) in try from.rename(to: to) }
    guard case .failure(let error) = outcome, error.code != .notFound, error.code != .alreadyExists else {
        return
    }
    throw error
}

func path(_ key: String) -> [String] {
    key.split(separator: "/").map(String.init)
}

do { try run(Array(CommandLine.arguments.dropFirst())) } catch {
    print(error)
    exit(1)
}
