import ArgumentParser
import DirDB
import DirDBDumpers

/// The formats of tables, between which this program converts; the one place that names them.
enum TableFormats {
    private static let dumpers: [any Dumper<Table>] = Table.dumpers

    /// For the help, such as `csv and parquet`.
    static var list: String { dumpers.map(\.fileExtension).joined(separator: " and ") }

    /// The dumper of a format; nil when it is none of tables.
    static func dumper(_ format: String) -> (any Dumper<Table>)? {
        dumpers.first { $0.fileExtension == format }
    }

    /// The first rows of a table; nil when the file holds none.
    static func firstRows(_ count: Int, of file: borrowing DataFile) throws -> Table? {
        switch file.format {
        case CSVDumper().fileExtension: try CSVDumper().loadFirst(rows: count, of: file)
        case ParquetDumper().fileExtension: try firstRowGroup(of: file)
        default: nil
        }
    }

    /// What the footer tells of the values of each column, an object by the columns' names; nil when there is none.
    static func statistics(of file: borrowing DataFile) throws -> JSON? {
        guard file.format == ParquetDumper().fileExtension else { return Optional.none }
        return try ParquetFile(file).statistics
    }

    private static func firstRowGroup(of file: borrowing DataFile) throws -> Table? {
        let parquet = try ParquetFile(file)
        // A row group is decoded whole; a few rows are not worth the time and memory of a very large one.
        guard let first = parquet.rowGroups.first, first.rowCount <= 20_000_000 / max(1, parquet.fields.count)
        else { return nil }
        do { return try parquet.read(rowGroups: 0..<1, from: file) } catch {
            // The types above name the columns that cannot be read.
            if error.code == .unsupportedFormat { return nil }
            throw error
        }
    }

    /// Reads a whole table.
    /// - Throws: ``DirDBError``, such as that it is damaged.
    static func load(_ file: borrowing DataFile) throws -> Table {
        guard let dumper = dumper(file.format) else { throw noTable(file.format, file.path) }
        return try dumper.load(file)
    }

    /// Writes a table in another format.
    static func dump(_ table: Table, as format: String, to sink: inout DataSink) throws {
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
            "\(path) is not converted: \(format.isEmpty ? "a file without extension" : format) holds no table;"
                + " leave --as out to copy the bytes")
    }
}
