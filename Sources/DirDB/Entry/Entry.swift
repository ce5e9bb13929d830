/// A name in a database: a proxy that holds nothing and is valid before, while and after its files exist.
///
/// Reading needs neither lock nor permission to write: each file is always a complete version. Changes take the
/// entry's lock, and publish data and metadata as a pair; see `withLock`
/// for several steps as one.
public struct Entry: Sendable {
    /// The database, or sub-database, that the entry is in.
    public let database: Database
    /// The name without path and extension.
    public let name: String
    let hint: FormatHint

    /// What is known of the extension of the data file before the directory is looked at.
    enum FormatHint {
        case none
        /// A listing has shown it, or a reader wants it: it is looked for first.
        case likely(String)
        /// It was asked for: all access is confined to it.
        case required(String)

        var format: String? {
            switch self {
            case .none: nil
            case .likely(let format), .required(let format): format
            }
        }

        var required: String? {
            if case .required(let format) = self { format } else { nil }
        }
    }

    init(_ database: Database, _ name: String, _ hint: FormatHint = .none) {
        self.database = database
        self.name = name
        self.hint = hint
    }

    /// The same entry, confined to the data file of one format, for a name that several data files bear.
    /// - Parameter extension: The file extension without the dot; "" for none.
    /// - Returns: The confined entry.
    public func format(_ extension: String) -> Entry {
        Entry(database, name, .required(`extension`))
    }

    /// The same entry, looked for in this format first.
    func preferring(_ format: String) -> Entry {
        hint.required == nil ? Entry(database, name, .likely(format)) : self
    }

    /// The absolute path without extension: the directory's path and the name.
    public var path: String { database.path.appending(path: name) }

    /// The names of the sub-databases that lead from the opened database to the entry, and its own.
    public var components: [String] { database.components + [name] }

    /// The key of the entry in the opened database: ``components``, separated by slashes.
    public var key: String { components.joined(separator: "/") }

    var files: FileNames { FileNames(entry: name, isInPartition: database.isPartition) }
}

extension Entry: Hashable, Comparable, CustomStringConvertible {
    /// Two values are equal when they are of the same path.
    public static func == (left: Entry, right: Entry) -> Bool {
        left.name.hasSameBytes(as: right.name) && left.database == right.database
    }

    /// Orders by the bytes of the paths.
    public static func < (left: Entry, right: Entry) -> Bool {
        left.path.precedesInBytes(right.path)
    }

    /// Hashes the path.
    public func hash(into hasher: inout Hasher) {
        for byte in path.utf8 { hasher.combine(byte) }
    }

    /// The path.
    public var description: String { path }
}
