import DirDB

/// Writes a table as csv, row by row, through one buffer.
struct CSVWriter: ~Copyable {
    private let options: CSVDumper
    private let delimiter: UInt8
    private let nullTexts: [[UInt8]]
    private var output = CSVOutput()

    init(_ options: CSVDumper) {
        self.options = options
        delimiter = (options.delimiter ?? .comma).rawValue
        nullTexts = options.nullTexts.map { Array($0.utf8) }
    }

    /// - Throws: `.invalidArgument` for rows without columns, and for an empty text in a table of one column; ``DirDBError`` when writing fails.
    mutating func write(_ table: Table, to sink: inout DataSink) throws(DirDBError) {
        if table.columns.isEmpty {
            guard table.rowCount == 0 else { throw .csvMissingColumns(table.rowCount) }
            return
        }
        if options.hasHeader {
            for (position, column) in table.columns.enumerated() {
                if position > 0 { output.append(delimiter) }
                var name = column.name
                name.withUTF8 { append($0) }
                if output.isFull { try output.flush(to: &sink) }
            }
            output.append(UInt8(ascii: "\n"))
        }
        let columns = table.columns
        let texts = columns.map(ValueText.init)
        for row in 0..<table.rowCount {
            for position in columns.indices {
                if position > 0 { output.append(delimiter) }
                try append(columns[position], texts[position], row, isAlone: columns.count == 1)
                if output.isFull { try output.flush(to: &sink) }
            }
            output.append(UInt8(ascii: "\n"))
        }
        try output.flush(to: &sink)
    }

    private mutating func append(
        _ column: borrowing Column, _ text: borrowing ValueText, _ row: Int, isAlone: Bool
    ) throws(DirDBError) {
        if let validity = column.validity, !validity[row] {
            // An empty line is no row for most readers.
            if isAlone { output.append("\"\"") }
            return
        }
        switch column.values {
        case .string(let values)
        where isAlone && values.dictionary.withBytes(Int(values.codes[row]), \.isEmpty):
            throw .csvEmptyText(column.name)
        // Nearly all values, without a string of each.
        case .int32(let values) where text.isPlain && nullTexts.isEmpty: output.append(Int64(values[row]))
        case .int64(let values) where text.isPlain && nullTexts.isEmpty: output.append(values[row])
        case .string(let values): values.dictionary.withBytes(Int(values.codes[row])) { append($0) }
        default:
            var written = text.text(column, row) ?? ""
            written.withUTF8 { append($0) }
        }
    }

    /// Appends a text, in quotes if it would be read as anything else.
    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        guard needsQuotes(text) else { return output.append(text) }
        output.append(CSVText.quote)
        var rest = text[...]
        while let quote = rest.firstIndex(of: CSVText.quote) {
            output.append(UnsafeBufferPointer(rebasing: rest[...quote]))
            output.append(CSVText.quote)
            rest = rest[(quote + 1)...]
        }
        output.append(UnsafeBufferPointer(rebasing: rest))
        output.append(CSVText.quote)
    }

    private func needsQuotes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        // At the begin of a file the first byte of U+FEFF would be taken for that of a byte order mark.
        guard let first = text.first, first != 0xEF else { return true }
        for byte in text {
            switch byte {
            // Those that are not used too: a reader finds out which is from the first line.
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"): return true
            case CSVText.quote, UInt8(ascii: "\n"), UInt8(ascii: "\r"): return true
            default: break
            }
        }
        return !nullTexts.isEmpty && nullTexts.contains { $0.elementsEqual(text) }
    }
}
