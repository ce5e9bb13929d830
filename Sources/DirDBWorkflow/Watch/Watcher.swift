import DirDB

/// What a watch knows of a database, and how it learns more.
///
/// The contract: `entries` holds the version of each file that was seen last, and every difference to it is told
/// once. A listing of everything compares all files; it is made at the beginning, when polling, and when the kernel's
/// queue has overflowed. Between listings an event tells of one file. Watches are made before the listing, so that
/// nothing falls between the two; events that came meanwhile may be of what the listing has seen already, so while it
/// catches up each is compared like a file that is listed, and nothing is told: of a commit that went on meanwhile the
/// listing may have seen a half. From the moment when the queue was empty, each event is a change of its own. The files
/// of a commit that has an intent record are told together, when the record goes.
struct Watcher {
    /// A database or sub-database.
    struct WatchedDirectory {
        let database: Database
        /// The names that lead to it from the database that is watched.
        let components: [String]
    }

    enum Source {
        case events(Inotify)
        case polling(Duration)
    }

    let root: Database
    /// The directory that is watched, whatever else its path leads to later.
    let identity: FileIdentity
    let isRecursive: Bool
    let source: Source
    /// By the number of the kernel's watch.
    var watched: [Int32: Database] = [:]
    var directories: [Database: WatchedDirectory] = [:]
    /// Apart from the directories, so that a change of one state never copies those of all others.
    var entries: [Database: [EntryName: EntryState]] = [:]
    /// Whether events may be of what a listing has seen already.
    var isCatchingUp = true
    /// The entries that were found changed while it caught up.
    private var touched: [Database: Set<EntryName>] = [:]
    var changes: [DatabaseChange] = []
    /// Why sub-databases cannot be read.
    private(set) var failures: [DirDBError] = []
    private var failure: DirDBError?

    private static let standardPause = Duration.seconds(2)
    /// How long a cancelled task may have to wait for the end.
    private static let slice = Duration.milliseconds(100)
    /// When writers are faster than this, it tells what it has found all the same.
    private static let longestSilence = Duration.seconds(1)

    init(
        _ root: Database, isRecursive: Bool, tellsExisting: Bool, polling: Duration?
    ) throws(DirDBError) {
        self.root = root
        identity = try root.openDirectory().status().identity
        self.isRecursive = isRecursive
        let pauseNeeded = try Self.pauseNeeded(by: root)
        if let pause = polling ?? pauseNeeded {
            source = .polling(max(pause, .milliseconds(1)))
        } else {
            source = .events(try Inotify(path: root.path))
        }
        try listEverything()
        if case .events(let inotify) = source { try catchUp(with: inotify) }
        let found = tellsExisting ? changes.filter { $0.kind == .new } : []
        changes = found.map { (path: $0.entry.path, change: $0) }
            .sorted { $0.path.precedesInBytes($1.path) }
            .map { DatabaseChange(kind: .existing, entry: $0.change.entry, format: $0.change.format) }
    }

    /// The pause where events do not tell of all changes; nil where they do.
    private static func pauseNeeded(by database: Database) throws(DirDBError) -> Duration? {
        guard let mount = try Directory(path: database.path).mount() else { return nil }
        switch FileSystem(mount).location {
        case .local, .memory: return nil
        case .network, .unknown: return standardPause
        }
    }

    /// Waits for changes.
    /// - Returns: Some changes; none when cancelled.
    /// - Throws: The error that ends the watch, when all changes before it were told.
    mutating func wait(_ isCancelled: () -> Bool) throws(DirDBError) -> [DatabaseChange] {
        while true {
            if !changes.isEmpty {
                defer { changes = [] }
                return changes
            }
            if let failure { throw failure }
            if isCancelled() { return [] }
            do throws(DirDBError) {
                switch source {
                case .events(let inotify):
                    if isCatchingUp {
                        try catchUp(with: inotify)
                    } else {
                        let events = try inotify.events(waiting: Self.slice)
                        for event in events { try process(event) }
                        // The kernel tells the removal of a directory only when no database has it open any more.
                        if events.isEmpty, try open([]) == nil { throw .endOfWatch(root.path) }
                    }
                case .polling(let pause):
                    let end = ContinuousClock.now + pause
                    while !isCancelled(), ContinuousClock.now < end {
                        System.sleep(for: min(Self.slice, end - ContinuousClock.now))
                    }
                    try listEverything()
                }
            } catch {
                failure = error
            }
        }
    }

    /// Reads the events that are there, and tells what a listing and they have found.
    private mutating func catchUp(with inotify: Inotify) throws(DirDBError) {
        var unclear: [Database: Set<EntryName>] = [:]
        defer {
            for (database, names) in touched {
                for name in names.subtracting(unclear[database] ?? []) {
                    if let state = entries[database]?[name] { tell(state, of: name, in: database) }
                }
            }
            touched = unclear
        }
        let end = ContinuousClock.now + Self.longestSilence
        repeat {
            let events = try inotify.events(waiting: .zero)
            if events.isEmpty {
                isCatchingUp = false
                return
            }
            for event in events { try process(event) }
        } while ContinuousClock.now < end
        unclear = try lookAtTouched()
    }

    /// Looks at the entries that were found changed, since the events up to now may be of half a commit.
    /// - Returns: Those of which only the next events tell enough: a commit is under way, or data of another format may
    ///   have come.
    private mutating func lookAtTouched() throws(DirDBError) -> [Database: Set<EntryName>] {
        var unclear: [Database: Set<EntryName>] = [:]
        for (database, names) in touched {
            guard let directory = directories[database], let opened = try open(directory.components) else {
                continue
            }
            for name in names {
                guard var state = entries[database]?[name], state.hasChanged else { continue }
                try Self.lookAgain(at: name.text, in: opened, &state)
                entries[database]?[name] = state
                if state.isCommitting || state.formats.isEmpty {
                    unclear[database, default: []].insert(name)
                }
            }
        }
        return unclear
    }

    /// Notes that a sub-database cannot be read.
    mutating func report(_ error: DirDBError) {
        // Polling finds it again and again.
        if !failures.contains(error) { failures.append(error) }
    }

    /// Keeps the state of an entry, and tells what is to be told of it.
    mutating func settle(_ state: EntryState, of name: EntryName, in database: Database) {
        if case .events = source, isCatchingUp {
            entries[database, default: [:]][name] = state
            touched[database, default: []].insert(name)
        } else {
            tell(state, of: name, in: database)
        }
    }

    mutating func tell(_ state: EntryState, of name: EntryName, in database: Database) {
        var state = state
        // Of names that no entry may have there is no state.
        if let kind = state.takeChange(), let entry = try? database[name.text] {
            changes.append(DatabaseChange(kind: kind, entry: entry, format: state.format))
        }
        entries[database, default: [:]][name] = state.isEmpty ? nil : state
    }
}
