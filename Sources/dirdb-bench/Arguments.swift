import DirDB
import DirDBDumpers
import Glibc

/// The arguments of a task, `key=value` in any order; keys that the task does not know are ignored.
struct Arguments {
    let task: String
    private let values: [String: String]

    init(_ words: ArraySlice<String>, task: String) {
        self.task = task
        var values: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        self.values = values
    }

    func text(_ key: String) throws -> String {
        guard let value = values[key] else { throw BadArgument(task: task, key: key) }
        return value
    }

    /// A number; an error when it is missing and has no default.
    func number(_ key: String, default fallback: Int? = nil) throws -> Int {
        guard let value = values[key] else {
            guard let fallback else { throw BadArgument(task: task, key: key) }
            return fallback
        }
        guard let number = Int(value), number >= 0 else { throw BadArgument(task: task, key: key) }
        return number
    }

    func flag(_ key: String) throws -> Bool {
        try number(key, default: 0) != 0
    }

    /// The database in the folder `dir`, which is made when it is missing.
    func database(_ durability: Durability = .relaxed) throws -> Database {
        try Database(try text("dir"), durability: durability)
    }

    /// Says that all is prepared and waits for the word to go, when `wait=1` asks for that.
    func waitForStart() throws {
        guard try flag("wait") else { return }
        print("READY")
        fflush(nil)
        guard readLine() != nil else { exit(1) }
    }
}

struct BadArgument: Error, CustomStringConvertible {
    let task: String
    let key: String

    var description: String { "\(task): \(key)= is missing or no number; give it" }
}
