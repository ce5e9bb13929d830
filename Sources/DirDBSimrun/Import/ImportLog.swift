import Synchronization

/// What happens during an import, which is told at once and kept for the report.
///
/// May be used from any thread.
final class ImportLog: Sendable {
    private struct State {
        var report = SimrunReport()
        var progress = SimrunProgress()
    }

    private let state = Mutex(State())
    private let observer: (@Sendable (SimrunProgress) -> Void)?

    init(_ observer: (@Sendable (SimrunProgress) -> Void)?) {
        self.observer = observer
    }

    var report: SimrunReport { state.withLock { $0.report } }

    /// Something that the person who imports should know, a sentence.
    func warn(_ message: String) {
        state.withLock { $0.report.warnings.append(message) }
    }

    func warnOfMissingEnd(_ path: String) {
        warn(
            "\(path) does not end with a line feed: it may have been cut off, and its last number then is wrong"
        )
    }

    /// Bytes of raw files were worked through.
    func advance(_ byteCount: Int64) {
        tell { $0.progress.doneBytes += byteCount }
    }

    /// Bytes of raw files need no work, since what is made of them is there.
    func skip(_ byteCount: Int64) {
        tell {
            $0.progress.doneBytes += byteCount
            $0.progress.unchangedBytes += byteCount
        }
    }

    /// Bytes of raw files will have to be worked through.
    func expect(_ byteCount: Int64) {
        state.withLock { $0.progress.totalBytes += byteCount }
    }

    /// Work on something begins, usually an entry.
    func begin(_ title: String) {
        tell { $0.progress.entry = title }
    }

    /// An entry is finished.
    func note(imported key: String) {
        state.withLock { $0.report.imported.append(key) }
    }

    /// An entry is there already, made from the same files.
    func note(unchanged key: String) {
        state.withLock { $0.report.unchanged.append(key) }
    }

    func note(stale: [String]) {
        state.withLock { $0.report.stale = stale }
    }

    func note(_ tree: SimrunTree) {
        state.withLock { state in
            state.report.skipped = tree.skipped
            state.report.folderCount = tree.folders.count
            state.report.trialCount = tree.trialCount
        }
    }

    private func tell(_ change: (inout State) -> Void) {
        let progress = state.withLock { state in
            change(&state)
            return state.progress
        }
        observer?(progress)
    }
}

/// How far an import is.
public struct SimrunProgress: Sendable, Hashable {
    /// The entry that is being made.
    public internal(set) var entry = ""
    /// The bytes of raw files that were worked through, each once, however many entries are made from it.
    public internal(set) var doneBytes: Int64 = 0
    /// How many of them needed no work, because the entries made from them are there already.
    public internal(set) var unchangedBytes: Int64 = 0
    /// The bytes of all raw files of the parts that are imported; it does not change during an import.
    public internal(set) var totalBytes: Int64 = 0
}
