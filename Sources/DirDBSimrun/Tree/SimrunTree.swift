public import DirDB

/// What was found below a folder of raw simrun results.
///
/// Only names were read, and the headers of trace files.
public struct SimrunTree: Sendable {
    /// Something that is left out, and why.
    public struct Skipped: Sendable, Hashable {
        /// The path below the root.
        public let path: String
        /// The reason, a clause.
        public let reason: String
    }

    /// The folder that was looked through, as it was given.
    public let root: String
    /// The folders with traces, by the bytes of the paths of their trace files.
    public let folders: [ResultFolder]
    /// What was left out, by the bytes of the paths.
    public let skipped: [Skipped]
    /// The row of each folder's first trial, and behind them the number of trials.
    let firstRows: [Int]

    /// Looks through a folder of raw results.
    ///
    /// Folders below it whose names end in `_running` belong to jobs that still write: they are skipped and told of, and
    /// so are symbolic links, hidden folders, and folders with activations but without traces.
    ///
    /// - Parameter root: The folder.
    /// - Throws: `.notFound` when there is no such folder; `.invalidArgument` when a folder has two files of traces, two
    ///   files of one run, or another number of runs than of traces; `.damagedData` when the header of a trace file
    ///   is none.
    /// - Complexity: O(n log n) in the number of files; one small read for each trace file.
    public init(scanning root: String) throws(DirDBError) {
        var scan = TreeScan(root: root)
        try scan.run()
        self.init(
            root: root,
            folders: scan.folders.sorted { $0.relativeTracePath.precedesInBytes($1.relativeTracePath) },
            skipped: scan.skipped.sorted { $0.path.precedesInBytes($1.path) })
    }

    init(root: String, folders: [ResultFolder], skipped: [Skipped]) {
        self.root = root
        self.folders = folders
        self.skipped = skipped
        var rows = [0]
        for folder in folders { rows.append((rows.last ?? 0) + folder.runs.count) }
        firstRows = rows
    }

    /// The number of trials.
    public var trialCount: Int { firstRows.last ?? 0 }

    /// All trials, in the order of the rows.
    public var trials: [Trial] {
        folders.indices.flatMap { trials(ofFolder: $0) }
    }

    /// The trials of one folder, in the order of the rows.
    public func trials(ofFolder index: Int) -> [Trial] {
        let folder = folders[index]
        return folder.runs.enumerated().map { column, run in
            let digits = String(run)
            let number = String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
            return Trial(
                folder: index, run: run, column: column, number: number,
                index: folder.relativePath(of: number))
        }
    }

    /// The rows of one folder's trials.
    public func rows(ofFolder index: Int) -> Range<Int> {
        firstRows[index]..<firstRows[index + 1]
    }

    /// The path of a file, given by its path below the root.
    public func path(of relativePath: String) -> String {
        root.appending(path: relativePath)
    }
}
