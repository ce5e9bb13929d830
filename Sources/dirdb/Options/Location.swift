import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBSimrun

/// A database directory and a key in it, as `DB KEY` or `DB/KEY` on the command line.
struct Location {
    let database: String
    let key: String
    /// Whether it was given as one path.
    let isPath: Bool

    /// Splits the arguments of a command.
    /// - Parameters:
    ///   - arguments: All positional arguments.
    ///   - names: What the command takes behind the key.
    /// - Returns: The location, and what is behind it: as many arguments as names.
    /// - Throws: A usage error.
    static func parse(
        _ arguments: [String], followedBy names: String...
    ) throws -> (location: Location, others: [String]) {
        let further = names.map { " \($0)" }.joined()
        let expectation = "Expected DB KEY\(further) or DB/KEY\(further)"
        switch arguments.count - names.count {
        case 2:
            let location = try Location(arguments[0], arguments[1], isPath: false)
            return (location, Array(arguments[2...]))
        case 1:
            guard arguments[0].hasSlash else {
                throw ValidationError("\(expectation), but '\(arguments[0])' names no key.")
            }
            return (try Location(path: arguments[0]), Array(arguments[1...]))
        default:
            throw ValidationError("\(expectation).")
        }
    }

    init(_ database: String, _ key: String, isPath: Bool = false) throws {
        guard !database.isEmpty else { throw ValidationError("The path of the database is empty.") }
        self.database = database
        self.key = key
        self.isPath = isPath
    }

    /// A path that has a slash: behind the last is the key.
    private init(path: String) throws {
        let (database, key) = path.splitAtLastSlash()
        try self.init(database, key, isPath: true)
    }

    /// The location that another argument names, for a rename or a copy in the same database.
    ///
    /// Beside `DB KEY` it is a key. Beside `DB/KEY` it is a name, or a path that begins with the same directory.
    /// - Throws: A usage error for a path elsewhere.
    func sibling(_ argument: String) throws -> Location {
        guard isPath && argument.hasSlash else {
            return try Location(database, argument, isPath: isPath)
        }
        let prefix = database.utf8.last == UInt8(ascii: "/") ? database : "\(database)/"
        guard argument.utf8.starts(with: prefix.utf8) else {
            throw ValidationError(
                "'\(argument)' does not begin with '\(prefix)'; name database and keys apart: DB KEY NEWKEY.")
        }
        return try Location(
            database, String(Substring(argument.utf8.dropFirst(prefix.utf8.count))), isPath: true)
    }

    /// The entry in its database, which is opened.
    func entry(
        _ mode: Database.Mode, durability: Durability = .full, format: String? = nil
    ) throws -> Entry {
        // An illegal key is refused before a database is created for it.
        try Database.check(key.keyComponents, in: database)
        let opened = try Database.open(database, mode, durability: durability)
        let entry = try opened.entry(at: key.keyComponents)
        return format.map(entry.format) ?? entry
    }

    /// Calls `body` with the entry opened for reading only.
    ///
    /// A commit that was cut short is settled first when that is possible.
    func read<Result>(format: String? = nil, _ body: (Entry) throws -> Result) throws -> Result {
        do {
            return try body(try entry(.readOnly, format: format))
        } catch let pending as DirDBError where pending.code == .pendingCommit {
            do {
                return try body(try entry(.mustExist, format: format))
            } catch let error as DirDBError where error.code == .permissionDenied {
                throw pending
            }
        }
    }
}

extension Database {
    /// Opens a database with all formats that this program knows.
    static func open(
        _ path: String, _ mode: Mode, durability: Durability = .full
    ) throws -> Database {
        try Database(
            path, mode, durability: durability, dumpers: .standard + [LinkedTraces()])
    }
}
