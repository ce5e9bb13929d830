public import DirDB

/// What an import did.
public struct SimrunReport: Sendable, Hashable {
    /// The entries that were made, in order.
    public internal(set) var imported: [String] = []
    /// The entries that were there already, made from the same files.
    public internal(set) var unchanged: [String] = []
    /// The entries of earlier imports that these raw results do not make any more, such as of a site that is gone.
    public internal(set) var stale: [String] = []
    /// What was left out of the raw results, and why.
    public internal(set) var skipped: [SimrunTree.Skipped] = []
    /// What the person who imports should know, sentences.
    public internal(set) var warnings: [String] = []
    /// The number of result folders.
    public internal(set) var folderCount = 0
    /// The number of trials.
    public internal(set) var trialCount = 0
}

extension SimrunReport {
    /// The report as lines of text.
    /// - Parameter isDryRun: Whether it tells what would be done.
    /// - Returns: The lines, without a line feed at the end.
    public func text(isDryRun: Bool = false) -> String {
        func entries(_ count: Int) -> String { "\(count) \(count == 1 ? "entry" : "entries")" }
        var lines = [
            "\(folderCount) \(folderCount == 1 ? "folder" : "folders") with \(trialCount)"
                + " \(trialCount == 1 ? "trial" : "trials")",
            (isDryRun ? "would be " : "")
                + "imported: \(imported.isEmpty ? "nothing" : entries(imported.count))",
        ]
        if !unchanged.isEmpty { lines.append("there already: \(entries(unchanged.count))") }
        for entry in stale {
            lines.append("stale \(entry): its raw files have gone or changed; dirdb rm removes it")
        }
        for item in skipped { lines.append("skipped \(item.path.isEmpty ? "." : item.path): \(item.reason)") }
        for warning in warnings { lines.append("warning: \(warning)") }
        return lines.joined(separator: "\n")
    }

    /// The report as a JSON object.
    public var json: JSON {
        func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
        return [
            "folders": .integer(Int64(folderCount)), "trials": .integer(Int64(trialCount)),
            "imported": strings(imported), "unchanged": strings(unchanged),
            "stale": strings(stale),
            "skipped": .array(skipped.map { ["path": .string($0.path), "reason": .string($0.reason)] }),
            "warnings": strings(warnings),
        ]
    }
}
