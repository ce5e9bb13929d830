public import DirDB
import DirDBDumpers

/// Where the databases of a user are, by their identifiers, so that one that was moved is found again.
///
/// A register is a database itself: the name of each entry is the identifier of a database, its data a text file with
/// the path, its metadata the description and the machine.
///
///     let register = try DatabaseRegister.standard()
///     let id = try register.add(Database("runs"))
///     let runs = try register.find(id, below: "/scratch")
public struct DatabaseRegister: Sendable {
    /// A database as the register knows it.
    public struct Record: Sendable, Hashable {
        /// The identifier.
        public let id: String
        /// Where it was when it was last seen.
        public let path: String
        /// What the database's own metadata told under the key `description`; nil for nothing.
        public let description: String?
        /// The machine that saw it there.
        public let host: String?
        /// Whether a database of this identifier is there now.
        public let isPresent: Bool
    }

    /// The register as a database.
    public let database: Database

    private static let format = "txt"

    /// Opens a register.
    ///
    /// - Parameters:
    ///   - path: Its directory.
    ///   - mode: Whether to create it.
    /// - Throws: ``DirDBError`` when it cannot be opened or made.
    public init(at path: String, _ mode: Database.Mode = .create) throws(DirDBError) {
        database = try Database(path, mode, dumpers: [])
    }

    /// The register in the user's data directory: `dirdb/register` in `$XDG_DATA_HOME`, which is `~/.local/share`
    /// unless it is set (XDG Base Directory Specification 0.8).
    ///
    /// It is created when it is missing.
    /// - Throws: `.notFound` when there is no such directory because `HOME` is not set either; ``DirDBError``.
    public static func standard() throws(DirDBError) -> DatabaseRegister {
        try DatabaseRegister(at: try standardPath())
    }

    /// The register in the user's data directory; nil when there is none yet.
    /// - Throws: `.notFound` when there is no such directory because `HOME` is not set either; ``DirDBError``.
    public static func standardIfPresent() throws(DirDBError) -> DatabaseRegister? {
        let path = try standardPath()
        do throws(DirDBError) { return try DatabaseRegister(at: path, .mustExist) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    private static func standardPath() throws(DirDBError) -> String {
        // The specification has relative paths ignored.
        if let data = Environment.variable("XDG_DATA_HOME"), data.isAbsolutePath {
            return "\(data)/dirdb/register"
        }
        guard let home = Environment.variable("HOME") else { throw .noDataDirectory }
        return "\(home)/.local/share/dirdb/register"
    }

    // MARK: Changing

    /// Adds a database, or notes that it is at another place now; one without identifier gets one.
    ///
    /// - Parameters:
    ///   - other: The database.
    ///   - timeout: How long to wait for each lock that is needed; nil for ever, `.zero` to try once.
    /// - Returns: Its identifier.
    /// - Throws: `.alreadyExists` when another directory has the same identifier, because one is a copy of the
    ///   other; `.damagedMetadata`; ``DirDBError``, after which the register is as it was.
    @discardableResult
    public func add(_ other: Database, timeout: Duration? = nil) throws -> String {
        let id = try other.assignID(timeout: timeout)
        let description = try other.meta.asObject?["description"]?.asString
        try database[id].withLock(timeout: timeout) { locked in
            if try locked.exists {
                let known = try Self.path(in: try locked.bytes(), of: locked.entry)
                if known != other.path, Self.isDatabase(id, at: known) {
                    throw DirDBError.copies(id, [known, other.path])
                }
            }
            try locked.put(format: Self.format) { sink in try sink.write(Array(other.path.utf8)) }
            locked.meta = [:]
            if let description { locked.meta["description"] = .string(description) }
            if let host = Host.name { locked.meta["host"] = .string(host) }
        }
        return id
    }

    // MARK: Looking

    /// All known databases, sorted by identifier, and what is wrong with records that are damaged.
    /// - Throws: ``DirDBError`` when the register cannot be listed.
    public func records() throws -> (records: [Record], failures: [DirDBError]) {
        var records: [Record] = []
        var failures: [DirDBError] = []
        for entry in try database.entries(order: .name) {
            do {
                if let record = try record(of: entry) { records.append(record) }
            } catch let error as DirDBError {
                failures.append(error)
            }
        }
        return (records, failures)
    }

    /// A database by its identifier; nil when it is not known, wherever it may be.
    /// - Throws: `.invalidName` for a text that is no identifier; ``DirDBError`` when the register is damaged.
    public func record(_ id: String) throws -> Record? {
        try record(of: database[id])
    }

    /// Finds a database, where it was last seen or, when it is not there any more, below a folder.
    ///
    /// One that is found at another place is noted in the register.
    /// - Parameters:
    ///   - id: The identifier.
    ///   - folder: Where to search, at any depth; hidden folders and symbolic links are left out. nil for nowhere.
    ///   - timeout: How long to wait for a lock; nil for ever, `.zero` to try once.
    /// - Returns: The path of its directory.
    /// - Throws: `.notFound`; `.alreadyExists` when several directories below the folder have the identifier, because
    ///   they are copies; ``DirDBError``.
    /// - Complexity: O(n) in the number of files below the folder, unless it is where it was.
    public func find(_ id: String, below folder: String? = nil, timeout: Duration? = nil) throws -> String {
        let known = try record(id)
        if let known, known.isPresent { return known.path }
        guard let folder else { throw DirDBError.unknownDatabase(id, known) }
        var search = DatabaseSearch(id)
        try search.run(below: folder)
        guard let found = search.found.first else {
            throw DirDBError.databaseNotFound(id, below: folder, search.failures)
        }
        if search.found.count > 1 { throw DirDBError.copies(id, search.found.map(\.path)) }
        do { try add(found, timeout: timeout) } catch let error as DirDBError {
            throw DirDBError.notNoted(id, found.path, error)
        }
        return found.path
    }

    private func record(of entry: Entry) throws -> Record? {
        do {
            let path = try Self.path(in: try entry.bytes(), of: entry)
            let meta = try entry.meta
            return Record(
                id: entry.name, path: path, description: meta.asObject?["description"]?.asString,
                host: meta.host.asString, isPresent: Self.isDatabase(entry.name, at: path))
        } catch let error as DirDBError where error.code == .notFound {
            return nil
        }
    }

    private static func path(in bytes: [UInt8], of entry: Entry) throws(DirDBError) -> String {
        guard let path = String(validating: bytes, as: UTF8.self), path.isAbsolutePath, !path.utf8.contains(0)
        else {
            throw .damagedRecord(entry.path)
        }
        return path
    }

    /// Whether a database of this identifier is there; one that cannot be read is not known to be.
    private static func isDatabase(_ id: String, at path: String) -> Bool {
        (try? Database(path, .readOnly, dumpers: []).id) == id
    }
}

extension DirDBError {
    fileprivate static var noDataDirectory: DirDBError {
        DirDBError(
            .notFound, path: "", "there is no data directory of the user",
            remedy: "set HOME or XDG_DATA_HOME to an absolute path")
    }

    fileprivate static func damagedRecord(_ path: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path, "\(path) of the register holds no absolute path",
            remedy: "remove the entry, and add the database again")
    }

    fileprivate static func copies(_ id: String, _ paths: [String]) -> DirDBError {
        DirDBError(
            .alreadyExists, path: paths[0],
            "\(paths.joined(separator: " and ")) have the same id \(id), so one is a copy of the other",
            remedy: "give the copy an id of its own")
    }

    package static func unknownDatabase(_ id: String, _ known: DatabaseRegister.Record?) -> DirDBError {
        guard let known else {
            return DirDBError(
                .notFound, path: id, "the register knows no database \(id)",
                remedy: "search below a folder, or add the database")
        }
        let host = known.host.map { " of \($0)" } ?? ""
        return DirDBError(
            .notFound, path: known.path,
            "the database \(id) was at \(known.path)\(host) and is not there now",
            remedy: "search for it below a folder")
    }

    fileprivate static func notNoted(_ id: String, _ path: String, _ cause: DirDBError) -> DirDBError {
        DirDBError(
            cause.code, path: path,
            subject: "the database \(id) is at \(path), which the register could not note",
            cause.reason, remedy: cause.remedy)
    }

    fileprivate static func databaseNotFound(
        _ id: String, below folder: String, _ failures: [DirDBError]
    ) -> DirDBError {
        guard let first = failures.first else {
            return DirDBError(
                .notFound, path: folder, "there is no database \(id) below \(folder)",
                remedy: "search elsewhere")
        }
        return DirDBError(
            .notFound, path: folder,
            subject: "no database \(id) was found below \(folder), of which \(failures.count) folders or"
                + " databases could not be read, as", first.reason,
            remedy: first.remedy)
    }
}
