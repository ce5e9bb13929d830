import DirDB
import DirDBDumpers
import Glibc

/// Two workers that dump arrays beside a reader that adds them up.
enum Dump {
    static func work(_ arguments: Arguments) throws {
        let (id, count) = (try arguments.number("id"), try arguments.number("n"))
        let database = try arguments.database()
        let mebibytes = try arguments.number("mib")
        let shape = [mebibytes * 128, BenchData.columns]
        var elements = try BenchData.large(mebibytes).elements
        try arguments.waitForStart()
        let start = Report.now()
        for index in 0..<count {
            elements[0] = Double(id * 1_000_000 + index)
            try database["w\(id)_\(BenchData.padded(index, 4))"].put(
                NDArray(shape: shape, elements: elements))
        }
        let report = Report(arguments)
        try report.figure("t0", start, "s")
        try report.figure("t1", Report.now(), "s")
    }

    static func read(_ arguments: Arguments) throws {
        let total = try arguments.number("total")
        let expected = BenchData.expectedSum(try arguments.number("mib"))
        let database = try arguments.database()
        try arguments.waitForStart()
        var seen: Set<String> = []
        var (errors, wrong) = (0, 0)
        let start = Report.now()
        while seen.count < total && Report.now() < start + 120 {
            let before = seen.count
            for entry in try database.entries() where !seen.contains(entry.name) {
                do {
                    let array: NDArray<Double> = try entry.get()
                    if array.sum() == expected + offset(entry.name) {
                        seen.insert(entry.name)
                    } else {
                        wrong += 1
                    }
                } catch {
                    errors += 1
                }
            }
            if seen.count == before { usleep(1000) }
        }
        let report = Report(arguments)
        try report.figure("t0", start, "s")
        try report.figure("t1", Report.now(), "s")
        try report.figure("seen", Double(seen.count), "1")
        try report.figure("errors", Double(errors), "1")
        try report.figure("wrong", Double(wrong), "1")
    }

    /// What the first element of `wID_KKKK` adds to the sum.
    private static func offset(_ name: String) -> Double {
        let parts = name.dropFirst().split(separator: "_").compactMap { Double($0) }
        return parts.count == 2 ? parts[0] * 1_000_000 + parts[1] : .nan
    }
}
