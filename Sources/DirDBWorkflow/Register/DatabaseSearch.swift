import DirDB

/// The search for the databases of one identifier.
struct DatabaseSearch {
    private let id: String
    /// What was found, sorted by the bytes of the paths.
    private(set) var found: [Database] = []
    /// Why folders, or the metadata of databases, could not be read.
    private(set) var failures: [DirDBError] = []

    init(_ id: String) {
        self.id = id
    }

    /// Looks at a folder and all below it; hidden folders and symbolic links are left out.
    /// - Throws: ``DirDBError`` when the folder itself cannot be read, `.cancelled`.
    mutating func run(below folder: String) throws(DirDBError) {
        let root = try Database(folder, .readOnly, dumpers: []).path
        var paths = try look(at: root)
        // Not recursive: the depth is the disk's to choose.
        while let path = paths.popLast() {
            if Task.isCancelled { throw .cancelled(folder) }
            do throws(DirDBError) {
                paths += try look(at: path)
            } catch {
                // Gone meanwhile.
                if error.code != .notFound { failures.append(error) }
            }
        }
        found.sort { $0.path.precedesInBytes($1.path) }
    }

    /// Looks at one folder.
    /// - Returns: The folders in it.
    private mutating func look(at path: String) throws(DirDBError) -> [String] {
        let directory = try Directory(path: path)
        if try directory.status(".dirdb.json") != nil {
            do throws(DirDBError) {
                let database = try Database(path, .readOnly, dumpers: [])
                if try database.id == id { found.append(database) }
            } catch {
                failures.append(error)
            }
        }
        var folders: [String] = []
        let stream = try directory.stream()
        while let (name, listed) = try stream.next() {
            guard let name, !name.isHidden, listed == .directory || listed == .unknown
            else {
                continue
            }
            if listed == .unknown, try directory.status(name)?.kind != .directory { continue }
            folders.append(directory.path(of: name))
        }
        return folders
    }
}
