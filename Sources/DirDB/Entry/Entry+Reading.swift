// Reading without the lock. Whoever reads metadata, a pair, or asks what there is, waits for a commit of several files in
// progress, and settles one that was cut short. Data alone needs no look for such a commit: it is that from before it or
// that from after it, as if the reader had come a moment earlier or later. So after a crash data may be read from before a
// commit until somebody settles it; of a change of format each format's reader then finds its own file.

extension Entry {
    /// Whether the entry has data.
    ///
    /// - Throws: ``DirDBError`` when the directory cannot be read. A missing directory is not an error.
    /// - Complexity: A few system calls when the data has a known format; otherwise the directory is listed.
    public var exists: Bool {
        get throws(DirDBError) {
            let found: Bool? = try reading { (directory) throws(DirDBError) in
                if let format = hint.required {
                    try check(format: format)
                    return try hasFile(format, in: directory)
                }
                return try !dataFormats(in: directory).isEmpty
            }
            return found ?? false
        }
    }

    /// The metadata; an empty object when there is none.
    /// - Throws: `.damagedMetadata` when the file is not a JSON object.
    public var meta: JSON {
        get throws(DirDBError) {
            try parseMetadata(
                reading { (directory) throws(DirDBError) in
                    try MetadataFile.open(self, in: directory)?.bytes
                })
        }
    }

    /// Describes format, type, shape and size by the header or footer, without reading the data.
    ///
    /// A file of a kind that is not supported is described as far as it can be, see ``FormatInfo/problem``.
    /// - Throws: `.notFound`; `.ambiguousFormat`; `.damagedData` when the header contradicts the file.
    public func info() throws -> EntryInfo {
        try withData { file in try describe(file) }
    }

    /// Information and metadata that belong together, read without a lock; for those who only look.
    ///
    /// - Returns: The information, nil when there is no data, and the metadata; each as a result of its own,
    ///   because one of them may be damaged while the other is not.
    /// - Throws: ``DirDBError`` when the directory cannot be read.
    public func inspect() throws -> (info: Result<EntryInfo?, any Error>, meta: Result<JSON, DirDBError>) {
        let pair = try readPair()
        let bytes = pair.metadata
        let meta = Result { () throws(DirDBError) in try parseMetadata(bytes) }
        switch pair.data {
        case .some(let file): return (Result { try describe(file) }, meta)
        case .none: return (.success(nil), meta)
        }
    }

    /// Reads the data as a value of the type asked for.
    ///
    /// The file's extension names the dumper, among those of the type.
    /// - Parameter type: The type.
    /// - Returns: The value.
    /// - Throws: `.notFound`; `.formatMismatch` when the data is of another format or element type;
    ///   `.damagedData`, `.unsupportedFormat`.
    public func get<Value: Storable>(_ type: Value.Type = Value.self) throws -> Value {
        try preferring(Value.defaultDumper.fileExtension).withData { file in
            try Self.load(file)
        }
    }

    /// Reads the data with a dumper, which names the format to look for.
    /// - Throws: `.notFound`; `.formatMismatch` when the data is of another format; what the dumper throws.
    public func get<D: Dumper>(as dumper: D) throws -> D.Value {
        try preferring(dumper.fileExtension).withData { file in try Self.load(file, as: dumper) }
    }

    /// The whole data as bytes in memory, whatever its format.
    /// - Throws: `.notFound`; `.ambiguousFormat`; ``DirDBError`` when reading fails.
    public func bytes() throws -> [UInt8] {
        try withData { file in try file.readBytes() }
    }

    /// The whole data as a mapping of the file, whatever its format.
    /// - Throws: `.notFound`; `.ambiguousFormat`; ``DirDBError`` when mapping fails.
    public func map() throws -> MappedFile {
        try withData { file in try file.map() }
    }

    /// Opens the data file for the duration of `body`, for reading in pieces.
    ///
    /// The file is one complete version; it stays readable when the entry is replaced or deleted meanwhile.
    /// - Throws: `.notFound`; `.ambiguousFormat`; what `body` throws.
    public func withData<Result>(_ body: (borrowing DataFile) throws -> Result) throws -> Result {
        try body(try openDataOrSettle())
    }

    private func openDataOrSettle() throws(DirDBError) -> DataFile {
        // What fails here is tried again below, and told there; so the root needs no look whether it was removed.
        let found: DataFile? = try? database.rootDirectory.openDirectory(at: database.components).flatMap {
            directory in
            try openHinted(in: directory)
        }
        if let found { return found }
        let file = try reading { (directory) throws(DirDBError) in try openData(in: directory) }
        guard let file else { throw try missing() }
        return file
    }

    /// Why there is no data to read.
    func missing() throws(DirDBError) -> DirDBError {
        guard let directory = try database.openDirectoryIfPresent() else {
            return .missingDatabase(database.path)
        }
        if let format = hint.required { return .missingEntry(directory.path(of: files.data(format))) }
        return try directory.status(files.metadata) == nil ? .missingEntry(path) : .missingData(path)
    }

    func describe(_ file: borrowing DataFile) throws -> EntryInfo {
        let format = file.format
        let dumper = database.dumpers.first { $0.fileExtension == format }
        return EntryInfo(
            format: format, bytes: file.size, modified: file.modified,
            content: try FormatInfo(of: file, by: dumper))
    }

    /// Reads a file with that dumper of the type that its extension names.
    static func load<Value: Storable>(_ file: borrowing DataFile) throws -> Value {
        let format = file.format
        let usual = Value.defaultDumper
        if usual.fileExtension == format { return try usual.load(file) }
        guard let dumper = Value.dumpers.first(where: { $0.fileExtension == format }) else {
            throw mismatch(file, Value.self, Value.dumpers.map(\.fileExtension))
        }
        return try dumper.load(file)
    }

    static func load<D: Dumper>(_ file: borrowing DataFile, as dumper: D) throws -> D.Value {
        guard dumper.fileExtension == file.format else {
            throw mismatch(file, D.Value.self, [dumper.fileExtension])
        }
        return try dumper.load(file)
    }

    private static func mismatch<Value>(
        _ file: borrowing DataFile, _ type: Value.Type, _ formats: [String]
    ) -> DirDBError {
        .formatMismatch(
            file.path, found: file.format.isEmpty ? "opaque data" : "\(file.format) data",
            asked: "\(type) (\(formats.joined(separator: ", ")))")
    }

    // MARK: The rule for reading without the lock

    /// Runs `body` when no commit of several files is pending; nil when the directory is missing.
    private func reading<Result: ~Copyable>(
        _ body: (Directory) throws(DirDBError) -> Result?
    ) throws(DirDBError) -> Result? {
        guard let directory = try database.openDirectoryIfPresent() else { return nil }
        for _ in 0..<Self.lockFreeAttempts {
            if try directory.status(files.intent) != nil { try awaitCommit(in: directory) }
            do {
                return try body(directory)
            } catch {
                // A change of format may have begun after the look for its record: look again.
                if error.code != .ambiguousFormat { throw error }
            }
        }
        return try body(directory)
    }

    /// Waits for a commit in progress, or settles one that was cut short.
    private func awaitCommit(in directory: Directory) throws(DirDBError) {
        _ = try lock(in: directory, database.isReadOnly ? .shared : .exclusive, nil)
    }

    /// An open data file and the bytes of the metadata that belongs to it.
    package struct Pair: ~Copyable {
        package var data: DataFile?
        package var metadata: [UInt8]?

        var isPresent: Bool { metadata != nil || data != nil }
    }

    /// Data and metadata of one version.
    ///
    /// Without a lock: both are open, and after that still the current ones, with no commit pending. When writers
    /// are so quick that this fails again and again, under the shared lock.
    package func readPair() throws(DirDBError) -> Pair {
        // The first time without a look for a record before, as there is one afterwards.
        let first: Pair? = try? database.rootDirectory.openDirectory(at: database.components).flatMap {
            directory in
            try readPair(in: directory)
        }
        if let first, first.isPresent { return first }
        for _ in 0..<Self.lockFreeAttempts {
            let pair: Pair? = try reading { (directory) throws(DirDBError) in try readPair(in: directory) }
            if let pair { return pair }
            guard try database.openDirectoryIfPresent() != nil else { throw .missingDatabase(database.path) }
        }
        let directory = try database.openDirectory()
        let lock = try lock(in: directory, .shared, nil)
        let pair = Pair(
            data: try openData(in: directory), metadata: try MetadataFile.open(self, in: directory)?.bytes)
        _ = consume lock
        return pair
    }

    static let lockFreeAttempts = 10

    private func readPair(in directory: Directory) throws(DirDBError) -> Pair? {
        // The metadata first: a commit of both files that was half visible when the data was opened has then left its record,
        // or other metadata. Without metadata only another look at the data shows it. In this order, the record first: a
        // commit that ends between the two looks has replaced the files by then.
        let metadata = try MetadataFile.open(self, in: directory)
        let data = try openData(in: directory)
        guard try directory.status(files.intent) == nil else { return nil }
        let current = try directory.status(files.metadata)?.identity
        switch consume metadata {
        case .some(let file):
            return current == file.identity ? Pair(data: data, metadata: file.bytes) : nil
        case .none:
            guard current == nil, try isCurrent(data, in: directory) else { return nil }
            return Pair(data: data, metadata: nil)
        }
    }

    private func isCurrent(
        _ data: borrowing DataFile?, in directory: Directory
    ) throws(DirDBError) -> Bool {
        switch data {
        case .some(let file): try directory.status(files.data(file.format))?.identity == file.identity
        case .none: try dataFormat(in: directory) == nil
        }
    }
}
