import DirDB

/// A new folder for temporary files, which goes with all that is in it.
enum TemporaryFolder {
    // Deeper than a program makes what it removes itself when all goes well.
    private static let depthLimit = 50

    /// Makes a folder in that for temporary files, calls `body` with its path, and removes it.
    /// - Throws: What `body` throws; an error when the folder cannot be made.
    static func with<Result>(for purpose: String, _ body: (String) throws -> Result) throws -> Result {
        let path = try Terminal.makeTemporaryDirectory(for: purpose)
        defer { remove(path) }
        return try body(path)
    }

    private static func remove(_ path: String) {
        let (parent, name) = path.splitAtLastSlash()
        do throws(DirDBError) {
            try remove(name, in: try Directory(path: parent), depth: 0)
        } catch {
            Diagnostics.warning("\(path) stays behind: \(error.message)")
        }
    }

    private static func remove(_ name: String, in parent: Directory, depth: Int) throws(DirDBError) {
        guard depth < depthLimit, let directory = try parent.openDirectory(name) else { return }
        // All names first: what a stream tells while names go is up to the file system.
        var names: [String] = []
        let stream = try directory.stream()
        while let (name, _) = try stream.next() {
            if let name { names.append(name) }
        }
        for name in names {
            if try directory.status(name)?.kind == .directory {
                try remove(name, in: directory, depth: depth + 1)
            } else {
                try directory.unlink(name)
            }
        }
        try parent.removeDirectory(name)
    }
}
