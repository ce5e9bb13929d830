import ArgumentParser
import DirDB
import DirDBDumpers

/// The formats of tables, between which this program converts; the one place that names them.
enum TableFormats {
    private static let dumpers: [any Dumper<Table>] = Table.dumpers
    static let csv = CSVDumper().fileExtension

    /// For the help, such as `csv and parquet`.
    static var list: String { dumpers.map(\.fileExtension).joined(separator: " and ") }

    /// The dumper of a format; nil when it is none of tables.
    static func dumper(_ format: String) -> (any Dumper<Table>)? {
        dumpers.first { $0.fileExtension == format }
    }

    /// The first rows of a table, of csv the texts of its fields, and sentences that name the columns left out; nil when
    /// the file holds none.
    /// - Throws: `.unsupportedFormat` when they can be read only with very many others.
    static func firstRows(
        _ count: Int, of file: borrowing DataFile
    ) throws -> (rows: Table, missing: [String])? {
        switch file.format {
        case csv: (try CSVDumper().loadFirst(rows: count, as: .string, of: file), [])
        case ParquetDumper().fileExtension: try firstRowGroups(with: count, of: file)
        default: nil
        }
    }

    /// What the footer says about the values of each column, an object by their names; nil when there is none.
    static func statistics(of file: borrowing DataFile) throws -> JSON? {
        guard file.format == ParquetDumper().fileExtension else { return Optional.none }
        return try ParquetFile(file).statistics
    }

    private static func firstRowGroups(
        with count: Int, of file: borrowing DataFile
    ) throws -> (rows: Table, missing: [String])? {
        let parquet = try ParquetFile(file)
        var (groupCount, rowCount) = (0, 0)
        while rowCount < count && groupCount < parquet.rowGroups.count {
            rowCount += parquet.rowGroups[groupCount].rowCount
            groupCount += 1
        }
        // A row group is decoded whole; a few rows are not worth the time and memory of a very large one.
        if rowCount > 20_000_000 / max(1, parquet.fields.count) {
            throw DirDBError.unsupportedFormat(
                file.path, "\(rowCount) rows would be read for that",
                remedy: "get some with --rows and --only")
        }
        let unsupported = parquet.unsupportedFields
        var missing = unsupported.isEmpty ? [] : [unsupported.map { "\($0.name): \($0.dtype)" }.list()]
        var columns: [Column] = []
        for (number, field) in parquet.fields.enumerated() where !unsupported.contains(field) {
            do {
                columns += try parquet.read(field: number, rowGroups: 0..<groupCount, from: file)
            } catch {
                if error.code == .damagedData { throw error }
                missing.append(error.message)
            }
        }
        let shown = min(count, rowCount)
        return (Table(shown: columns.map { $0.rows(0..<shown) }, rowCount: shown), missing)
    }

    /// Reads a whole table, csv by the options.
    /// - Throws: ``DirDBError``, such as that it is damaged.
    static func load(_ file: borrowing DataFile, _ options: CSVOptions) throws -> Table {
        if file.format == csv { return try options.dumper.load(file) }
        guard let dumper = dumper(file.format) else {
            throw CommandError(
                "\(file.path) is not read as a table: its extension is none of \(list); name a table")
        }
        return try dumper.load(file)
    }

    /// Writes a table in another format, csv by the options.
    static func dump(
        _ table: Table, as format: String, _ options: CSVOptions, to sink: inout DataSink
    ) throws {
        if format == csv { return try options.dumper.dump(table, to: &sink) }
        guard let dumper = dumper(format) else { throw unknown(format) }
        try dumper.dump(table, to: &sink)
    }

    /// - Throws: A sentence, unless both are formats of tables.
    static func check(_ found: String, to target: String, path: String) throws {
        if dumper(target) == nil { throw unknown(target) }
        if dumper(found) == nil { throw noTable(found, path) }
    }

    private static func unknown(_ format: String) -> ValidationError {
        ValidationError("--as \(format) is no format of tables; choose one of \(list).")
    }

    private static func noTable(_ format: String, _ path: String) -> CommandError {
        CommandError(
            "\(path) is not converted: \(format.isEmpty ? "a file without extension" : format) holds no table"
                + "\(format.caseAdvice); leave --as out to copy the bytes")
    }
}
