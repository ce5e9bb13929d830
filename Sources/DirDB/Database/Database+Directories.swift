extension Database {
    /// Opens the directory of this database.
    /// - Throws: `.notFound` when it is missing.
    package func openDirectory() throws(DirDBError) -> Directory {
        guard let directory = try openDirectoryIfPresent() else { throw .missingDatabase(path) }
        return directory
    }

    /// Opens the directory; nil when a sub-database on the way is missing.
    /// - Throws: `.notFound` when the root was removed since it was opened.
    package func openDirectoryIfPresent() throws(DirDBError) -> Directory? {
        if try rootDirectory.isRemoved { throw .removedDatabase(root) }
        return try rootDirectory.openDirectory(at: components)
    }

    /// Opens the directory, creating missing sub-databases.
    func openDirectoryCreating(_ durability: Durability) throws(DirDBError) -> Directory {
        if isReadOnly { return try openDirectory() }
        var directory = rootDirectory
        for name in components {
            directory = try Self.openCreating(name, in: directory, durability)
        }
        return directory
    }

    private static func openCreating(
        _ name: String, in directory: Directory, _ durability: Durability
    ) throws(DirDBError) -> Directory {
        if let existing = try directory.openDirectory(name) { return existing }
        try directory.makeDirectory(name)
        // Without this the new directory, and all that is put into it, can vanish with the power.
        if durability == .full { try directory.sync() }
        guard let made = try directory.openDirectory(name) else {
            throw .missingDatabase(directory.path(of: name))
        }
        return made
    }

    /// Creates the directory of a database and those above it.
    static func createDirectories(_ path: String, _ durability: Durability) throws(DirDBError) {
        let existing: String
        let missing: [String]
        do { (existing, missing) = try existingPart(of: path) } catch {
            throw .system(error, "create the database", path)
        }
        if missing.isEmpty { return }
        var directory = try Directory(path: existing)
        for name in missing where name != "." {
            directory = try openCreating(name, in: directory, durability)
        }
    }

    /// The longest part of a path that there is something at, and the names of what is missing behind it.
    package static func existingPart(
        of path: String
    ) throws(SystemError) -> (existing: String, missing: [String]) {
        var names = path.pathComponents
        var missing: [String] = []
        while !names.isEmpty {
            let existing = (path.isAbsolutePath ? "/" : "") + names.joined(separator: "/")
            if try System.realPath(existing) != nil { return (existing, missing.reversed()) }
            missing.append(names.removeLast())
        }
        return (path.isAbsolutePath ? "/" : ".", missing.reversed())
    }

    // MARK: Sub-databases

    /// A sub-database, opened or created.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - further: Names of sub-databases below it.
    ///   - create: Whether to create what is missing.
    /// - Returns: The sub-database.
    /// - Throws: `.invalidName`; `.notFound` when it is missing and not to be created.
    public func subdatabase(
        _ name: String, _ further: String..., create: Bool = true
    ) throws(DirDBError) -> Database {
        let database = try subdatabase(at: [name] + further)
        _ = create ? try database.openDirectoryCreating(durability) : try database.openDirectory()
        return database
    }

    /// The sub-databases, sorted by the bytes of their paths.
    ///
    /// Symbolic links, hidden directories and directories whose name no sub-database may have are left out.
    /// - Parameter recursive: Whether those at any depth are listed too.
    /// - Returns: The sub-databases; none when the directory vanished meanwhile.
    /// - Throws: ``DirDBError`` when a directory cannot be read; one that vanishes meanwhile is no error.
    /// - Complexity: O(n) in the number of files.
    public func subdatabases(recursive: Bool = false) throws(DirDBError) -> [Database] {
        var failure: DirDBError?
        let found = recursive ? try descendants { failure = failure ?? $1 } : try children()
        if let failure { throw failure }
        return found.sorted { $0.path.precedesInBytes($1.path) }
    }

    /// All sub-databases at any depth, sorted by the bytes of their paths.
    ///
    /// Those that cannot be read are given to `unreadable`, with the reason, and left out.
    func readableDescendants(
        _ unreadable: (Database, DirDBError) -> Void
    ) throws(DirDBError) -> [Database] {
        var failed: Set<Database> = []
        let found = try descendants { database, error in
            failed.insert(database)
            unreadable(database, error)
        }
        return found.filter { !failed.contains($0) }.sorted { $0.path.precedesInBytes($1.path) }
    }

    private func descendants(
        _ unreadable: (Database, DirDBError) -> Void
    ) throws(DirDBError) -> [Database] {
        var found = try children()
        var index = 0
        // Not recursive: the depth is the disk's to choose.
        while index < found.count {
            do throws(DirDBError) {
                found += try found[index].children()
            } catch {
                unreadable(found[index], error)
            }
            index += 1
        }
        return found
    }

    private func children() throws(DirDBError) -> [Database] {
        var found: [Database] = []
        guard let directory = try openDirectoryIfPresent() else { return [] }
        let stream = try directory.stream()
        while let (name, kind) = try stream.next() {
            guard let name, kind == .directory || kind == .unknown, NameRules.objection(toName: name) == nil
            else {
                continue
            }
            if kind == .unknown, try directory.status(name)?.kind != .directory { continue }
            found.append(at(components + [name]))
        }
        return found
    }
}
