import DirDB
import DirDBDumpers

/// What is to be done with each entry of the source.
struct MergePlan {
    private struct Step {
        let entry: Entry
        let newKey: String
        /// The names that the new key consists of.
        let newNames: [String]
        /// What becomes of the target's entry.
        let change: ChangeReport.Change
    }

    private let source: Database
    private let options: MergeOptions
    private var steps: [Step] = []

    /// Finds out how each entry stands to the one that has its new key.
    /// - Throws: ``DirDBError`` for what is wrong as a whole; nothing was changed.
    init(_ source: Database, _ target: Database?, _ options: MergeOptions) throws {
        self.source = source
        self.options = options
        let listing = try DatabaseListing(source)
        if let failure = listing.failures.first { throw failure }
        let present = Set(try target.map { try DatabaseListing($0).entries } ?? [])
        var originals: [[UInt8]: Entry] = [:]
        for entry in listing.entries {
            if entry == steps.last?.entry { throw DirDBError.severalFiles(entry.path) }
            let newKey = options.newKey(of: entry.key)
            let newNames = newKey.keyComponents
            let copy = try (target ?? source).entry(at: newNames)
            if let other = originals.updateValue(entry, forKey: Array(newKey.utf8)) {
                throw DirDBError.twoOriginals(other.path, entry.path, newKey)
            }
            var likeness = Likeness.absent
            if target != nil && present.contains(copy) {
                likeness = try entry.likeness(to: copy, byContent: true)
            }
            let change: ChangeReport.Change =
                switch likeness {
                case .absent: .copied
                case .same: .unchanged
                case .wouldLoseData: .skipped
                case .different, .otherMetadata: options.onConflict == .replace ? .replaced : .skipped
                }
            steps.append(
                Step(entry: entry, newKey: newKey, newNames: newNames, change: change))
        }
    }

    /// - Throws: `.alreadyExists` when conflicts are to be failures and there are some.
    func refuseConflicts(_ destination: String) throws(DirDBError) {
        let taken = steps.filter { $0.change == .skipped }.map(\.newKey)
        if options.onConflict == .fail && !taken.isEmpty { throw .keysTaken(taken, destination) }
    }

    /// What would be done.
    var report: ChangeReport {
        var report = ChangeReport()
        for step in steps {
            note(step, isRemoved: isToBeRemoved(step), bytes: step.entry.dataSize, &report)
        }
        return report
    }

    func run(_ target: Database) throws -> ChangeReport {
        var report = ChangeReport()
        var emptied: Set<Database> = []
        for step in steps {
            if Task.isCancelled { throw DirDBError.cancelled(source.path) }
            try report.attempt { report in
                let copy = try target.entry(at: step.newNames)
                let bytes = step.entry.dataSize
                if step.change == .copied || step.change == .replaced { try transfer(step, copy, target) }
                var isRemoved = false
                defer { note(step, isRemoved: isRemoved, bytes: bytes, &report) }
                if isToBeRemoved(step) {
                    try removeOriginal(step.entry, of: copy)
                    isRemoved = true
                }
            }
            emptied.insert(step.entry.database)
        }
        if options.movesEntries { try source.prune(emptied, &report) }
        return report
    }

    private func isToBeRemoved(_ step: Step) -> Bool { options.movesEntries && step.change != .skipped }

    private func transfer(_ step: Step, _ copy: Entry, _ target: Database) throws {
        _ = try step.entry.transfer(
            to: copy, replacing: step.change == .replaced, timeout: options.timeout,
            verifies: false, isListed: true)
    }

    /// Removes an original, unless it has been written since it was copied.
    private func removeOriginal(_ entry: Entry, of copy: Entry) throws {
        func isCopied() throws -> Bool {
            if case .same = try entry.likeness(to: copy, byContent: true) { true } else { false }
        }
        let isRemoved =
            try entry.delete(holding: copy, timeout: options.timeout, where: isCopied)
        if !isRemoved { throw DirDBError.changedMeanwhile(entry.path, copy.path) }
    }

    private func note(
        _ step: Step, isRemoved: Bool, bytes: Int64, _ report: inout ChangeReport
    ) {
        let change = isRemoved && step.change != .replaced ? .moved : step.change
        let isSameKey = step.newKey.hasSameBytes(as: step.entry.key)
        report.note(change, step.entry, as: isSameKey ? nil : step.newKey, bytes: bytes)
    }
}

extension MergeOptions {
    fileprivate func newKey(of key: String) -> String {
        for rule in renames {
            if let newKey = rule.newKey(of: key) { return newKey }
        }
        return key
    }
}

extension DirDBError {
    fileprivate static func severalFiles(_ path: String) -> DirDBError {
        DirDBError(
            .ambiguousFormat, path: path, subject: "nothing was merged",
            "the entry \(path) has several data files",
            remedy: "delete the one that is not wanted, naming its format")
    }

    fileprivate static func twoOriginals(_ first: String, _ second: String, _ key: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: second, "\(first) and \(second) would both become \(key)",
            remedy: "give each a key of its own by other rules")
    }

    fileprivate static func keysTaken(_ keys: [String], _ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, subject: "nothing was merged",
            "\(path) has other entries of the keys \(keys.list(first: 5)) (\(keys.count) in all)",
            remedy: "give new keys by rules, or have those skipped or replaced")
    }

    fileprivate static func changedMeanwhile(_ path: String, _ copy: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, subject: "\(path) was not removed",
            "somebody has written it, or \(copy), since it was copied", remedy: "merge again, replacing")
    }
}
