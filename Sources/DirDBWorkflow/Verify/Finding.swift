public import DirDB
import DirDBDumpers

/// Something in a database that is not as it should be, or that this software cannot load.
public struct Finding: Sendable, Hashable {
    /// What was found; further kinds may be added, so a `switch` needs a default.
    public enum Kind: String, Sendable {
        /// A file that is whole, but of a kind that is not supported: nothing is wrong with the database.
        case unsupported
        /// Data or metadata that is cut off or contradicts itself.
        case damaged
        /// A file or directory that the system does not let be read, so that nobody knows whether it is damaged.
        case unreadable
        /// A commit that was cut short, or is under way.
        case pending
        /// The file of a write that never became visible, or is under way.
        case leftoverTemporary = "leftover-temporary"
        /// Metadata without data.
        case metadataWithoutData = "metadata-without-data"
        /// Several data files of one name.
        case ambiguousData = "ambiguous-data"
        /// One file under the names of two entries.
        case sharedFile = "shared-file"
        /// A lock file that is not empty.
        case lockNotEmpty = "lock-not-empty"
        /// A name that no entry may have, a symbolic link or a special file.
        case foreignFile = "foreign-file"
    }

    /// What was found.
    public let kind: Kind
    /// The file or directory concerned.
    public let path: String
    /// Cause and remedy.
    public let error: DirDBError

    /// Whether something is wrong; nothing is with a whole file of a kind that is not supported.
    public var isProblem: Bool { kind != .unsupported }

    init(_ kind: Kind, _ error: DirDBError) {
        self.init(kind, error.path, error)
    }

    private init(_ kind: Kind, _ path: String, _ error: DirDBError) {
        self.kind = kind
        self.path = path
        self.error = error
    }

    /// What is to be said of a file for which reading it failed.
    package init(_ path: String, _ error: any Error) {
        let kind: Kind =
            switch FileCondition(error) {
            case .unsupported: .unsupported
            case .damaged: .damaged
            case .unreadable: .unreadable
            case .pending: .pending
            }
        self.init(kind, path, error as? DirDBError ?? .damagedData(path, "\(error)"))
    }
}
