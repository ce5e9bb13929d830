import DirDB

/// The search for result folders: depth first, one directory open at a time on each level.
struct TreeScan {
    let root: String
    private(set) var folders: [ResultFolder] = []
    private(set) var skipped: [SimrunTree.Skipped] = []

    init(root: String) {
        self.root = root
    }

    // Deeper than any path can be.
    private static let depthLimit = 2000

    mutating func run() throws(DirDBError) {
        let directory: Directory
        do throws(DirDBError) { directory = try Directory(path: root) } catch {
            throw error.code == .notFound ? .missingResults(root) : error
        }
        try scan(directory, "", depth: 0)
    }

    private mutating func scan(
        _ directory: Directory, _ relativePath: String, depth: Int
    ) throws(DirDBError) {
        if depth > Self.depthLimit { throw .nestedTooDeeply(directory.path) }
        var files: [String] = []
        var children: [String] = []
        let stream = try directory.stream()
        while let (name, listed) = try stream.next() {
            guard let name else {
                // Such a folder may hold results.
                guard listed == .regular, !ResultFolderFiles.isResult(stream.shownName) else {
                    throw .nameIsNotUTF8(in: directory.path)
                }
                skip(
                    relativePath.appending(path: stream.shownName),
                    "its name is not UTF-8")
                continue
            }
            let path = relativePath.appending(path: name)
            var kind = listed
            if kind == .unknown { kind = try directory.status(name)?.kind ?? .other }
            switch kind {
            case .regular: if !name.isHidden { files.append(name) }
            case .directory:
                if name.hasSuffix("_running") {
                    skip(path, "its name ends in _running: the job that writes it is not finished")
                } else if name.isHidden {
                    skip(path, "it is hidden")
                } else {
                    children.append(name)
                }
            case .symbolicLink: skip(path, "it is a symbolic link, which is not followed")
            case .other, .unknown: skip(path, "it is neither a file nor a folder")
            }
        }
        if let folder = try ResultFolderFiles(files, directory.path).folder(
            relativePath, in: directory, skipped: &skipped)
        {
            folders.append(folder)
        }
        for name in children {
            // One that vanished meanwhile was moved by its job.
            guard let child = try directory.openDirectory(name) else { continue }
            try scan(child, relativePath.appending(path: name), depth: depth + 1)
        }
    }

    private mutating func skip(_ path: String, _ reason: String) {
        skipped.append(.init(path: path, reason: reason))
    }
}
