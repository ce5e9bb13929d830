import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import Synchronization

/// How far an import or a backup is, on standard error: a bar that is drawn anew on a terminal, else a line now and then.
final class ProgressLine: Sendable {
    /// The entry that is worked on, and how many bytes of how many are done.
    typealias Progress = (entry: String, doneBytes: Int64, totalBytes: Int64, unchangedBytes: Int64)

    private struct State {
        var shown: ContinuousClock.Instant?
        var last: Progress?
        var isDrawn = false
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now
    private let isTerminal = Terminal.isTerminal(2)
    private static let barWidth = 24

    /// Shows the progress of an import, unless it was shown a moment ago.
    func show(_ progress: SimrunProgress) {
        show((progress.entry, progress.doneBytes, progress.totalBytes, progress.unchangedBytes))
    }

    /// Shows the progress of a backup on a terminal, unless it was shown a moment ago.
    func show(_ progress: BackupProgress) {
        // Elsewhere each entry would be a line.
        if isTerminal { show((progress.key, progress.doneBytes, progress.totalBytes, 0)) }
    }

    /// Shows on a terminal how much of one file was read.
    func show(doneBytes: Int64, of totalBytes: Int64) {
        if isTerminal { show(("", doneBytes, totalBytes, 0)) }
    }

    private func show(_ progress: Progress) {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            let isOther = state.last?.entry != progress.entry
            state.last = progress
            let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
            guard !isTerminal && isOther || state.shown.map({ now - $0 >= pause }) ?? true else {
                return false
            }
            state.shown = now
            state.isDrawn = isTerminal
            return true
        }
        if !isDue { return }
        let elapsed = (now - start) / .seconds(1)
        if isTerminal {
            // To the line's start; behind the text the rest of the old one is erased.
            Diagnostics.write("\r\(Self.bar(progress)) \(Self.text(progress, after: elapsed))\u{1B}[K")
        } else {
            Diagnostics.write("dirdb: \(Self.text(progress, after: elapsed))\n")
        }
    }

    /// Removes the bar.
    func end() {
        let wasDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if wasDrawn { Diagnostics.write("\r\u{1B}[K") }
    }

    /// Removes the bar, and tells that all is done.
    func finish() {
        let elapsed = (.now - start) / .seconds(1)
        end()
        guard let last = state.withLock({ $0.last }) else { return }
        Diagnostics.write("dirdb: \(Self.finalText(last, after: elapsed))\n")
    }

    private static func bar(_ progress: Progress) -> String {
        let filled = Int((fraction(progress) * Double(barWidth)).rounded(.down))
        return "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: barWidth - filled))]"
    }

    private static func fraction(_ progress: Progress) -> Double {
        guard progress.totalBytes > 0 else { return 0 }
        return min(1, Double(progress.doneBytes) / Double(progress.totalBytes))
    }

    /// Such as `42 % of 1.0 GiB, 310 MiB/s, 2 s left: voltage_traces`.
    private static func text(_ progress: Progress, after elapsed: Double) -> String {
        let fraction = fraction(progress)
        var text = "\(Int(fraction * 100)) % of \(Units.size(progress.totalBytes))"
        if let rate = rate(progress, elapsed) {
            text += ", \(Units.size(Int64(rate)))/s"
            let left = Double(progress.totalBytes - progress.doneBytes) / rate
            // What was read has still to become durable.
            text += left > 0 ? ", \(duration(left)) left" : ", finishing"
        }
        let name = progress.entry.escapingControls().fitted(to: 40)
        return progress.entry.isEmpty ? text : "\(text): \(name)"
    }

    /// Such as `finished 1.0 GiB in 4 s, 310 MiB/s`.
    static func finalText(_ progress: Progress, after elapsed: Double) -> String {
        let work = Units.size(progress.doneBytes - progress.unchangedBytes)
        let rate = rate(progress, elapsed).map { ", \(Units.size(Int64($0)))/s" } ?? ""
        return "finished \(work) in \(duration(elapsed))\(rate)"
    }

    /// Bytes a second; nil while there is nothing to tell it from.
    private static func rate(_ progress: Progress, _ elapsed: Double) -> Double? {
        let work = progress.doneBytes - progress.unchangedBytes
        return elapsed > 0.5 && work > 0 ? Double(work) / elapsed : nil
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(.up), 1e9))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
