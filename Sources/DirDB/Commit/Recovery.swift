/// Completes or undoes what a crashed process left, from the record that it made.
///
/// Whoever takes an entry's lock calls `settle` before anything else. The commit is completed, unless its files are gone
/// or a program that ignores records has written since, whose files then stay. The result is durable, whatever durability
/// the dead process had asked for; a crash in here leaves a state that the next call settles.
enum Recovery {
    /// What has become of a step.
    private enum State {
        case pending
        case done
        /// Somebody who ignores records has changed the file.
        case foreign
        /// The staged file is not what was written: it was not synced.
        case torn
        /// The staged file is gone, but not to its place.
        case lost
    }

    /// Settles one entry, whose exclusive lock is held.
    static func settle(_ entry: Entry, in directory: Directory) throws(DirDBError) {
        guard let record = try Record.read(entry, in: directory) else { return }
        try directory.syncUnlessOrdered()
        let steps = record.steps
        let commit = Commit(entry, in: directory, record.id, steps, isDurable: true)
        let states = try states(of: commit)
        let pending = zip(steps, states).filter { $1 == .pending }.map(\.0)

        if isToBeUndone(steps, states) {
            try directory.unlink(entry.files.intent)
            // In this order: without its staged file a step counts as done.
            try directory.syncUnlessOrdered()
            for step in steps where !step.isRemoval { try directory.unlink(commit.staged(step)) }
            return
        }
        for step in pending where !step.isRemoval { try sync(commit.staged(step), in: directory) }
        var isVisible = false
        try commit.perform(pending, &isVisible)
        // Those of steps that are not made, and of a rename to a name of the same file, which does nothing.
        for step in steps where !step.isRemoval { try directory.unlink(commit.staged(step)) }
        try directory.sync()
        try directory.unlink(entry.files.intent)
    }

    private static func isToBeUndone(_ steps: [Step], _ states: [State]) -> Bool {
        let removals = zip(steps, states).filter { $0.0.isRemoval }.map(\.1)
        let replacements = zip(steps, states).filter { !$0.0.isRemoval }.map(\.1)
        if states.contains(.lost) { return true }
        // Nothing goes for the sake of a file that is torn.
        if states.contains(.torn) && !removals.isEmpty { return true }
        return (states.contains(.foreign) || states.contains(.torn))
            && !(replacements.isEmpty ? removals : replacements).contains(.done)
    }

    private static func states(of commit: Commit) throws(DirDBError) -> [State] {
        var states: [State] = []
        // Replacements come first.
        for step in commit.steps {
            let current = try ContentIdentity.current(commit.files.data(step.format), in: commit.directory)
            switch step {
            case .replace(_, let new, let old):
                let staged = try ContentIdentity.current(commit.staged(step), in: commit.directory)
                if let staged {
                    let isTorn = new != nil && staged != new
                    states.append(current != old ? .foreign : isTorn ? .torn : .pending)
                } else {
                    // Versions that look alike may be the same: then there is nothing to lose.
                    states.append(current != nil && (current != old || current == new) ? .done : .lost)
                }
            case .remove(_, let old):
                let isReplaced = zip(commit.steps, states).allSatisfy { $0.isRemoval || $1 == .done }
                if current == nil {
                    states.append(isReplaced ? .done : .foreign)
                } else {
                    states.append(current == old ? .pending : .foreign)
                }
            }
        }
        return states
    }

    private static func sync(_ file: String, in directory: Directory) throws(DirDBError) {
        guard let descriptor = try directory.open(file) else { return }
        try descriptor.sync(path: directory.path(of: file))
    }
}
