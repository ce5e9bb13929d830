/// Finishes or undoes what a crashed process left, from the intent record it wrote.
///
/// Whoever takes an entry's lock calls `settle` before anything else. A record that cannot be read means that
/// nothing visible has happened: it is dropped. Otherwise the commit is completed, unless its files are gone or
/// a program that ignores records has written since, whose data then stays. The result is durable, whatever
/// durability the dead process had asked for; a crash in here leaves a state that the next call settles.
enum Recovery {
    enum Outcome {
        /// There is no record any more.
        case settled
        /// The record is that of a rename, which takes the lock of this entry too.
        case needsLock(Entry)
    }

    /// Settles one entry, whose exclusive lock is held; `other` is a further entry of which this is true.
    static func settle(
        _ entry: Entry, in directory: Directory, alsoHolding other: Entry? = nil
    ) throws(DirDBError) -> Outcome {
        guard let file = try IntentFile.open(entry, in: directory) else { return .settled }
        guard let record = try file.read() else {
            if try file.holdsMetadata() {
                try settleFirstVersion(entry, file, in: directory)
            } else {
                try directory.unlink(entry.files.intent)
            }
            return .settled
        }
        switch record.content {
        case .changes(let changes):
            // The dead process may have been killed before its own sync.
            try file.sync()
            try complete(changes, record.id, entry.files, directory)
        case .move(let move):
            let (source, target) = try entry.places(of: move)
            let partner = entry == source ? target : source
            // One record alone is of a rename that had not begun or was finished, so is one whose partner's
            // directory somebody has removed since.
            if let partnerDirectory = try partner.database.openDirectoryIfPresent(),
                try syncRecord(of: partner, record.id, in: partnerDirectory)
            {
                guard let other, other == partner else { return .needsLock(partner) }
                try file.sync()
                if entry == source {
                    try complete(move, source, directory, target, partnerDirectory)
                } else {
                    try complete(move, source, partnerDirectory, target, directory)
                }
                return .settled
            }
        }
        try directory.unlink(entry.files.intent)
        return .settled
    }

    /// Whether the partner of a rename has the record of the same commit, which then is durable, as the own one is
    /// made: one record that survives a power cut alone would be dropped, whatever had been renamed.
    private static func syncRecord(
        of partner: Entry, _ id: CommitID, in directory: Directory
    ) throws(DirDBError) -> Bool {
        guard let file = try IntentFile.open(partner, in: directory), try file.read()?.id == id else {
            return false
        }
        try file.sync()
        return true
    }

    // MARK: Changes of one entry

    private static func complete(
        _ changes: [IntentRecord.Change], _ id: CommitID, _ files: FileNames, _ directory: Directory
    ) throws(DirDBError) {
        var pending: [(temporary: String, file: String)] = []
        var obsolete: [String] = []
        var isDone = false
        var isForeign = false
        var isLost = false
        var isTorn = false
        for case .replace(let format, let new, let old) in changes {
            let temporary = files.temporary(format, id: id)
            let current = try ContentIdentity.current(files.data(format), in: directory)
            if let staged = try ContentIdentity.current(temporary, in: directory) {
                if current == old {
                    pending.append((temporary, files.data(format)))
                    // What was not synced may be torn.
                    if staged != new { isTorn = true }
                } else {
                    isForeign = true
                    obsolete.append(temporary)
                }
            } else if current == new {
                isDone = true
            } else {
                isLost = true
            }
        }
        if isLost || ((isForeign || isTorn) && !isDone) {
            obsolete += pending.map(\.temporary)
        } else {
            // The dead process may have asked for no sync.
            for item in pending { try sync(item.temporary, in: directory) }
            for item in pending { try directory.rename(item.temporary, to: item.file) }
            for case .delete(let format, let old) in changes {
                let file = files.data(format)
                if try ContentIdentity.current(file, in: directory) == old { try directory.unlink(file) }
            }
        }
        for temporary in obsolete { try directory.unlink(temporary) }
        try directory.sync()
    }

    static func sync(_ file: String, in directory: Directory) throws(DirDBError) {
        guard let descriptor = try directory.open(file) else { return }
        try descriptor.sync(path: directory.path(of: file))
    }

    // MARK: Renames

    private static func complete(
        _ move: IntentRecord.Move, _ source: Entry, _ sourceDirectory: Directory,
        _ target: Entry, _ targetDirectory: Directory
    ) throws(DirDBError) {
        for file in move.moved {
            let name = source.files.data(file.format)
            if try ContentIdentity.current(name, in: sourceDirectory) == file.content {
                try sourceDirectory.rename(name, to: target.files.data(file.format), in: targetDirectory)
            }
        }
        for file in move.obsolete {
            let name = target.files.data(file.format)
            if try ContentIdentity.current(name, in: targetDirectory) == file.content {
                try targetDirectory.unlink(name)
            }
        }
        try targetDirectory.sync()
        try sourceDirectory.sync()
        // In this order: the source's record alone says that the rename is finished.
        try targetDirectory.unlink(target.files.intent)
        try sourceDirectory.unlink(source.files.intent)
    }
}

extension Entry {
    /// The two entries of a rename whose record was found in this entry's directory.
    fileprivate func places(
        of move: IntentRecord.Move
    ) throws(DirDBError) -> (source: Entry, target: Entry) {
        let (own, other) = move.side == .source ? (move.source, move.target) : (move.target, move.source)
        let depth = own.directory.count
        guard own.name.hasSameBytes(as: name),
            database.components.suffix(depth).hasSameBytes(as: own.directory)
        else {
            throw .pendingCommit(
                path, "its record speaks of a rename outside this database",
                remedy: "recover the database that contains both")
        }
        let shared = Array(database.components.dropLast(depth))
        let partner = Entry(database.at(shared + other.directory), other.name)
        return move.side == .source ? (self, partner) : (partner, self)
    }
}
