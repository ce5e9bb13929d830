import DirDB
import DirDBDumpers

extension Database {
    /// Calls `body` with a database that is gone afterwards.
    static func withScratch<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let directory = try ScratchDirectory(for: "simrun")
        // What cannot be removed stays until the system cleans up.
        defer { try? directory.remove() }
        return try body(try Database(directory.path, durability: .relaxed))
    }
}
