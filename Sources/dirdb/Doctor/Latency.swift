import DirDB
import DirDBDumpers

/// How long one thing takes here: the median of some repetitions.
struct Latency {
    let key: String
    let title: String
    /// nil when it failed; the answers tell why.
    let median: Duration?

    private static let most = 100
    private static let fewest = 3
    private static let time = Duration.milliseconds(200)

    /// Measures as often as the time permits.
    private init(_ key: String, _ title: String, _ body: (Int) throws -> Duration) throws {
        self.key = key
        self.title = title
        let start = ContinuousClock.now
        var times: [Duration] = []
        do {
            while times.count < Self.most {
                if Task.isCancelled { throw CancellationError() }
                if times.count >= Self.fewest && ContinuousClock.now - start > Self.time { break }
                times.append(try body(times.count))
            }
            median = times.sorted()[times.count / 2]
        } catch is DirDBError {
            median = nil
        }
    }

    /// Measures what locks, syncs and puts take.
    static func measure(in probe: borrowing ProbeDirectory) throws -> [Latency] {
        let database = try Database.open(probe.path, .mustExist)
        let entry = try database["latency"]
        let clock = ContinuousClock()
        let content = [UInt8](repeating: 7, count: 4096)
        return [
            try Latency("lock", "lock and unlock") { _ in
                try clock.measure { try entry.holdingLock(.exclusive, timeout: .zero) {} }
            },
            try Latency("writeAndSync", "write 4 KiB and sync") { index in
                let name = "written-\(index)"
                return try clock.measure {
                    guard let file = try probe.directory.create(name) else { return }
                    try probe.write(content, to: file, name)
                    try file.sync(path: probe.directory.path(of: name))
                }
            },
            try Latency("renameAndSync", "rename and sync directory") { _ in
                try probe.write(content, to: "unnamed")
                return try clock.measure {
                    try probe.directory.rename("unnamed", to: "renamed")
                    try probe.directory.sync()
                }
            },
            try Latency("putFull", "put 4 KiB, durable") { _ in
                try clock.measure { try entry.put(content, durability: .full) }
            },
            try Latency("putRelaxed", "put 4 KiB, relaxed") { _ in
                try clock.measure { try entry.put(content, durability: .relaxed) }
            },
        ]
    }

    var text: String {
        guard let microseconds else { return "not measured" }
        let number =
            microseconds < 100
            ? NumberText.significant(microseconds, digits: 2) : "\(Int(microseconds.rounded()))"
        return "\(number) µs"
    }

    /// Microseconds.
    var json: JSON { microseconds.map { .real($0) } ?? .null }

    private var microseconds: Double? { median.map { $0 / .microseconds(1) } }
}
