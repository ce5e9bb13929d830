import DirDB

/// What a linked entry holds in the place of data: which raw files it is read from, and how.
///
/// A file of JSON with the extension `simrun`. It names everything that reading needs, so that raw results that were
/// added later make no difference.
struct Link: Sendable, Hashable {
    /// What the raw files become.
    enum Kind: String, Sendable {
        case traces, spikes, synapses, cells
    }

    /// The state of a raw file when the link was made.
    struct Stamp: Sendable, Hashable {
        let path: String
        let size: Int64
        let seconds: Int64
        let nanoseconds: Int64
    }

    static let fileExtension = "simrun"

    let kind: Kind
    /// The folder of raw results, absolute.
    let root: String
    /// The folders in the order of the rows; what is called the trace file of each is the one to read.
    let folders: [ResultFolder]
    let files: [Stamp]
    /// The numbers of traces and points; empty for tables.
    let shape: [Int]
    let isFloat32: Bool
    /// The threshold of spikes, in mV.
    let threshold: Double
    /// A digest of the times of all traces of the import; empty for activations.
    let axis: String

    /// The result folders as a tree.
    var tree: SimrunTree { SimrunTree(root: root, folders: folders, skipped: []) }

    /// The paths below the root of the files that are read.
    static func paths(_ kind: Kind, _ folders: [ResultFolder]) -> [String] {
        folders.flatMap { folder in
            switch kind {
            case .traces, .spikes: [folder.relativeTracePath]
            case .synapses: folder.runs.compactMap { folder.synapseFiles[$0].map(folder.relativePath(of:)) }
            case .cells: folder.runs.compactMap { folder.cellFiles[$0].map(folder.relativePath(of:)) }
            }
        }
    }

    /// The files of traces, in the order of the rows.
    var traceSources: [TraceSource] {
        folders.indices.map { index in
            TraceSource(
                folder: index, relativePath: folders[index].relativeTracePath,
                kind: folders[index].traceFile.kind, traceCount: folders[index].runs.count)
        }
    }

    // MARK: Agreement with the files

    /// - Throws: `.notFound` when a raw file is gone, `.damagedData` when one has changed.
    func requireUnchanged(_ entry: String) throws(DirDBError) {
        let tree = tree
        var folder = RawFolder()
        for file in files {
            let path = tree.path(of: file.path)
            let found: Stamp
            do throws(DirDBError) { found = try Stamp(file.path, of: tree, in: &folder) } catch {
                throw error.code == .notFound ? .linkedFileIsGone(path, entry) : error
            }
            if found != file { throw .linkedFileChanged(path, entry) }
        }
    }

    /// - Throws: `.damagedData` when the times are not those of the import.
    func requireAxis(_ found: TimeAxis) throws(DirDBError) {
        if found.fingerprint != axis { throw .linkedTimesChanged(found.path) }
    }
}

extension Link.Stamp {
    /// The state of a raw file now.
    init(_ path: String, of tree: SimrunTree, in folder: inout RawFolder) throws(DirDBError) {
        let status = try folder.status(path, of: tree)
        self.init(
            path: path, size: status.size, seconds: status.modified.seconds,
            nanoseconds: Int64(status.modified.nanoseconds))
    }
}

extension DirDBError {
    static func linkedFileIsGone(_ path: String, _ entry: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "\(path) is gone, and \(entry) is only a link to it",
            remedy: "bring it back, or import what there is again")
    }

    static func linkedFileChanged(_ path: String, _ entry: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path, "\(path) has changed since \(entry) was linked to it",
            remedy: "import the results again")
    }

    static func linkedTimesChanged(_ path: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path,
            "\(path) has not the time axis that all traces had when they were linked",
            remedy: "import the results again")
    }

    static func notALink(_ path: String, _ cause: String) -> DirDBError {
        .damagedData(path, "it is no link to raw results: \(cause)")
    }

    static func otherKindOfLink(_ path: String, found: Link.Kind, asked: String) -> DirDBError {
        .formatMismatch(path, found: "a link to \(found.rawValue)", asked: asked)
    }
}
