import DirDB

// Whole columns of a row group, given without a table.

extension ChunkWriter {
    /// Appends rows whose numbers lie one after the other, without those that are missing.
    ///
    /// - Parameters:
    ///   - present: The numbers, of the type that the column stores.
    ///   - flags: For each row a byte, 1 if it has a number; nil when all have.
    ///   - count: The number of rows.
    /// - Throws: When a page becomes too large.
    func append<Value: BitwiseCopyable>(
        present: UnsafeBufferPointer<Value>, _ flags: UnsafePointer<UInt8>?, count: Int
    ) throws(DirDBError) {
        var taken = 0
        var row = 0
        while row < count {
            let part = min(count - row, Self.rowsInPage - self.flags.count)
            let target = self.flags.extend(by: part)
            var having = part
            if let flags {
                target.copyMemory(from: flags + row, byteCount: part)
                having = 0
                for place in row..<row + part { having &+= Int(flags[place]) }
                nullCount += part - having
            } else {
                target.initializeMemory(as: UInt8.self, repeating: 1, count: part)
            }
            if let source = present.baseAddress { appendNumbers(source + taken, having, having) }
            taken += having
            row += part
            if self.flags.count == Self.rowsInPage { try closePage() }
        }
        rowCount += count
    }

    /// Appends rows without a value.
    /// - Throws: When a page becomes too large.
    func append(missing count: Int) throws(DirDBError) {
        if column.list {
            let none = ListColumn(unchecked: [Int](repeating: 0, count: count + 1), Column("", [Bool]()))
            try append(0..<count, none, [Bool](repeating: false, count: count))
            rowCount += count
            return
        }
        var row = 0
        while row < count {
            let part = min(count - row, Self.rowsInPage - flags.count)
            flags.extend(by: part).initializeMemory(as: UInt8.self, repeating: 0, count: part)
            row += part
            if flags.count == Self.rowsInPage { try closePage() }
        }
        nullCount += count
        rowCount += count
    }

    /// Appends integers, none of which is missing, as all that the row group has.
    ///
    /// In a small range they get a dictionary: the codes are packed into bits, faster than any compression.
    /// - Throws: When a page becomes too large.
    func append(coding source: UnsafeBufferPointer<Int64>) throws(DirDBError) {
        guard let start = source.baseAddress, source.count >= 64 else {
            return try append(present: source, nil, count: source.count)
        }
        let (low, high) = Extremes.of(start, source.count)
        let (span, isLarge) = high.subtractingReportingOverflow(low)
        guard !isLarge, span < 1 << 16, span < source.count else {
            return try append(present: source, nil, count: source.count)
        }
        extremes.update(signed: low, high)
        // The code of each number of the range, in the order of the numbers.
        var codes = [UInt32](repeating: 0, count: Int(span) + 1)
        var distinct: [Int64] = []
        codes.withUnsafeMutableBufferPointer { codes in
            for value in source { codes[Int(value &- low)] = 1 }
            for offset in codes.indices where codes[offset] == 1 {
                codes[offset] = UInt32(truncatingIfNeeded: distinct.count)
                distinct.append(low &+ Int64(offset))
            }
        }
        integers = distinct
        var row = 0
        while row < source.count {
            let part = min(source.count - row, Self.rowsInPage)
            let target = values.extend(by: part * 4).assumingMemoryBound(to: UInt32.self)
            codes.withUnsafeBufferPointer { codes in
                for place in 0..<part { target[place] = codes[Int(start[row + place] &- low)] }
            }
            flags.extend(by: part).initializeMemory(as: UInt8.self, repeating: 1, count: part)
            row += part
            try closePage()
        }
        rowCount += source.count
    }
}
