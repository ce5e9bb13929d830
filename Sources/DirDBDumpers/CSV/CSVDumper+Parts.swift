public import DirDB

extension CSVDumper {
    /// Writes some columns and rows of a file as they are in it: the text of the fields with its quotes, the delimiter
    /// and the ends of lines.
    ///
    /// Types play no part in this. Empty lines that are not rows are left out; an empty name that would be a line by
    /// itself gets quotes.
    ///
    /// - Parameters:
    ///   - rows: The rows; those beyond the end are left out.
    ///   - file: An open csv file.
    ///   - sink: Where to write.
    ///   - choose: Chooses among the names of all columns, in the order wanted; nil for all columns.
    /// - Throws: `.damagedData` for a quote that does not end, `.unsupportedFormat` for a row that has another number of
    ///   fields, up to the last of the rows; what `choose` throws.
    /// - Complexity: O(n) in the bytes up to the last of the rows; memory is constant.
    public func writePart(
        rows: Range<Int>, of file: borrowing DataFile, to sink: inout DataSink,
        choosing choose: (([String]) throws -> [String])? = nil
    ) throws {
        let path = file.path
        let mapping = try file.map()
        try mapping.withUnsafeBytes { bytes in
            guard let text = CSVText(bytes, self, path: path) else { return }
            let header = try CSVHeader(text)
            let columns = try choose.map { choose in
                try choose(header.names).compactMap { name in
                    header.names.firstIndex { $0.utf8.elementsEqual(name.utf8) }
                }
            }
            // Rows cannot be without columns.
            if columns?.isEmpty == true { return }
            var writer = CSVPartWriter(text, columns)
            try writer.write(header, rows, to: &sink)
        }
    }
}

/// Copies fields of a text.
private struct CSVPartWriter: ~Copyable {
    private let text: CSVText
    /// The numbers of the columns; nil for all.
    private let columns: [Int]?
    private var output = CSVOutput()
    /// Where the fields of a line begin and end, with their quotes.
    private var fields: [(start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>)] = []

    init(_ text: CSVText, _ columns: [Int]?) {
        self.text = text
        self.columns = columns
    }

    mutating func write(_ header: CSVHeader, _ rows: Range<Int>, to sink: inout DataSink) throws(DirDBError) {
        output.append(text.mark)
        if text.options.hasHeader && !header.names.isEmpty {
            let end = try readLine(header.start, header.names.count)
            // Without quotes it would be an empty line, and the first row in its place.
            if columns == nil, fields.count == 1, fields[0].start == fields[0].end { output.append("\"\"") }
            write(from: header.start, to: end)
        }
        var place = header.rows
        var row = 0
        while row < rows.upperBound && place < text.end {
            if header.names.count > 1 && text.isLineEnd(place) {
                place = text.skipLineEnd(place)
                continue
            }
            if row % 4096 == 0 && Task.isCancelled { throw .cancelled(text.path) }
            let end = try readLine(place, header.names.count)
            if row >= rows.lowerBound { write(from: place, to: end) }
            if output.isFull { try output.flush(to: &sink) }
            place = end
            row += 1
        }
        try output.flush(to: &sink)
    }

    /// Finds the fields of a line, and returns where the next begins.
    private mutating func readLine(
        _ line: UnsafePointer<UInt8>, _ count: Int
    ) throws(DirDBError) -> UnsafePointer<UInt8> {
        fields.removeAll(keepingCapacity: true)
        var next = line
        while true {
            let field: CSVText.Field
            do { field = try text.field(next) } catch { throw .csv(error, text.path, line: text.line(next)) }
            fields.append((next, field.end))
            if field.end == text.end || text.isLineEnd(field.end) { break }
            next = field.end + 1
        }
        if fields.count != count {
            throw .csvLine(
                text.line(line),
                has: fields.count < count
                    ? "\(fields.count) field\(fields.count == 1 ? "" : "s")" : "more fields",
                expected: count, text.path)
        }
        return text.skipLineEnd(fields[count - 1].end)
    }

    /// Writes the columns of the line that was read, and what ends it.
    private mutating func write(from line: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) {
        guard let columns else {
            return output.append(UnsafeBufferPointer(start: line, count: end - line))
        }
        for (place, column) in columns.enumerated() {
            if place > 0 { output.append(text.delimiter) }
            let (start, fieldEnd) = fields[column]
            // Without quotes it would be an empty line, which is no row for most readers.
            if columns.count == 1 && start == fieldEnd { output.append("\"\"") }
            output.append(UnsafeBufferPointer(start: start, count: fieldEnd - start))
        }
        let last = fields[fields.count - 1].end
        output.append(UnsafeBufferPointer(start: last, count: end - last))
    }
}
