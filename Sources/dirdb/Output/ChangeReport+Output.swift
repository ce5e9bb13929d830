import ArgumentParser
import DirDB
import DirDBWorkflow

extension ChangeReport {
    /// Prints what was done, as a summary or as an object for each entry, and on standard error what could not be.
    /// - Throws: The exit status of a failure when something could not be done.
    func print(asJSON: Bool, isDryRun: Bool) throws {
        try Output.write { output in
            if asJSON {
                for item in items { try output.json(item.json) }
            } else {
                if isDryRun {
                    for item in items where item.isChange { try output.line("would be \(item.text)") }
                }
                for line in summary(isDryRun: isDryRun) { try output.line(line) }
            }
        }
        for failure in failures { Diagnostics.error(failure.message) }
        if !failures.isEmpty { throw ExitCode.failure }
    }

    /// Such as `copied: 3 entries, 1.2 MiB`.
    private func summary(isDryRun: Bool) -> [String] {
        let lines = Change.allCases.compactMap { change -> String? in
            let items = items(change)
            if items.isEmpty { return nil }
            let bytes = items.reduce(Int64(0)) { $0.addingSaturating($1.bytes) }
            let title = isDryRun && items[0].isChange ? "would be \(change.rawValue)" : change.rawValue
            if change == .pruned {
                return "\(title): \(items.count) \(items.count == 1 ? "sub-database" : "sub-databases")"
            }
            return "\(title): \(items.count) \(items.count == 1 ? "entry" : "entries"), \(Units.size(bytes))"
        }
        return lines.isEmpty && failures.isEmpty ? ["nothing to do"] : lines
    }
}

extension ChangeReport.Item {
    fileprivate var isChange: Bool { ![.unchanged, .skipped, .kept].contains(change) }

    fileprivate var text: String {
        let size = change == .pruned ? "" : " (\(Units.size(bytes)))"
        return "\(change.rawValue) \(key)\(newKey.map { " as \($0)" } ?? "")\(size)"
    }

    fileprivate var json: JSON {
        var object: JSON = [
            "name": .string(key), "change": .string(change.rawValue), "bytes": .integer(bytes),
        ]
        if let newKey { object["as"] = .string(newKey) }
        return object
    }
}
