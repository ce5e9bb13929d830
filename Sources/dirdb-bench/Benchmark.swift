/// The tasks by their names.
///
/// A task prepares what is not timed, waits for its start (``Arguments/waitForStart()``), does the timed work through the
/// public interface alone, and reports figures as lines of JSON.
enum Benchmark {
    static let tasks: [String: @Sendable (Arguments) throws -> Void] = [
        "put": LargeArrays.put, "fill": LargeArrays.fill, "get": LargeArrays.get, "row": LargeArrays.row,
        "map": LargeArrays.map,
        "put-small": SmallEntries.put, "fill-small": SmallEntries.fill, "inspect": SmallEntries.inspect,
        "lock": Contention.lock, "contend-init": Contention.prepare, "contend-worker": Contention.work,
        "contend-check": Contention.check,
        "dump-worker": Dump.work, "dump-reader": Dump.read,
        "crash-init": Crash.prepare, "crash-writer": Crash.write, "crash-check": Crash.check,
        "stats": Statistics.run,
        "self": SelfTest.run,
    ]
}

/// What was read is not what was written.
struct WrongData: Error {
    let what: String

    static func check(_ isRight: Bool, _ what: String) throws {
        if !isRight { throw WrongData(what: what) }
    }
}

enum ExitStatus {
    static let unsupported: Int32 = 3
    static let wrongData: Int32 = 4
}
