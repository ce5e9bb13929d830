import DirDB
import Glibc

/// Clock, medians, and the lines that tell a figure.
struct Report {
    let task: String

    init(_ arguments: Arguments) {
        task = arguments.task
    }

    /// Prints one figure as a line of JSON.
    func figure(_ metric: String, _ value: Double, _ unit: String) throws {
        let line: JSON = [
            "task": .string(task), "system": "dirdb", "metric": .string(metric), "value": .real(value),
            "unit": .string(unit),
        ]
        print(try line.serialized())
        fflush(nil)
    }

    /// Seconds on the monotonic clock; comparable between processes of one machine.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = now()
        try body()
        return now() - start
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Repeats a timed body: at most `limit` times, and after `seconds` no more than `least` times.
    static func repeated(
        _ limit: Int, least: Int = 3, seconds: Double = 2, _ body: (Int) throws -> Double
    ) rethrows -> [Double] {
        var times: [Double] = []
        let begin = now()
        while times.count < limit && (times.count < least || now() - begin < seconds) {
            times.append(try body(times.count))
        }
        return times
    }

    static func complain(_ sentence: String) {
        let line = "dirdb-bench: \(sentence)\n"
        _ = write(2, line, line.utf8.count)
    }
}

/// The growth of the resident memory since a moment.
struct ResidentMemory {
    private let start: Double

    init() {
        // This makes the kernel start its high-water mark anew: proc(5), clear_refs.
        let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        if descriptor >= 0 {
            _ = write(descriptor, "5", 1)
            close(descriptor)
        }
        start = Self.mebibytes("VmRSS")
    }

    /// The high-water mark since then, in MiB above the start.
    var growth: Double { max(0, Self.mebibytes("VmHWM") - start) }

    private static func mebibytes(_ key: String) -> Double {
        guard let bytes = System.readProcFile("/proc/self/status") else { return 0 }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix(key) {
            let number = line.drop { !$0.isNumber }.prefix { $0.isNumber }
            return (Double(number) ?? 0) / 1024
        }
        return 0
    }
}
