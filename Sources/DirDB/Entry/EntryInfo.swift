/// What is known of an entry's data without reading it.
public struct EntryInfo: Hashable, Sendable {
    /// The file extension, which names the format; "" for a file without one.
    public let format: String
    /// The size of the data file in bytes.
    public let bytes: Int64
    /// When the data was last written.
    public let modified: FileTime
    /// What the header says; empty for a format that no dumper of the database knows.
    public let content: FormatInfo
}

extension FormatInfo {
    /// What a dumper finds in a file; nothing when there is no dumper, and ``problem`` alone of a whole file of a kind
    /// that the dumper does not know.
    /// - Throws: What the dumper throws for other reasons.
    package init(of file: borrowing DataFile, by dumper: (any Dumper)?) throws {
        do { self = try dumper?.inspect(file) ?? FormatInfo() } catch let error as DirDBError
            where error.code == .unsupportedFormat
        {
            self.init(problem: error)
        }
    }
}
