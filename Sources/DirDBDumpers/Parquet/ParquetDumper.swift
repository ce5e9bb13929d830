public import DirDB

/// Tables as Parquet files, which pandas, pyarrow, Polars, DuckDB and Spark read and write.
///
/// What is written: columns that may have nulls, strings with a dictionary where they repeat, numbers plain, data
/// pages of version 1 with checksums, the extremes and the number of nulls of each column chunk, and for a table with
/// an index the metadata from which pandas makes it its own. A column's logical type is written where the format has
/// it for the values; a float16 is stored as a float, and what is unknown is left out. Durations and zones, which
/// the format does not have, are written as Arrow does it. Lists are written in the three
/// levels of the format, decimals in as few bytes as their digits need.
///
/// What is read: columns of all physical types, and lists of them of one level in all forms of the format, in every
/// encoding and by snappy, gzip, zstd or none. Integers of 8 and 16 bits become `int32`, unsigned ones of 32
/// bits `int64`; unsigned ones of 64 bits keep their bits, so that those above 9223372036854775807 are negative, and
/// the logical type `uint64` says so. float16 becomes float. Dates, times and durations are their integers; of
/// a time with a zone, which is kept in UTC, the logical type names the zone. Decimals become texts
/// of all their digits, with the logical type `decimal(12, 2)`. Bytes without annotation, UUIDs and bytes of a fixed
/// length are binary columns. A file with other columns (structs, maps, lists of lists) is inspected, and its readable
/// columns are read by naming them. Values whose annotation they cannot have, such as a time of 64 bits stored in 32,
/// are not read.
///
/// A file that claims more than 16384 rows for each of its bytes, or a page that claims more than its codec can make of
/// its bytes, is taken for damaged: no real data does, and reading it would take all memory.
///
/// The format: <https://github.com/apache/parquet-format>.
public struct ParquetDumper: Dumper {
    /// How pages are compressed.
    public enum Compression: Sendable {
        /// Not at all.
        case none
        /// Fast, read everywhere.
        case snappy
        /// Small and slow, read everywhere.
        case gzip
        /// Small and fast.
        case zstd
    }

    /// How floating-point columns are encoded before they are compressed.
    public enum FloatEncoding: Sendable {
        /// One value after the other.
        case plain
        /// All first bytes, then all second bytes, and so on: measurements become smaller.
        case byteStreamSplit
    }

    /// How files are written.
    let options: ParquetOptions

    /// Creates a dumper.
    ///
    /// - Parameters:
    ///   - compression: How pages are compressed.
    ///   - floatEncoding: How floating-point columns are encoded before that.
    ///   - rowGroupSize: The most rows in a row group, which is what is in memory at a time and can be read alone.
    ///   - metadata: Texts for the footer, by their keys; `pandas` is written as the table's index needs it.
    public init(
        compression: Compression = .zstd, floatEncoding: FloatEncoding = .plain,
        rowGroupSize: Int = 1 << 20, metadata: [String: String] = [:]
    ) {
        options = ParquetOptions(
            compression: compression, floatEncoding: floatEncoding, rowGroupSize: max(1, rowGroupSize),
            metadata: metadata)
    }

    init(_ options: ParquetOptions) {
        self.options = options
    }

    /// `parquet`.
    public var fileExtension: String { "parquet" }

    /// Writes a table, one row group at a time.
    ///
    /// - Throws: `.invalidArgument` when values are beyond what the column's logical type can have; ``DirDBError``
    ///   when writing fails.
    /// - Complexity: O(n) in the values; memory is that of one compressed row group.
    public func dump(_ value: Table, to sink: inout DataSink) throws {
        try ParquetWriter.write(to: &sink, options, path: "") { writer in try writer.append(value) }
    }

    /// Reads the whole table.
    ///
    /// - Throws: `.unsupportedFormat` when a column is of a type that tables cannot have, naming it and the others;
    ///   `.damagedData`.
    public func load(_ file: borrowing DataFile) throws -> Table {
        try ParquetFile(file).read(from: file)
    }

    /// Tells rows and columns from the footer.
    ///
    /// - Throws: `.damagedData` when the file is no Parquet file or its footer makes no sense.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        let parquet = try ParquetFile(file)
        let fields = parquet.fields
        return FormatInfo(
            rows: parquet.rowCount, columns: fields.count, fields: fields, problem: parquet.obstacle)
    }
}

/// How a file is written.
struct ParquetOptions: Sendable {
    var compression: ParquetDumper.Compression
    var floatEncoding: ParquetDumper.FloatEncoding
    var rowGroupSize: Int
    var metadata: [String: String]

    var codec: ParquetCodec {
        switch compression {
        case .none: .none
        case .snappy: .snappy
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}
