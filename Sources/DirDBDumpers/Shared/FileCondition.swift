import DirDB

/// Why a file is of no use as it is, in one word: the word of listings, of verification and of their JSON.
public enum FileCondition: String, Sendable, CaseIterable {
    /// The file is whole, but of a kind that this software does not load.
    case unsupported
    /// The content is cut off or contradicts itself.
    case damaged
    /// The system does not let the file be read, so that nobody knows whether it is whole.
    case unreadable
    /// A commit was cut short; opening the entry for writing completes it.
    case pending

    /// The condition of the file for which reading it failed.
    ///
    /// An error that is not a ``DirDBError`` comes from a dumper that could make nothing of the content.
    public init(_ error: any Error) {
        guard let code = (error as? DirDBError)?.code else {
            self = .damaged
            return
        }
        switch code {
        case .unsupportedFormat: self = .unsupported
        case .damagedData, .damagedMetadata, .invalidJSON, .formatMismatch: self = .damaged
        case .pendingCommit: self = .pending
        default: self = .unreadable
        }
    }
}
