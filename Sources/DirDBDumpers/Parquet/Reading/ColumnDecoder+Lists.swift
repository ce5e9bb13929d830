import DirDB

/// Which rows of a column, or items of its lists, have a value.
struct DecodedLevels {
    /// The number of rows, or of items.
    var count: Int
    /// nil when all have a value.
    var validity: [Bool]?
    var lists: Lists?

    struct Lists {
        /// Where the items of each row begin, and the last end.
        var offsets: [Int] = []
        var validity: [Bool] = []
    }
}

extension ColumnDecoder {
    /// The most values that a column can have in the row groups.
    func mostValues(_ column: ParquetColumn) throws(ParquetFailure) -> Int {
        if column.list == nil { return rowCount }
        var sum = 0
        for group in rowGroups where group.rowCount > 0 {
            let (more, overflow) = sum.addingReportingOverflow(group.columns[column.leaf].valueCount)
            if overflow { throw .damaged("it has too many values") }
            sum = more
        }
        return sum
    }

    /// Decodes all pages of a column.
    func decode(
        _ column: ParquetColumn, _ file: borrowing DataFile, to sink: inout some PageSink
    ) throws(ParquetFailure) -> DecodedLevels {
        if let list = column.list { return try decodeLists(column, list, file, to: &sink) }
        return DecodedLevels(count: rowCount, validity: try decodeRows(column, file, to: &sink))
    }

    /// Decodes all pages of a column of lists.
    private func decodeLists(
        _ column: ParquetColumn, _ list: ParquetColumn.Lists, _ file: borrowing DataFile,
        to sink: inout some PageSink
    ) throws(ParquetFailure) -> DecodedLevels {
        var lists = DecodedLevels.Lists()
        var validity: [Bool] = []
        let buffers = (repetition: ByteBuffer(), definition: ByteBuffer())
        let highest = UInt32(column.definitionLevel)
        let itemLevel = column.isOptional ? highest - 1 : highest
        for group in rowGroups where group.rowCount > 0 {
            let chunk = group.columns[column.leaf]
            sink.beginChunk()
            try pages.open(chunk, column)
            let end = lists.offsets.count + group.rowCount
            var missing = chunk.valueCount
            // Whether the item before belongs to a list that may go on.
            var isOpen = false
            while let page = try pages.next(file, isComplete: missing == 0) {
                if page.isDictionary {
                    try sink.readDictionary(page)
                    continue
                }
                guard page.count <= missing else { throw .damaged("its pages have too many values") }
                missing -= page.count
                let repetition = try page.levels(page.repetition, upTo: 1, in: buffers.repetition)
                let definition = try page.levels(page.levels, upTo: highest, in: buffers.definition)
                let first = validity.count
                var present = 0
                for place in 0..<page.count {
                    let hasItem = definition[place] >= itemLevel
                    if repetition[place] == 0 {
                        guard lists.offsets.count < end else {
                            throw .damaged("its pages have too many rows")
                        }
                        lists.offsets.append(validity.count)
                        lists.validity.append(definition[place] > 0 || list == .required)
                    } else if isOpen != hasItem {
                        // DuckDB gives a missing array as many entries without an item as it would have items.
                        throw .damaged("its levels contradict each other")
                    }
                    isOpen = hasItem
                    if hasItem {
                        let isPresent = definition[place] == highest
                        validity.append(isPresent)
                        present += isPresent ? 1 : 0
                    }
                }
                try sink.decode(page, present, to: first)
                let count = validity.count - first
                if present < count {
                    validity.withUnsafeBytes { flags in
                        guard let start = flags.baseAddress else { return }
                        sink.spread(
                            from: first, present: present,
                            flags: (start + first).assumingMemoryBound(to: UInt8.self), count: count)
                    }
                }
            }
            guard missing == 0, lists.offsets.count == end else {
                throw .damaged("its pages have too few values")
            }
        }
        lists.offsets.append(validity.count)
        return DecodedLevels(count: validity.count, validity: validity, lists: lists)
    }
}

extension Page {
    /// Reads repetition or definition levels.
    fileprivate func levels(
        _ bytes: UnsafeRawBufferPointer?, upTo highest: UInt32, in buffer: ByteBuffer
    ) throws(ParquetFailure) -> UnsafeMutablePointer<UInt32> {
        buffer.removeAll()
        try requireMemory(count, 4)
        let target = buffer.extend(by: count * 4).bindMemory(to: UInt32.self, capacity: count)
        guard let bytes else { throw .damaged("a page lacks the levels of its lists") }
        var reader = HybridReader(bytes, width: highest == 1 ? 1 : 2)
        guard try reader.read(count, into: target) <= highest else {
            throw .damaged("a level that the column cannot have")
        }
        return target
    }
}
