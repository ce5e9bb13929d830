extension LockedEntry {
    /// The name of the entry.
    public var name: String { entry.name }

    // MARK: Reading

    /// Whether there is data, staged or published.
    /// - Throws: ``DirDBError`` when the directory cannot be read.
    public var exists: Bool {
        get throws(DirDBError) {
            try openData(of: entry) != nil
        }
    }

    /// Reads the data, the staged if there is some, as a value of the type asked for.
    /// - Throws: `.notFound`; `.formatMismatch` when the data is of another format or element type;
    ///   `.damagedData`, `.unsupportedFormat`.
    public func get<Value: Storable>(_ type: Value.Type = Value.self) throws -> Value {
        try withData(of: entry.preferring(Value.defaultDumper.fileExtension)) { file in
            try Entry.load(file)
        }
    }

    /// Reads the data, the staged if there is some, with a dumper.
    /// - Throws: `.notFound`; `.formatMismatch` when the data is of another format; what the dumper throws.
    public func get<D: Dumper>(as dumper: D) throws -> D.Value {
        try withData(of: entry.preferring(dumper.fileExtension)) { file in try Entry.load(file, as: dumper) }
    }

    /// The whole data as bytes in memory, whatever its format.
    /// - Throws: `.notFound`; `.ambiguousFormat`; ``DirDBError`` when reading fails.
    public func bytes() throws -> [UInt8] {
        try withData { file in try file.readBytes() }
    }

    /// Tells format, type, shape and size from the header or footer, without reading the data.
    /// - Throws: `.notFound`; `.ambiguousFormat`; `.damagedData` when the header contradicts the file.
    public func info() throws -> EntryInfo {
        try withData { file in try entry.describe(file) }
    }

    /// Opens the data file, the staged one if there is some, for the duration of `body`.
    /// - Throws: `.notFound`; `.ambiguousFormat`; what `body` throws.
    public func withData<Result>(_ body: (borrowing DataFile) throws -> Result) throws -> Result {
        try withData(of: entry, body)
    }

    private func withData<Result>(
        of entry: Entry, _ body: (borrowing DataFile) throws -> Result
    ) throws -> Result {
        guard let file = try openData(of: entry) else { throw try entry.missing() }
        return try body(file)
    }

    private func openData(of entry: Entry) throws(DirDBError) -> DataFile? {
        if let stagedData { return try stagedData.open() }
        return deletedFormats == nil ? try entry.openData(in: directory) : nil
    }

    // MARK: Changing

    /// Stages new data, which replaces the old whatever its format was.
    /// - Throws: `.readOnly` under a shared lock; ``DirDBError`` when the disk is full or fails.
    public mutating func put<Value: Storable>(_ value: Value) throws {
        let dumper = Value.defaultDumper
        try stage(dumper.fileExtension) { sink in try dumper.dump(value, to: &sink) }
    }

    /// Stages new data in the format of the dumper.
    /// - Throws: `.readOnly` under a shared lock; what the dumper throws; ``DirDBError`` when the disk is full.
    public mutating func put<D: Dumper>(_ value: D.Value, as dumper: D) throws {
        try stage(dumper.fileExtension) { sink in try dumper.dump(value, to: &sink) }
    }

    /// Stages data that `write` produces piece by piece, as an opaque file of the given extension.
    /// - Throws: `.readOnly` under a shared lock; `.invalidName` for an extension that is reserved; what `write`
    ///   throws; ``DirDBError`` when the disk is full.
    public mutating func put(
        format fileExtension: String, writing write: (inout DataSink) throws -> Void
    ) throws {
        try stage(fileExtension, write)
    }

    /// Stages the removal of data and metadata; data put afterwards starts with empty metadata.
    ///
    /// When several data files have the entry's name, only that of the chosen or listed format goes, and the
    /// metadata stays.
    /// - Throws: `.notFound` when there is nothing to remove; `.ambiguousFormat` when several data files have the
    ///   name and none was chosen; `.readOnly` under a shared lock.
    public mutating func delete() throws {
        try requireExclusive()
        let formats = try entry.dataFormats(in: directory)
        if let confined = entry.hint.required, stagedData == nil,
            !formats.contains(where: { $0.hasSameBytes(as: confined) })
        {
            throw try entry.missing()
        }
        if formats.count > 1 {
            guard let chosen = entry.hint.format, formats.contains(where: { $0.hasSameBytes(as: chosen) })
            else {
                throw entry.ambiguousFormat(formats)
            }
            deletedFormats = [chosen]
        } else {
            let hasMetadata = try directory.status(entry.files.metadata) != nil
            if formats.isEmpty && !hasMetadata && stagedData == nil {
                throw DirDBError.missingEntry(entry.path)
            }
            deletedFormats = formats
            forgetMetadata()
        }
        try discardStagedData()
    }

    mutating func stage(_ format: String, _ write: (inout DataSink) throws -> Void) throws {
        try requireExclusive()
        try entry.check(format: format)
        let staged = try StagedFile.write(
            entry, format: format, id: CommitID(), isToBeSynced: isDurable, in: directory, write)
        try discardStagedData()
        stagedData = staged
    }

    private mutating func discardStagedData() throws(DirDBError) {
        if let discarded = stagedData.take() { try directory.unlink(discarded.temporary) }
    }
}
