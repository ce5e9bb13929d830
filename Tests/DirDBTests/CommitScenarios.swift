import DirDB
import Glibc
import Testing

/// One mutating operation with the state it starts from.
struct CommitScenario: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Syncs that this model of a disk does not miss: of a second directory, which is needed where names are ordered
    /// within a directory alone, or where a copy is on another file system.
    var syncsForOthers = 0
    /// The keys of a rename, which may leave both.
    var rename: (from: String, to: String)?
    let prepare: @Sendable (Database) throws -> Void
    let change: @Sendable (Database) throws -> Void
}

extension CommitScenario {
    private static let old = [UInt8](repeating: 1, count: 5000)
    private static let new = [UInt8](repeating: 2, count: 9000)

    static let all: [CommitScenario] = [
        CommitScenario(testDescription: "put new") { _ in
        } change: { db in
            try db["a"].put(new)
        },
        CommitScenario(testDescription: "put new with metadata") { _ in
        } change: { db in
            try db["a"].put(new, meta: ["gen": 2])
        },
        CommitScenario(testDescription: "put new with metadata in a batch") { _ in
        } change: { db in
            try db.batch { try $0.put(new, to: db["a"], meta: ["gen": 2]) }
        },
        CommitScenario(testDescription: "overwrite data and metadata in a batch") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db.batch { try $0.put(new, to: db["a"], meta: ["gen": 2]) }
        },
        CommitScenario(testDescription: "overwrite data in a batch") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db.batch { try $0.put(new, to: db["a"]) }
        },
        CommitScenario(testDescription: "put new into a new sub-database", syncsForOthers: 2) { _ in
        } change: { db in
            try db["sub", "deep", "a"].put(new, meta: ["gen": 2])
        },
        CommitScenario(testDescription: "overwrite data") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["a"].put(new)
        },
        CommitScenario(testDescription: "overwrite data and metadata") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["a"].put(new, meta: ["gen": 2])
        },
        CommitScenario(testDescription: "overwrite data, remove metadata") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["a"].put(new, meta: [:])
        },
        CommitScenario(testDescription: "change metadata") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["a"].updateMeta { $0.gen = 2 }
        },
        CommitScenario(testDescription: "a transaction on data and metadata") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["a"].withLock { locked in
                try locked.put(old + new)
                locked.meta.gen = 2
            }
        },
        CommitScenario(testDescription: "delete data") { db in
            try db["a"].put(old)
        } change: { db in
            try db["a"].delete()
        },
        CommitScenario(testDescription: "delete data and metadata") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["a"].delete()
        },
        CommitScenario(testDescription: "change the format, keep metadata") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["a"].put(new, as: RawBytes("dat"))
        },
        CommitScenario(testDescription: "change the format and metadata") { db in
            try db["a"].put(old, as: RawBytes("dat"), meta: ["gen": 1])
        } change: { db in
            try db["a"].put(new, meta: ["gen": 2])
        },
        CommitScenario(testDescription: "rename data", rename: ("a", "b")) { db in
            try db["a"].put(old)
        } change: { db in
            try db["a"].rename(to: db["b"])
        },
        CommitScenario(testDescription: "rename data and metadata", rename: ("b", "a")) { db in
            try db["b"].put(old, meta: ["gen": 1])
        } change: { db in
            try db["b"].rename(to: db["a"])
        },
        CommitScenario(testDescription: "rename with replace", rename: ("a", "b")) { db in
            try db["a"].put(old, meta: ["gen": 1])
            try db["b"].put(new, as: RawBytes("dat"), meta: ["gen": 2])
        } change: { db in
            try db["a"].rename(to: db["b"], replacing: true)
        },
        CommitScenario(testDescription: "rename without metadata over metadata", rename: ("a", "b")) { db in
            try db["a"].put(old)
            try db["b"].put(new, meta: ["gen": 2])
        } change: { db in
            try db["a"].rename(to: db["b"], replacing: true)
        },
        CommitScenario(testDescription: "rename into another sub-database", rename: ("one/a", "two/x/b")) {
            db in
            try db["one", "a"].put(old, meta: ["gen": 1])
            try db["two", "x", "other"].put(new, meta: ["gen": 2])
        } change: { db in
            try db["one", "a"].rename(to: db["two", "x", "b"])
        },
        CommitScenario(testDescription: "copy over an entry") { db in
            try db["a"].put(old, meta: ["gen": 1])
            try db["sub", "b"].put(new, as: RawBytes("dat"))
        } change: { db in
            try db["a"].copy(to: db["sub", "b"], replacing: true)
        },
        CommitScenario(testDescription: "put new with metadata, without links") { _ in
        } change: { db in
            try withoutLinks { try db["a"].put(new, meta: ["gen": 2]) }
        },
        CommitScenario(testDescription: "overwrite data and metadata, without links") { db in
            try db["a"].put(old, meta: ["gen": 1])
        } change: { db in
            try withoutLinks { try db["a"].put(new, meta: ["gen": 2]) }
        },
        CommitScenario(testDescription: "change the format and metadata, without links") { db in
            try db["a"].put(old, as: RawBytes("dat"), meta: ["gen": 1])
        } change: { db in
            try withoutLinks { try db["a"].put(new, meta: ["gen": 2]) }
        },
        CommitScenario(
            testDescription: "rename with replace, without links", syncsForOthers: 1, rename: ("a", "b")
        ) { db in
            try db["a"].put(old, meta: ["gen": 1])
            try db["b"].put(new, as: RawBytes("dat"), meta: ["gen": 2])
        } change: { db in
            try withoutLinks { try db["a"].rename(to: db["b"], replacing: true) }
        },
    ]

    /// As on a file system that has neither symbolic nor hard links.
    private static func withoutLinks(_ body: () throws -> Void) rethrows {
        try failing(.symlink, EPERM) { try failing(.link, EPERM, body) }
    }
}
