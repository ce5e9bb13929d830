import DirDB

extension ChunkWriter {
    /// Appends rows of texts.
    func append(_ rows: Range<Int>, _ column: StringColumn, _ validity: [Bool]?) throws(DirDBError) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let count = min(rows.upperBound - row, Self.rowsInPage - flags.count)
            let part = row..<row + count
            row +=
                strings.usesDictionary
                ? appendCodes(part, column, validity) : try appendPlain(part, column, validity)
            if strings.usesDictionary && strings.isPoor {
                try closePage()
                strings.giveUp()
            } else if flags.count == Self.rowsInPage || isPlainPageFull {
                try closePage()
            }
        }
    }

    private var isPlainPageFull: Bool { !strings.usesDictionary && values.count >= Self.bytesInPage }

    /// - Returns: How many rows were appended.
    func appendCodes(_ rows: Range<Int>, _ column: StringColumn, _ validity: [Bool]?) -> Int {
        let start = values.count
        let target = values.extend(by: rows.count * 4).assumingMemoryBound(to: Int32.self)
        let done = strings.code(rows, of: column, validity, into: target)
        values.shrink(to: start + done.codes * 4)
        _ = appendFlags(validity, rows.lowerBound..<rows.lowerBound + done.rows)
        return done.rows
    }

    /// - Returns: How many rows were appended.
    func appendPlain(
        _ rows: Range<Int>, _ column: StringColumn, _ validity: [Bool]?, upTo most: Int = bytesInPage
    ) throws(DirDBError) -> Int {
        var row = rows.lowerBound
        while row < rows.upperBound && values.count < most {
            if validity?[row] ?? true {
                column.dictionary.withBytes(Int(column.codes[row])) { string in
                    let bytes = UnsafeRawBufferPointer(string)
                    if self.column.length == 0 {
                        values.append(littleEndian: UInt32(truncatingIfNeeded: bytes.count))
                    }
                    values.append(bytes)
                    updateExtremes(bytes)
                }
                try requireSize(values.count)
            }
            row += 1
        }
        _ = appendFlags(validity, rows.lowerBound..<row)
        return row - rows.lowerBound
    }
}
