import DirDB

/// Tables from csv texts.
enum CSVTable {
    /// Reads the first rows of a text, nil standing for none at all; with a type, as columns of that type.
    static func read(
        _ text: CSVText?, rows limit: Int, as type: ColumnType? = nil
    ) throws(DirDBError) -> Table {
        guard let text else { return try Table([]) }
        let header = try CSVHeader(text)
        let expected = type.map { type in header.names.map { _ in CSVSlot.Expectation.given(type) } }
        var reader = CSVReader(text, header, expected ?? header.expected)
        var (columns, rowCount) = try readColumns(&reader, limit)
        let again = header.names.indices.map { reader[$0].readAgain }
        if again.contains(where: { $0 != nil }) {
            var second = CSVReader(text, header, again.map { $0.map { .found($0) } ?? .nothing })
            let (read, _) = try readColumns(&second, limit)
            for column in again.indices where again[column] != nil { columns[column] = read[column] }
        }
        if columns.isEmpty { rowCount = 0 }
        return try Table(columns, index: text.options.index, rowCount: rowCount)
    }

    /// The columns' names, and the types that the rows of a text have.
    static func types(
        _ text: CSVText?
    ) throws(DirDBError) -> [(name: String, expected: CSVSlot.Expectation, type: ColumnType)] {
        guard let text else { return [] }
        let header = try CSVHeader(text)
        if header.names.isEmpty { return [] }
        var reader = CSVReader(text, header, header.expected)
        while try reader.readRows(.max) > 0 { reader.clear() }
        return header.names.indices.map { column in
            let type = reader[column].type
            return (header.names[column], reader[column].isGiven ? .given(type) : .found(type), type)
        }
    }

    /// Reads rows up to a limit or the end.
    static func readColumns(
        _ reader: inout CSVReader, _ limit: Int
    ) throws(DirDBError) -> (columns: [Column], rowCount: Int) {
        if reader.columnCount == 0 { return ([], 0) }
        var builders: [CSVColumnBuilder] = []
        var rowCount = 0
        while rowCount < limit {
            if Task.isCancelled { throw .cancelled(reader.text.path) }
            let begin = reader.next
            let rows = try reader.readRows(limit - rowCount)
            if rows == 0 { break }
            if builders.isEmpty {
                let expected = reader.expectedRows(like: rows, from: begin)
                builders = reader.names.map { _ in CSVColumnBuilder(expectedCount: min(limit, expected)) }
            }
            for column in builders.indices { builders[column].append(reader[column], rows: rows) }
            rowCount += rows
            reader.clear()
        }
        if builders.isEmpty { builders = reader.names.map { _ in CSVColumnBuilder(expectedCount: 0) } }
        var columns: [Column] = []
        for column in builders.indices {
            let strings = reader.takeStrings(column)
            switch builders[column].finish(reader.names[column], strings) {
            case .success(let finished): columns.append(finished)
            case .failure(let invalid):
                let row = builders[column].row(ofCode: invalid.code) + 1
                throw .csvNoUTF8("row \(row) of its column \"\(reader.names[column])\"", reader.text.path)
            }
            // Freed as soon as it is in the column.
            builders[column] = CSVColumnBuilder(expectedCount: 0)
        }
        return (columns, rowCount)
    }
}

extension CSVReader {
    /// How many rows the text has if all are as long as those just read, and a few more; never more than fit.
    func expectedRows(like rows: Int, from begin: UnsafePointer<UInt8>) -> Int {
        let (read, rest) = (next - begin, text.end - next)
        let estimate = Double(rest) / Double(read) * Double(rows) * 1.02
        return rows + min(Int(estimate), rest / columnCount + 1)
    }
}
