/// How values of one type are kept in files of one format.
///
/// A conformance for a format of one's own needs no more than these members; pass it to
/// ``Database/init(_:_:durability:strictJSON:dumpers:)`` so that entries of its extension can be inspected
/// and verified.
public protocol Dumper<Value>: Sendable {
    /// The type of the values.
    associatedtype Value

    /// The file extension without the dot, which names the format on disk.
    var fileExtension: String { get }

    /// Writes a value to the new, not yet visible file; each byte goes straight to the file.
    /// - Throws: Any error; the entry then stays as it was.
    func dump(_ value: Value, to sink: inout DataSink) throws

    /// Reads a value.
    /// - Throws: ``DirDBError`` when the file is damaged, or holds something that `Value` cannot be.
    func load(_ file: borrowing DataFile) throws -> Value

    /// Describes what a file holds by its header or footer alone, whatever `Value` is.
    /// - Throws: ``DirDBError``: `.unsupportedFormat` when the file is whole, but of a kind that is not known here;
    ///   `.damagedData` when it is damaged.
    /// - Complexity: Independent of the amount of data.
    func inspect(_ file: borrowing DataFile) throws -> FormatInfo
}

/// A value that knows the dumper to use when none is named.
public protocol Storable {
    /// The type of the default dumper.
    associatedtype DefaultDumper: Dumper where DefaultDumper.Value == Self

    /// The dumper that `put` uses for such a value.
    static var defaultDumper: DefaultDumper { get }

    /// The dumpers among which `get` chooses by the file's extension; the default one alone unless said otherwise.
    static var dumpers: [any Dumper<Self>] { get }
}

extension Storable {
    /// The default dumper alone.
    public static var dumpers: [any Dumper<Self>] { [defaultDumper] }
}

/// A named part of what a file holds.
public struct Field: Hashable, Sendable {
    /// The name of the column or member.
    public let name: String
    /// The element type in the format's own words.
    public let dtype: String
    /// The lengths of the axes where the part is an array; nil for a column.
    public let shape: [Int]?

    /// Creates a description.
    public init(name: String, dtype: String, shape: [Int]? = nil) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
    }
}

/// What a header or footer tells about the data.
public struct FormatInfo: Hashable, Sendable {
    /// The element type in the format's own words, such as `float64`; nil where there is none.
    public var dtype: String?
    /// The lengths of the array's axes; nil for anything that is not one array.
    public var shape: [Int]?
    /// The number of rows: the first axis of an array, the rows of a table.
    public var rows: Int?
    /// The number of columns: the second axis of an array, the columns of a table.
    public var columns: Int?
    /// The columns of a table, the members of an archive, in the order of the file.
    public var fields: [Field]
    /// Why the file is of no use as it is, though its header is sound.
    ///
    /// It is of a kind that is not loaded, as a whole or in
    /// part, or damaged after its data. nil when all is well; ``FileCondition`` gives the word.
    public var problem: DirDBError?

    /// Creates a description; what does not apply is left out.
    public init(
        dtype: String? = nil, shape: [Int]? = nil, rows: Int? = nil, columns: Int? = nil,
        fields: [Field] = [], problem: DirDBError? = nil
    ) {
        self.dtype = dtype
        self.shape = shape
        self.rows = rows
        self.columns = columns
        self.fields = fields
        self.problem = problem
    }
}

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

/// The built-in format: bytes in, bytes out, under any extension.
public struct RawBytes: Dumper {
    /// The extension that opaque data gets when none is named.
    public static let defaultExtension = "bin"

    /// The file extension without the dot; "" for none.
    public let fileExtension: String

    /// Creates a dumper for opaque files of the given extension.
    public init(_ fileExtension: String = Self.defaultExtension) {
        self.fileExtension = fileExtension
    }

    /// Writes the bytes as they are.
    /// - Throws: ``DirDBError`` when writing fails.
    public func dump(_ value: [UInt8], to sink: inout DataSink) throws {
        try sink.write(value)
    }

    /// Reads the whole file.
    /// - Throws: ``DirDBError`` when reading fails.
    public func load(_ file: borrowing DataFile) throws -> [UInt8] {
        try file.readBytes()
    }

    /// Opaque data has neither type nor shape.
    public func inspect(_ file: borrowing DataFile) -> FormatInfo {
        FormatInfo()
    }
}

extension [UInt8]: Storable {
    /// Bytes are stored as they are, with the extension `bin`.
    public static var defaultDumper: RawBytes { RawBytes() }
}
