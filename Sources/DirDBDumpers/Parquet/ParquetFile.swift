public import DirDB

/// What the footer of a Parquet file says; the way to read parts of the file.
///
///     try entry.withData { file in
///         let parquet = try ParquetFile(file)
///         for group in parquet.rowGroups.indices {
///             let table = try parquet.read(columns: ["time"], rowGroups: group..<group + 1, from: file)
///         }
///     }
///
/// Only the footer is read to make one; reading columns or row groups touches only their bytes.
///
/// The format: <https://github.com/apache/parquet-format>.
public struct ParquetFile: Sendable {
    /// A horizontal part of the table, which is read as a whole.
    public struct RowGroup: Hashable, Sendable {
        /// The number of rows.
        public let rowCount: Int
        /// The size of all column chunks in the file, in bytes.
        public let byteCount: Int
    }

    let metadata: FileMetadata
    let path: String
    private let size: Int64
    let limits: ReadingLimits

    /// Reads the footer.
    ///
    /// - Parameters:
    ///   - file: An open Parquet file, as ``Entry/withData(_:)`` gives it.
    ///   - verifyingChecksums: Whether pages that do not match their checksums are refused; without it, what can be
    ///     saved of a damaged file is read.
    /// - Throws: `.damagedData` when it is no Parquet file or contradicts itself; `.unsupportedFormat` when its footer
    ///   is encrypted.
    /// - Complexity: O(n) in the size of the footer, which grows with columns times row groups.
    public init(_ file: borrowing DataFile, verifyingChecksums: Bool = true) throws(DirDBError) {
        try self.init(file, ReadingLimits(verifiesChecksums: verifyingChecksums))
    }

    init(_ file: borrowing DataFile, _ limits: ReadingLimits) throws(DirDBError) {
        metadata = try FileMetadata.read(file, limits)
        path = file.path
        size = file.size
        self.limits = limits
    }

    /// The number of rows.
    public var rowCount: Int { metadata.rowCount }

    /// The columns: name and type of each, in the order of the file.
    ///
    /// The type is that of the table's column, or names what a table cannot have: `struct`, `map`, `list` of those, …
    public var fields: [Field] { metadata.columns.map { Field(name: $0.name, dtype: $0.dtype) } }

    /// The columns among ``fields`` that a table cannot have.
    public var unsupportedFields: [Field] {
        metadata.columns.filter { $0.representation == nil }.map { Field(name: $0.name, dtype: $0.dtype) }
    }

    /// The row groups.
    public var rowGroups: [RowGroup] {
        metadata.rowGroups.map { group in
            RowGroup(
                rowCount: group.rowCount, byteCount: group.columns.reduce(0) { $0 &+ $1.compressedSize })
        }
    }

    /// Texts that the writer has added to the footer.
    public var keyValueMetadata: [String: String] { metadata.keyValues }

    /// The program that wrote the file.
    public var createdBy: String? { metadata.createdBy }

    /// The column that pandas made the index; nil when there is none, or several.
    public var indexName: String? {
        let names = indexNames
        return names.count == 1 ? names[0] : nil
    }

    /// The columns that pandas made the index, one for each of its levels.
    public var indexNames: [String] {
        PandasMetadata.indexNames(in: metadata.keyValues).filter { name in
            metadata.columns.contains { $0.name.utf8.elementsEqual(name.utf8) }
        }
    }
}

// MARK: Reading

extension ParquetFile {
    /// Reads columns of row groups, and no other bytes of the file.
    ///
    /// - Parameters:
    ///   - columns: The names, in the order wanted; nil for all.
    ///   - rowGroups: The numbers of the row groups, from 0; nil for all.
    ///   - file: The file that this footer was read from.
    /// - Returns: The table; its index is that of pandas if that column is among those read.
    /// - Throws: `.invalidArgument` when there is no such column or row group; `.unsupportedFormat` when a column
    ///   is of a type that tables cannot have, naming it; `.damagedData`.
    /// - Complexity: O(n) in the values read; memory is that of the table and one column chunk.
    public func read(
        columns: [String]? = nil, rowGroups: Range<Int>? = nil, from file: borrowing DataFile
    ) throws(DirDBError) -> Table {
        let selected = try columns.map { (names) throws(DirDBError) in try select(names) } ?? metadata.columns
        if columns == nil { try requireDistinctNames() }
        // At once, and not after the other columns were read.
        let unreadable = selected.filter { $0.representation == nil }
        if !unreadable.isEmpty { throw .unreadableColumns(unreadable, of: metadata.columns, path) }
        let groups = try self.groups(rowGroups)
        let read = try decode(selected, groups, file)
        let levels = indexNames.filter { name in read.contains { $0.name.utf8.elementsEqual(name.utf8) } }
        let index = levels.count == 1 ? levels[0] : nil
        return try Table(read, index: index, rowCount: groups.reduce(0) { $0 + $1.rowCount })
    }

    /// Why the values of a column cannot be read: encrypted, or compressed in a way that is not known here; nil when all can.
    ///
    /// Told from the first row group.
    var obstacle: DirDBError? {
        for column in metadata.columns {
            guard let chunk = metadata.rowGroups.first?.columns[column.leaf] else { return nil }
            do throws(ParquetFailure) {
                if let obstacle = chunk.obstacle { throw obstacle }
                _ = try PageDecompressor.codec(chunk.codec)
            } catch {
                return error.error(path, in: "its column \"\(column.name)\"")
            }
        }
        return nil
    }

    /// Reads one column of row groups, by its number in ``fields``: two may have one name.
    /// - Throws: As ``read(columns:rowGroups:from:)``.
    package func read(
        field: Int, rowGroups: Range<Int>, from file: borrowing DataFile
    ) throws(DirDBError) -> [Column] {
        try decode([metadata.columns[field]], groups(rowGroups), file)
    }

    private func groups(_ wanted: Range<Int>?) throws(DirDBError) -> ArraySlice<FileMetadata.RowGroup> {
        let groups = wanted ?? 0..<metadata.rowGroups.count
        guard groups.lowerBound >= 0, groups.upperBound <= metadata.rowGroups.count else {
            throw .noRowGroups(groups, of: metadata.rowGroups.count, path)
        }
        return metadata.rowGroups[groups]
    }

    private func decode(
        _ columns: [ParquetColumn], _ groups: ArraySlice<FileMetadata.RowGroup>,
        _ file: borrowing DataFile
    ) throws(DirDBError) -> [Column] {
        try requireSame(file)
        let decoder = ColumnDecoder(groups, limits)
        var read: [Column] = []
        for column in columns { read.append(try decoder.column(column, file)) }
        return read
    }

    func requireSame(_ file: borrowing DataFile) throws(DirDBError) {
        guard file.size == size, file.path == path else { throw .otherParquetFile(file.path, path) }
    }

    /// The columns of a table have different names, which those of a file need not.
    private func requireDistinctNames() throws(DirDBError) {
        var names: Set<[UInt8]> = []
        for column in metadata.columns where !names.insert(Array(column.name.utf8)).inserted {
            throw .unsupportedFormat(
                path, "two of its columns have the name \"\(column.name)\"",
                remedy: "name the other columns to read")
        }
    }

    /// The columns of these names, which no others have.
    func select(_ names: [String]) throws(DirDBError) -> [ParquetColumn] {
        var places: [[UInt8]: [Int]] = [:]
        for (place, column) in metadata.columns.enumerated() {
            places[Array(column.name.utf8), default: []].append(place)
        }
        var selected: [ParquetColumn] = []
        for name in names {
            guard let found = places[Array(name.utf8)] else {
                throw .noSuchColumn(name, in: metadata.columns, path)
            }
            if found.count > 1 { throw .ambiguousColumn(name, found.count, path) }
            selected.append(metadata.columns[found[0]])
        }
        return selected
    }
}
