import DirDB

/// Where the values of a column go, page by page.
protocol PageSink {
    /// Begins a chunk, which may have a dictionary of its own.
    mutating func beginChunk()

    /// Reads a dictionary page.
    mutating func readDictionary(_ page: Page) throws(ParquetFailure)

    /// Decodes the values of a page, so many, to the rows from `row` on.
    mutating func decode(_ page: Page, _ count: Int, to row: Int) throws(ParquetFailure)

    /// Moves values from the first rows to those that have one.
    mutating func spread(from row: Int, present: Int, flags: UnsafePointer<UInt8>, count: Int)
}

/// Decodes columns of some row groups; its buffers serve them all.
struct ColumnDecoder {
    let pages: PageReader
    let rowGroups: ArraySlice<FileMetadata.RowGroup>
    let rowCount: Int
    let limits: ReadingLimits

    init(_ rowGroups: ArraySlice<FileMetadata.RowGroup>, _ limits: ReadingLimits) {
        pages = PageReader(limits)
        self.rowGroups = rowGroups
        self.limits = limits
        rowCount = rowGroups.reduce(0) { $0 + $1.rowCount }
    }

    /// Decodes all pages of a column without lists.
    /// - Returns: Which rows have a value; nil when all have.
    func decodeRows(
        _ column: ParquetColumn, _ file: borrowing DataFile, to sink: inout some PageSink
    ) throws(ParquetFailure) -> [Bool]? {
        var validity: [Bool] = []
        var row = 0
        for group in rowGroups where group.rowCount > 0 {
            sink.beginChunk()
            try pages.open(group.columns[column.leaf], column)
            let end = row + group.rowCount
            while let page = try pages.next(file, isComplete: row == end) {
                if page.isDictionary {
                    try sink.readDictionary(page)
                    continue
                }
                guard page.count <= end - row else { throw .damaged("its pages have too many values") }
                try decode(page, to: row, &validity, &sink)
                row += page.count
            }
            guard row == end else { throw .damaged("its pages have too few values") }
        }
        return validity.isEmpty ? nil : validity
    }

    private func decode(
        _ page: Page, to row: Int, _ validity: inout [Bool], _ sink: inout some PageSink
    ) throws(ParquetFailure) {
        guard let levels = page.levels, try !Bits.areAllOne(levels, page.count) else {
            try sink.decode(page, page.count, to: row)
            return
        }
        if validity.isEmpty {
            try requireMemory(rowCount, 1)
            validity = [Bool](repeating: true, count: rowCount)
        }
        var outcome: Result<Void, ParquetFailure> = .success(())
        validity.withUnsafeMutableBytes { flags in
            guard let start = flags.baseAddress else { return }
            outcome = Result { () throws(ParquetFailure) in
                let present = try Bits.readLevels(levels, page.count, into: start + row)
                try sink.decode(page, present, to: row)
                if present < page.count {
                    sink.spread(
                        from: row, present: present,
                        flags: UnsafePointer((start + row).assumingMemoryBound(to: UInt8.self)),
                        count: page.count)
                }
            }
        }
        try outcome.get()
    }
}

/// Few bytes of a file may stand for very many rows.
func requireMemory(_ count: Int, _ size: Int) throws(ParquetFailure) {
    let (byteCount, isTooLarge) = count.multipliedReportingOverflow(by: size)
    guard !isTooLarge, System.canAllocate(byteCount) else {
        throw .unsupported(
            "its \(count) rows need more memory than can be had", remedy: "read fewer row groups at a time")
    }
}

/// An array of which `body` writes all elements, without zeroing them first.
func filledArray<Element: BitwiseCopyable>(
    _ count: Int, _ body: (UnsafeMutablePointer<Element>) throws(ParquetFailure) -> Void
) throws(ParquetFailure) -> [Element] {
    try filledArray(upTo: count) { (target) throws(ParquetFailure) in
        try body(target)
        return count
    }
}

/// An array whose elements `body` writes, without zeroing them first; it returns how many there are.
func filledArray<Element: BitwiseCopyable>(
    upTo count: Int, _ body: (UnsafeMutablePointer<Element>) throws(ParquetFailure) -> Int
) throws(ParquetFailure) -> [Element] {
    try requireMemory(count, MemoryLayout<Element>.stride)
    var failure: ParquetFailure?
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        guard let start = buffer.baseAddress, count > 0 else { return }
        do throws(ParquetFailure) { initializedCount = try body(start) } catch {
            failure = error
        }
    }
    if let failure { throw failure }
    return elements
}
