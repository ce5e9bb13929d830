/// What is known of an entry's data without reading it.
public struct EntryInfo: Hashable, Sendable {
    /// The file extension, which names the format; "" for a file without one.
    public let format: String
    /// The size of the data file in bytes.
    public let bytes: Int64
    /// When the data was last written.
    public let modified: FileTime
    /// What the header tells; empty for a format that no dumper of the database knows.
    public let content: FormatInfo
}
