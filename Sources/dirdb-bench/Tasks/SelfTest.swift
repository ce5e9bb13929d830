import DirDB
import Glibc

/// The tasks one after the other, each in a process of its own, as a table for people.
enum SelfTest {
    /// The tasks of one folder in their order; a line with `*4` is run by four processes at once.
    private static let plan: [[(words: String, processes: Int)]] = [
        [
            ("put mib=64 count=5", 1), ("put mib=64 count=5 overwrite=1", 1),
            ("put mib=64 count=5 durable=1", 1),
        ],
        [
            ("fill mib=64", 1), ("get mib=64 reps=5", 1), ("row mib=64 reps=1000", 1),
            ("map mib=64 reps=1000", 1),
        ],
        [("put-small n=2000", 1)], [("put-small n=200 durable=1", 1)], [("put-small n=2000 durable=2", 1)],
        [("fill-small n=10000", 1), ("inspect n=10000 reps=3", 1)],
        [("lock iters=20000", 1)],
        [("contend-init", 1), ("contend-worker iters=500", 4), ("contend-check", 1)],
        [("fill mib=4 n=32", 1), ("stats mib=4 n=32", 1)],
        [("simrun-import folders=100", 1)],
        [("parquet-write rows=2000000", 1), ("parquet-read rows=2000000", 1)],
    ]

    static func run(_ arguments: Arguments) throws {
        let parent = (try? arguments.text("dir")) ?? "."
        let folder = "\(parent)/dirdb-bench.\(getpid())"
        defer { remove(folder) }
        print("task                                metric            value  unit")
        for (number, tasks) in plan.enumerated() {
            for task in tasks {
                for line in try output(of: task.words, folder: "\(folder)/\(number)", task.processes) {
                    printFigure(task.words, try JSON(parsing: line))
                }
            }
        }
    }

    private static func printFigure(_ words: String, _ figure: JSON) {
        guard let metric = figure.metric.asString, let value = figure.value.asDouble,
            let unit = figure.unit.asString, metric != "t0" && metric != "t1"
        else { return }
        let digits = value.magnitude >= 100 ? 0 : value.magnitude >= 1 ? 2 : 5
        let scale = pow(10, Double(digits))
        let number = (value * scale).rounded() / scale
        let text = digits == 0 ? String(Int(number)) : String(number)
        print(
            padded(words, 36) + padded(metric, 12) + String(repeating: " ", count: max(0, 12 - text.count))
                + "\(text)  \(unit)")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// The lines that a task prints, of all its processes.
    private static func output(of words: String, folder: String, _ processes: Int) throws -> [String] {
        let streams = (0..<processes).map { _ in
            popen("/proc/\(getpid())/exe \(words) dir=\(quoted(folder))", "r")
        }
        var lines: [String] = []
        for stream in streams {
            guard let stream else { throw SystemFailure(words: words) }
            var buffer = [CChar](repeating: 0, count: 4096)
            while fgets(&buffer, Int32(buffer.count), stream) != nil {
                lines.append(
                    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            guard pclose(stream) == 0 else { throw SystemFailure(words: words) }
        }
        return lines
    }

    private static func remove(_ folder: String) {
        if let stream = popen("rm -rf \(quoted(folder))", "r") { pclose(stream) }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }

    private struct SystemFailure: Error, CustomStringConvertible {
        let words: String
        var description: String { "the task \(words) failed; run it alone to see why" }
    }
}
