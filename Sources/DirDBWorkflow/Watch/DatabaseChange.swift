public import DirDB

/// What a watch tells: that something has happened to an entry.
public struct DatabaseChange: Sendable, Hashable {
    /// What has happened; further kinds may be added, so a `switch` needs a default.
    public enum Kind: String, Sendable {
        /// The entry was there when the watch began.
        case existing
        /// The entry has got data, which it had not before.
        case new
        /// The data was replaced, perhaps with the metadata.
        case replaced
        /// The metadata alone was made, changed or removed.
        case metadata
        /// The entry has lost its data.
        case removed
    }

    /// What has happened.
    public let kind: Kind
    /// The entry.
    public let entry: Entry
    /// The extension of the data file; nil when there is no data, or several data files have the entry's name.
    public let format: String?

    /// The path of the data file; nil where ``format`` is.
    public var dataPath: String? {
        format.map { $0.isEmpty ? entry.path : "\(entry.path).\($0)" }
    }
}
