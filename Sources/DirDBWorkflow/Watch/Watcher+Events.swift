import DirDB

extension Watcher {
    /// Learns from one event.
    mutating func process(_ event: Inotify.Event) throws(DirDBError) {
        if event.isOverflow { return try listEverything() }
        // Of a directory that was forgotten there may be events left.
        guard let database = watched[event.watch], let directory = directories[database] else { return }
        if event.isEnd || event.isMoveOfDirectory {
            // A sub-database that was moved is an event of the directory that it was in, too.
            if directory.components.isEmpty { throw .endOfWatch(root.path) }
            if event.isEnd {
                watched[event.watch] = nil
                // Another directory may have taken its name, and is watched already.
                if !watched.values.contains(database) { forget(directory) }
            }
            return
        }
        guard let name = event.name else { return }
        if event.isOfDirectory {
            if isRecursive { try processDirectory(name, in: directory, event) }
        } else {
            do throws(DirDBError) { try processFile(name, in: directory, event) } catch {
                if directory.components.isEmpty || error.code == .system { throw error }
                report(error)
            }
        }
    }

    private mutating func processDirectory(
        _ name: String, in directory: WatchedDirectory, _ event: Inotify.Event
    ) throws(DirDBError) {
        if event.isRemoval {
            let path = Array("\(directory.database.path)/\(name)".utf8)
            for gone in directories.values {
                let other = Array(gone.database.path.utf8)
                if other == path || other.starts(with: path + "/".utf8) { forget(gone) }
            }
        } else if event.isCreation, let child = child(name, of: directory) {
            try list(from: child.database, child.components)
        }
    }

    private mutating func processFile(
        _ name: String, in directory: WatchedDirectory, _ event: Inotify.Event
    ) throws(DirDBError) {
        let entryName: String
        switch FileRole(name) {
        case .data(let entry, _): entryName = entry
        case .metadata(let entry), .intent(let entry): entryName = entry
        default: return
        }
        let key = EntryName(entryName)
        var state = entries[directory.database]?[key] ?? EntryState()
        switch FileRole(name) {
        case .data(_, let format):
            guard let (file, evidence) = try look(at: name, in: directory, event) else { return }
            state.noteData(Array(format.utf8), file, evidence)
        case .metadata:
            guard let (file, evidence) = try look(at: name, in: directory, event) else { return }
            state.noteMetadata(file, evidence)
        default:
            guard event.isCreation || event.isRemoval else { return }
            let isThere = try status(of: name, in: directory) != nil
            state.isCommitting = isCatchingUp ? isThere : event.isCreation
        }
        settle(state, of: key, in: directory.database)
    }

    /// What an event says of a file; nil where it says nothing yet.
    private func look(
        at name: String, in directory: WatchedDirectory, _ event: Inotify.Event
    ) throws(DirDBError) -> (EntryState.File, EntryState.Evidence)? {
        if event.isRemoval && !isCatchingUp { return (.absent, .name) }
        if !event.isCompletion && !event.isRemoval {
            // What got its name by link(2) is complete, and nobody closes it.
            guard let status = try status(of: name, in: directory), status.kind == .regular,
                status.linkCount > 1
            else { return nil }
        }
        let evidence: EntryState.Evidence = isCatchingUp ? .look : event.isCreation ? .name : .closing
        guard let status = try status(of: name, in: directory) else {
            // Of what is gone again by now another event tells the end.
            return (evidence == .name ? .passed : .absent, evidence)
        }
        // A link has been put there, perhaps in the place of a file.
        guard status.kind == .regular else { return (.absent, .look) }
        return (.present(EntryState.Stamp(status)), evidence)
    }

    private func status(of file: String, in directory: WatchedDirectory) throws(DirDBError) -> FileStatus? {
        guard let opened = try open(directory.components) else { return nil }
        return try opened.status(file)
    }
}
