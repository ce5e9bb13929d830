public import DirDB

/// Tables as csv files: rows of text, their fields separated by a delimiter (RFC 4180).
///
/// Read are LF, CR LF and CR as ends of lines, a byte order mark, quoted fields with anything in them, and a last line
/// without an end. The text is UTF-8.
///
/// **No conversion between formats changes a value.** A value is written in another format as one that equals it, or as
/// text. A csv file does not say of what type a column is; unless its type is given, it is the first of these that all its
/// fields fit:
/// - int64, then uint64: digits, of which the first is a zero only if it is alone, so that `01220` and `-007` are texts,
///   as is `+5`, which may be a telephone number.
/// - double: decimal numbers that can be given back from it. `1.50`, `.5`, `+1e-3` and what Python, R and
///   `numpy.savetxt` print of a double can; `0.10000000000000000000001`, `1e400` and `01.5` cannot. An integer is among
///   them if it equals a double: 9007199254740993 makes a column of reals one of texts. `nan`, `inf` and `infinity`, in
///   any case and with a sign, are reals.
/// - bool: `true`, `True`, `TRUE`, `false`, `False`, `FALSE`.
/// - string, also when there is no field at all.
///
/// Spaces and tabs around numbers and truth values are ignored. Dates and times are ISO 8601 texts when written, such as
/// `2020-01-01 12:00:00`, with `+00:00` where they are in UTC, and texts when read; their type is given to read them as
/// what they were. A given type reads whatever it can read, also with leading zeros and as the nearest real; a field
/// that it cannot is an error, and so is an integer that the real would not equal.
///
/// **Missing values.** An empty field is a missing value, a quoted empty field is the empty text. Texts such as `NA`
/// are what they are, unless `nullTexts` has them and they are not quoted. In a file of one column a missing value is a
/// quoted empty field, as pandas and Python's csv have it, since most readers skip an empty line.
///
/// **Lines.** Each row has as many fields as the first. Empty lines are skipped, also before the first; where there is
/// but one column, those after its name are rows whose value is missing.
///
/// The file is mapped while it is read: a program that shortens it in place at that time is fatal (SIGBUS).
///
/// **What csv does not keep:** the types, logical types, and which column is the index; `index` names it when reading.
public struct CSVDumper: Dumper {
    /// What separates the fields of a row.
    public enum Delimiter: UInt8, Sendable, CaseIterable {
        /// `,`
        case comma = 0x2C
        /// The horizontal tab.
        case tab = 0x09
        /// `;`
        case semicolon = 0x3B
    }

    let delimiter: Delimiter?
    let hasHeader: Bool
    let types: [String: ColumnType]
    let nullTexts: Set<String>
    let index: String?

    /// Creates a dumper.
    ///
    /// - Parameters:
    ///   - delimiter: What separates the fields. Nil writes commas, and reads whichever is most frequent in the first
    ///     line outside of quotes, the comma where none is.
    ///   - hasHeader: Whether the first line names the columns; otherwise they are called `0`, `1`, …, and no names are
    ///     written.
    ///   - types: The types of columns by name; those of the others are found.
    ///   - nullTexts: Texts that stand for a missing value where they are not quoted. When writing, values that read
    ///     so are quoted.
    ///   - index: The name of the column that is the index of a table that is read.
    public init(
        delimiter: Delimiter? = nil, hasHeader: Bool = true, types: [String: ColumnType] = [:],
        nullTexts: Set<String> = [], index: String? = nil
    ) {
        self.delimiter = delimiter
        self.hasHeader = hasHeader
        self.types = types
        self.nullTexts = nullTexts
        self.index = index
    }

    /// `csv`.
    public var fileExtension: String { "csv" }

    /// Writes the columns in order: reals by the fewest digits that read back as the same, texts in quotes where they
    /// hold a quote, a line end or a delimiter of any kind, the empty text as `""`, missing values as nothing, lines
    /// ended by LF.
    ///
    /// - Throws: `.invalidArgument` for rows without columns, and for an empty text in a table of one column, which would
    ///   be a missing value; ``DirDBError`` when writing fails.
    public func dump(_ value: Table, to sink: inout DataSink) throws {
        var writer = CSVWriter(self)
        try writer.write(value, to: &sink)
    }

    /// Reads a table.
    ///
    /// - Throws: `.damagedData` for a quote that does not end; `.unsupportedFormat` for what is whole but not a table:
    ///   rows of unequal length, text that is not UTF-8; `.formatMismatch` when a field is not of the type given; `.invalidArgument` when a type or the index is given
    ///   for a column that is not there. Lines are named by their number.
    /// - Complexity: O(n) in the size of the file, which is read once; columns of texts that began like numbers are
    ///   read a second time.
    public func load(_ file: borrowing DataFile) throws -> Table {
        let path = file.path
        let mapping = try file.map()
        return try mapping.withUnsafeBytes { bytes in
            try CSVTable.read(CSVText(bytes, self, path: path), rows: .max)
        }
    }

    /// Tells names and types of the columns from the first 64 KiB.
    ///
    /// The types are those that the rows found there would have; the number of rows stays unknown.
    /// - Throws: `.damagedData`, `.unsupportedFormat` when these rows are not those of a table.
    public func inspect(_ file: borrowing DataFile) throws -> FormatInfo {
        let path = file.path
        let head = try readHead(file)
        let fields = try head.withUnsafeBytes { bytes in
            let columns = try CSVTable.types(CSVText(bytes, self, path: path))
            return columns.map { Field(name: $0.name, dtype: $0.type.rawValue) }
        }
        return FormatInfo(columns: fields.count, fields: fields)
    }

    private static let longestFirstLine = 1 << 25

    /// The whole lines among the first 64 KiB, more only where the first line is longer.
    func readHead(_ file: borrowing DataFile) throws(DirDBError) -> [UInt8] {
        var size = 1 << 16
        while true {
            var bytes = try file.readBytes(count: size)
            if Int64(bytes.count) == file.size || bytes.count < size { return bytes }
            let whole = bytes.withUnsafeBytes { CSVText($0, self, path: "")?.wholeLines ?? 0 }
            if whole > 0 {
                bytes.removeSubrange(whole...)
                return bytes
            }
            if size == Self.longestFirstLine { throw .csvEndlessLine(size, file.path) }
            size *= 8
        }
    }
}
