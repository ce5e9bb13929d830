import DirDB

/// The names in one folder that is imported from, sorted by bytes.
struct SourceFolder {
    let relativePath: String
    private(set) var files: [String] = []
    private(set) var folders: [String] = []
    /// Links, and what is neither a file nor a folder.
    private(set) var others: Set<String> = []

    /// Lists a folder; what is neither a visible file nor a visible folder is noted in the plan, and so is that a
    /// sub-folder cannot be listed to its end.
    init(_ relativePath: String, _ plan: inout ImportPlan) throws(DirDBError) {
        self.relativePath = relativePath
        do throws(DirDBError) { try list(&plan) } catch {
            // Without the outermost folder there is nothing to import.
            if relativePath.isEmpty { throw error }
            plan.leaveOut(relativePath, error)
        }
        files.sort { $0.precedesInBytes($1) }
        folders.sort { $0.precedesInBytes($1) }
    }

    private mutating func list(_ plan: inout ImportPlan) throws(DirDBError) {
        let path = plan.path(of: relativePath)
        let directory: Directory
        do throws(DirDBError) { directory = try Directory(path: path) } catch {
            throw error.code == .notFound ? .missingFolder(path) : error
        }
        let stream = try directory.stream()
        while let (name, listed) = try stream.next() {
            guard let name else {
                plan.skip(relativePath, "a name in it is not UTF-8")
                continue
            }
            let below = self.path(of: name)
            var kind = listed
            if kind == .unknown { kind = try directory.status(name)?.kind ?? .other }
            if name.isHidden {
                plan.skip(below, "it is hidden")
                continue
            }
            switch kind {
            case .regular: files.append(name)
            case .directory: folders.append(name)
            case .symbolicLink:
                others.insert(name)
                plan.skip(below, "it is a symbolic link, which is not followed")
            case .other, .unknown:
                others.insert(name)
                plan.skip(below, "it is neither a file nor a folder")
            }
        }
    }

    /// The path of something in it, below the root.
    func path(of name: String) -> String {
        relativePath.appending(path: name)
    }

    /// The names that lead to the folder.
    var names: [String] { relativePath.pathComponents }
}

enum SourceFile {
    /// Opens a file, whose last name is no symbolic link.
    static func open(_ path: String, format: String) throws(DirDBError) -> DataFile {
        let (folder, name) = path.splitAtLastSlash()
        let directory = try Directory(path: folder)
        guard let descriptor = try directory.open(name) else { throw .missingFolder(path) }
        return try DataFile(descriptor, path: path, format: format)
    }
}
