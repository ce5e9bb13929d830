import DirDB

extension Watcher {
    /// Lists the database, and with it all below where that is asked for, and tells what has changed.
    /// - Throws: `.notFound` when the database is no more; ``DirDBError`` when it cannot be watched.
    mutating func listEverything() throws(DirDBError) {
        isCatchingUp = true
        let before = directories
        let listed = try list(from: root, [])
        for (database, directory) in before where !listed.contains(database) { forget(directory) }
    }

    /// Lists a database or sub-database and all below it, and tells what has changed.
    /// - Returns: Those that are there.
    @discardableResult
    mutating func list(from database: Database, _ components: [String]) throws(DirDBError) -> Set<Database> {
        isCatchingUp = true
        var found: Set<Database> = []
        var next = [WatchedDirectory(database: database, components: components)]
        // Not recursive: the depth is the disk's to choose.
        while let directory = next.popLast() {
            do throws(DirDBError) {
                // What is made from here on is an event.
                guard try watch(directory), let names = try list(directory) else {
                    if directory.components.isEmpty { throw .endOfWatch(root.path) }
                    continue
                }
                found.insert(directory.database)
                guard isRecursive else { continue }
                next += names.compactMap { child($0, of: directory) }
            } catch {
                if directory.components.isEmpty || error.code == .system { throw error }
                // What was told of it stays true as far as anybody knows.
                found.insert(directory.database)
                report(error)
            }
        }
        return found
    }

    /// The sub-database of a name, whether or not it is there; nil when no sub-database may have it.
    func child(_ name: String, of directory: WatchedDirectory) -> WatchedDirectory? {
        // By way of an entry in it, since that does not touch the disk.
        guard let entry = try? directory.database[name, "entry"] else { return nil }
        return WatchedDirectory(database: entry.database, components: directory.components + [name])
    }

    /// Forgets a directory that is no more, and tells that its entries are gone.
    mutating func forget(_ directory: WatchedDirectory) {
        for (name, state) in entries[directory.database] ?? [:] {
            var state = state
            for format in state.formats { state.noteData(format, .absent, .look) }
            state.noteMetadata(.absent, .look)
            state.isCommitting = false
            tell(state, of: name, in: directory.database)
        }
        entries[directory.database] = nil
        directories[directory.database] = nil
        for (number, database) in watched where database == directory.database {
            watched[number] = nil
            if case .events(let inotify) = source { inotify.forget(number) }
        }
    }

    /// Opens a directory, refusing links on the way from the root; nil when it is gone.
    func open(_ components: [String]) throws(DirDBError) -> Directory? {
        let directory: Directory
        do throws(DirDBError) { directory = try Directory(path: root.path) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        guard try directory.status().identity == identity else { return nil }
        do throws(DirDBError) { return try directory.openDirectory(at: components) } catch {
            // A file, or a link, has taken the place.
            if error.code == .notRegular { return nil }
            throw error
        }
    }

    /// - Returns: Whether the directory is there.
    private mutating func watch(_ directory: WatchedDirectory) throws(DirDBError) -> Bool {
        guard case .events(let inotify) = source else { return true }
        guard let number = try inotify.watch(directory.database.path) else { return false }
        watched[number] = directory.database
        return true
    }

    /// Compares the files of one directory with what was seen last.
    /// - Returns: The names of the directories in it; nil when it is gone.
    private mutating func list(_ directory: WatchedDirectory) throws(DirDBError) -> [String]? {
        guard let opened = try open(directory.components) else { return nil }
        directories[directory.database] = directory
        var names: [String] = []
        var files: [EntryName: FilesSeen] = [:]
        let stream = try opened.stream()
        while let (file, listedKind) = try stream.next() {
            guard let file else { continue }
            let role = FileRole(file)
            let isDirectory = listedKind == .directory || listedKind == .unknown
            if isDirectory, isRecursive { names.append(file) }
            // A record is a symbolic link.
            if case .intent(let name) = role, listedKind != .directory {
                files[EntryName(name), default: FilesSeen()].isCommitting = true
            }
            guard listedKind == .regular || listedKind == .unknown else { continue }
            switch role {
            case .data(let name, let format):
                let file = try Self.look(at: file, in: opened)
                files[EntryName(name), default: FilesSeen()].data[Array(format.utf8)] = file
            case .metadata(let name):
                let file = try Self.look(at: file, in: opened)
                files[EntryName(name), default: FilesSeen()].metadata = file
            default: continue
            }
        }
        try compare(directory.database, files, opened)
        return names
    }

    /// The files of an entry that a listing has found.
    private struct FilesSeen {
        var data: [[UInt8]: EntryState.File] = [:]
        var metadata = EntryState.File.absent
        var isCommitting = false
    }

    private mutating func compare(
        _ database: Database, _ files: [EntryName: FilesSeen], _ directory: Directory
    ) throws(DirDBError) {
        let known = entries[database] ?? [:]
        for name in Set(known.keys).union(files.keys) {
            var state = known[name] ?? EntryState()
            let seen = files[name] ?? FilesSeen()
            for format in Set(state.formats).union(seen.data.keys) {
                state.noteData(format, seen.data[format] ?? .absent, .look)
            }
            state.noteMetadata(seen.metadata, .look)
            state.isCommitting = seen.isCommitting
            if case .polling = source, state.hasChanged {
                try Self.lookAgain(at: name.text, in: directory, &state)
                // Data of another format may have come after the listing had passed its name: the next one sees it.
                let isConfirmed = !state.formats.isEmpty || state.isWithoutData
                state.isWithoutData = state.formats.isEmpty
                if !isConfirmed { state.isCommitting = true }
            }
            settle(state, of: name, in: database)
        }
    }

    /// Looks at all files of an entry at once: of a commit that went on while the directory was listed, or whose events
    /// are still to be read, a half may have been seen.
    static func lookAgain(
        at entry: String, in directory: Directory, _ state: inout EntryState
    ) throws(DirDBError) {
        let intent = ".\(entry).intent"
        let wasCommitting = try directory.status(intent) != nil
        for format in state.formats {
            let suffix = format.isEmpty ? "" : ".\(String(decoding: format, as: UTF8.self))"
            let name = entry + suffix
            state.noteData(format, try look(at: name, in: directory), .look)
        }
        state.noteMetadata(try look(at: "\(entry).json", in: directory), .look)
        let isCommitting = try directory.status(intent) != nil
        state.isCommitting = wasCommitting || isCommitting
    }

    /// Looks at a file; what is not a regular one is none.
    static func look(
        at file: String, in directory: Directory
    ) throws(DirDBError) -> EntryState.File {
        guard let status = try directory.status(file), status.kind == .regular else { return .absent }
        return .present(EntryState.Stamp(status))
    }
}

extension DirDBError {
    static func endOfWatch(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "the database \(path) was removed or moved while it was watched",
            remedy: "watch it where it is now")
    }
}
