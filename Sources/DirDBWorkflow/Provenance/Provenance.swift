public import DirDB
import DirDBDumpers

/// Who writes data, and from where: the part of its provenance that is the same for all that a process writes.
///
/// It is captured once and given to each `put` that shall record it:
///
///     let provenance = Provenance.capture(version: "1.4")
///     try db["batch-17"].put(array, meta: ["epoch": 3], provenance: provenance)
///
/// The entry's metadata then has, under the key `_dirdb`, this and what is known of the data itself: the time, the
/// format, the size in bytes and a checksum, all in one commit with the data. `verifyChecksums` of a database compares
/// it later.
public struct Provenance: Hashable, Sendable {
    /// The key of an entry's metadata under which it is recorded.
    public static let key = "_dirdb"
    // The line of a shell pattern that matched a million files would be in each entry's metadata.
    private static let longestCommand = 4096

    /// The name of the machine.
    public var host: String?
    /// The name of the user.
    public var user: String
    /// The name of the program's file.
    public var program: String
    /// The version of the program, as it says itself.
    public var version: String?
    /// The command line, the program's name included; at most 4 KiB of it.
    public var command: [String]
    /// The git repository of the working directory; nil when there is none.
    public var git: GitState?

    /// Captures the provenance of what this process is about to write.
    ///
    /// The command line is part of it: a password in there would be stored.
    /// - Parameter version: The version of the program.
    /// - Returns: The provenance.
    /// - Complexity: That of `git status` in the working directory.
    public static func capture(version: String? = nil) -> Provenance {
        let arguments = CommandLine.arguments
        let program = arguments.first?.pathComponents.last ?? "unknown"
        return Provenance(
            host: Host.name, user: Host.user, program: program, version: version,
            command: shortened(arguments),
            git: GitState.current())
    }

    static func shortened(_ arguments: [String]) -> [String] {
        var room = longestCommand
        var kept: [String] = []
        for argument in arguments {
            room -= argument.utf8.count
            if room < 0 { return kept + ["… \(arguments.count - kept.count) more"] }
            kept.append(argument)
        }
        return kept
    }

    /// What is recorded of one file.
    func json(time: FileTime, format: String, byteCount: Int64, checksum: DataChecksum) -> JSON {
        var record: JSON = ["time": .string(time.iso8601)]
        if let host { record["host"] = .string(host) }
        record["user"] = .string(user)
        record["program"] = .string(program)
        if let version { record["version"] = .string(version) }
        record["command"] = .array(command.map(JSON.string))
        if let git { record["git"] = ["commit": .string(git.commit), "dirty": .bool(git.isDirty)] }
        record["format"] = .string(format)
        record["bytes"] = .integer(byteCount)
        record["checksum"] = .string(checksum.description)
        return record
    }
}

extension Database {
    private static let provenanceKey = "provenance"

    /// The provenance to record with what is written to this database; nil when the database does not ask for it.
    ///
    /// It asks by `"provenance": true` in its metadata, see `meta`:
    ///
    ///     let provenance = try db.provenance()
    ///     try db["batch-17"].put(array, provenance: provenance)
    ///
    /// - Parameter version: The version of the program.
    /// - Returns: The provenance, captured now.
    /// - Throws: `.damagedMetadata` when the metadata of the database is damaged, or the key is neither true nor false.
    public func provenance(version: String? = nil) throws(DirDBError) -> Provenance? {
        switch try meta.asObject?[Self.provenanceKey] {
        case nil, .bool(false)?: return nil
        case .bool(true)?: return .capture(version: version)
        default: throw damaged("the key \(Self.provenanceKey) is neither true nor false")
        }
    }
}
