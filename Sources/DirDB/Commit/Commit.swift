// The commit: staged files, complete and synced under temporary names, become visible as one. The lock is held.
//
//     one step     a rename over the final name, or an unlink; directory synced
//     more         record made: `.NAME.intent`, a symbolic link whose target is the list of steps
//                  [names synced, where the file system keeps no order of names]
//                  each new file renamed to its final name, the data first
//                  [names synced, if a file is to go]
//                  each old file unlinked
//                  directory synced, and success may be reported
//                  record removed; not synced: settling it again does no harm
//
// A reader without the lock sees each file whole, old or new, and waits for the record to go. After a crash whoever takes
// the lock next completes the commit, or undoes it (Recovery.swift). Relaxed durability: the same steps without the syncs.

struct Commit {
    let files: FileNames
    let directory: Directory
    /// In the names of the staged files.
    let id: CommitID
    /// In their order: new files first, so that nothing is ever missing.
    let steps: [Step]
    let isDurable: Bool
    private(set) var hasRecord = false

    init(_ entry: Entry, in directory: Directory, _ id: CommitID, _ steps: [Step], isDurable: Bool) {
        files = entry.files
        self.directory = directory
        self.id = id
        self.steps = steps
        self.isDurable = isDurable
    }

    /// Makes the steps visible and, if asked for, durable.
    /// - Throws: An error after which all is as it was, without the staged files; or, when it struck after the first
    ///   visible change, one that says so: the next process that takes the lock then completes the commit.
    ///
    /// Without `syncingNames` the names are left to what the caller syncs later.
    mutating func run(syncingNames: Bool = true) throws(DirDBError) {
        do throws(DirDBError) {
            try makeRecord()
            if hasRecord && isDurable { try directory.syncUnlessOrdered() }
        } catch {
            undo()
            throw error
        }
        try perform()
        if syncingNames { try syncNames() }
        removeRecord()
    }

    /// Makes the record of several steps; for a removal only where there is room for it.
    ///
    /// What is to make room on a full disk must not need some. A crash amid such a removal may leave the metadata alone.
    mutating func makeRecord() throws(DirDBError) {
        guard steps.count > 1 else { return }
        do throws(DirDBError) {
            hasRecord = true
            try Record(id: id, steps: steps).make(files.intent, in: directory, isDurable: isDurable)
        } catch {
            // Somebody else's is left to the next locker.
            if error.code == .alreadyExists { hasRecord = false }
            guard error.code == .noSpace && steps.allSatisfy(\.isRemoval) else { throw error }
            try directory.unlink(files.intent)
            hasRecord = false
        }
    }

    /// Makes the steps visible.
    /// - Throws: As `run()` does.
    func perform() throws(DirDBError) {
        var isVisible = false
        do throws(DirDBError) { try perform(steps, &isVisible) } catch {
            if isVisible { throw error.afterCommitPoint(isRecorded: hasRecord) }
            undo()
            throw error
        }
    }

    /// Makes some of the steps visible; `isVisible` is set by the first.
    func perform(_ steps: [Step], _ isVisible: inout Bool) throws(DirDBError) {
        var isAfterReplacement = false
        for step in steps {
            let file = files.data(step.format)
            if step.isRemoval {
                if isAfterReplacement && isDurable { try directory.syncUnlessOrdered() }
                try directory.unlink(file)
            } else {
                try directory.rename(staged(step), to: file)
            }
            isAfterReplacement = !step.isRemoval
            isVisible = true
        }
    }

    /// Makes the names durable that `perform()` has changed, if asked for.
    func syncNames() throws(DirDBError) {
        if !isDurable { return }
        do { try directory.sync() } catch { throw error.afterCommitPoint(isRecorded: hasRecord) }
    }

    func removeRecord() {
        // A record that stays is settled by the next locker, who finds nothing left to do.
        if hasRecord { try? directory.unlink(files.intent) }
    }

    /// Removes what was staged, before anything was visible; what cannot be removed now is removed by `recover`.
    func undo() {
        // The record first: without it the staged files are what any interrupted write leaves.
        if hasRecord && (try? directory.unlink(files.intent)) == nil { return }
        for case let step in steps where !step.isRemoval { try? directory.unlink(staged(step)) }
    }

    /// The temporary name of the new file of a step.
    func staged(_ step: Step) -> String { files.temporary(step.format, id: id) }
}

/// One visible change of a commit.
enum Step: Equatable {
    /// The staged file of this extension takes its final name.
    ///
    /// `new` is what was staged, nil when it is not to be checked; `old` is what was there, nil for nothing.
    case replace(_ format: String, new: ContentIdentity? = nil, old: ContentIdentity? = nil)
    /// The final file of this extension goes.
    case remove(_ format: String, old: ContentIdentity? = nil)

    var format: String {
        switch self {
        case .replace(let format, _, _), .remove(let format, _): format
        }
    }

    var isRemoval: Bool {
        if case .remove = self { true } else { false }
    }
}
