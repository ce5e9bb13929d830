import DirDB
import DirDBDumpers
import Glibc

/// A database that is gone at the end of a scope.
enum ScratchDatabase {
    /// Makes one in the folder for temporary files, which TMPDIR names.
    static func with<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let name = "dirdb-simrun-\(String(UInt64.random(in: 0...UInt64.max), radix: 16))"
        let database = try Database("\(parent)/\(name)", .create, durability: .relaxed)
        defer { remove(name, in: parent) }
        return try body(database)
    }

    /// What cannot be removed stays until the system cleans up.
    private static func remove(_ name: String, in parent: String) {
        guard let folder = try? Directory(path: parent) else { return }
        if let directory = try? Directory(path: "\(parent)/\(name)"), let stream = try? directory.stream() {
            while let item = try? stream.next() {
                if let file = item.name { try? directory.unlink(file) }
            }
        }
        try? folder.removeDirectory(name)
    }
}
