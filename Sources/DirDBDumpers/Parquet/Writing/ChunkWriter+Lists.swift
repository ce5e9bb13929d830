import DirDB

extension ChunkWriter {
    private static let entriesAtOnce = 1 << 12

    /// Appends rows of lists; a page ends where a list does.
    func append(_ rows: Range<Int>, _ lists: ListColumn, _ validity: [Bool]?) throws(DirDBError) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let start = row
            repeat {
                row += 1
            } while row < rows.upperBound
                && lists.offsets[row] - lists.offsets[start] + row - start < Self.entriesAtOnce
            try appendItems(lists.offsets[start]..<lists.offsets[row], of: lists.items)
            appendLevels(start..<row, lists, validity)
            if levels.definition.count / 4 >= Self.rowsInPage || values.count >= Self.bytesInPage {
                try closePage()
            }
        }
    }

    private func appendItems(_ range: Range<Int>, of items: Column) throws(DirDBError) {
        switch items.values {
        case .bool(let values): appendNumbers(range, values, items.validity)
        case .int32(let values): appendNumbers(range, values, items.validity)
        case .int64(let values): appendNumbers(range, values, items.validity)
        case .float(let values): appendNumbers(range, values, items.validity)
        case .double(let values): appendNumbers(range, values, items.validity)
        case .string(let values):
            let texts =
                column.representation == .decimal ? try stored(range, values, items.validity) : values
            try appendStrings(range, texts, items.validity)
        case .binary(let values):
            try appendStrings(range, stored(range, values.coded, items.validity), items.validity)
        case .list: break
        }
    }

    private func appendNumbers<Value: BitwiseCopyable>(
        _ range: Range<Int>, _ values: [Value], _ validity: [Bool]?
    ) {
        let present = appendFlags(validity, range)
        values.withUnsafeBufferPointer { values in
            guard let source = values.baseAddress else { return }
            appendNumbers(source + range.lowerBound, range.count, present)
        }
    }

    private func appendStrings(
        _ range: Range<Int>, _ column: StringColumn, _ validity: [Bool]?
    ) throws(DirDBError) {
        if strings.usesDictionary {
            let (size, nulls) = (values.count, nullCount)
            if appendCodes(range, column, validity) == range.count && !strings.isPoor { return }
            // Those of whole rows stay codes; these are written as they are.
            values.shrink(to: size)
            nullCount = nulls
            try closePage()
            strings.giveUp()
        }
        _ = try appendPlain(range, column, validity, upTo: .max)
    }

    /// What each entry of the page is: in which list, and whether there is a list, an item and a value.
    private func appendLevels(_ rows: Range<Int>, _ lists: ListColumn, _ validity: [Bool]?) {
        for row in rows {
            let items = lists.offsets[row]..<lists.offsets[row + 1]
            if items.isEmpty {
                let hasList = validity?[row] ?? true
                nullCount += 1
                levels.repetition.append(littleEndian: UInt32(0))
                levels.definition.append(littleEndian: UInt32(hasList ? 1 : 0))
                entryCount += 1
                continue
            }
            for item in items {
                levels.repetition.append(littleEndian: UInt32(item == items.lowerBound ? 0 : 1))
                levels.definition.append(littleEndian: UInt32(lists.items.validity?[item] ?? true ? 3 : 2))
            }
            entryCount += items.count
        }
    }

    /// Appends levels, after their length, and drops them.
    func writeLevels(_ levels: ByteBuffer, width: Int, to body: ByteBuffer) {
        let start = body.count
        body.append(littleEndian: UInt32(0))
        let source = UnsafePointer(levels.start.assumingMemoryBound(to: UInt32.self))
        HybridWriter.write(
            UnsafeBufferPointer(start: source, count: levels.count / 4), width: width, to: body)
        body.start.storeBytes(
            of: UInt32(body.count - start - 4).littleEndian, toByteOffset: start, as: UInt32.self)
        levels.removeAll()
    }
}
