/// The tasks by their names.
///
/// A task prepares what is not timed, waits for its start (``Arguments/waitForStart()``), does the timed work through the
/// public interface alone, and reports figures as lines of JSON. Beside those that the benchmark's contract defines
/// there are three of the same manners, described at ``RawResults`` and ``Tables``:
///
///     dirdb-bench simrun-import dir=DIR [raw=DIR] [folders=20] [traces=1] [activation=1] [parameters=1] [wait=1]
///     dirdb-bench parquet-write dir=DIR rows=N [count=1] [durable=1] [wait=1]
///     dirdb-bench parquet-read dir=DIR rows=N [reps=3] [wait=1]
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
        "simrun-import": RawResults.importAll,
        "parquet-write": Tables.write, "parquet-read": Tables.read,
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
