package import DirDB

extension ParquetFile {
    /// Writes columns and rows as a file of their own, which reads as the part that pandas and Arrow would take.
    ///
    /// Pages are copied as they are, and what the footer says of them is kept: types that a table cannot have,
    /// encodings, statistics, texts, and what pandas and Arrow wrote of index and types, without the columns that are
    /// left out. Only where the rows begin or end within a row group are its pages at the edges written again, and the
    /// statistics of its columns left out.
    ///
    /// - Parameters:
    ///   - fields: The numbers of the columns in ``fields``, in the order wanted; nil for all.
    ///   - rows: The rows; nil for all. Those beyond the end are left out.
    ///   - file: The file that this footer was read from.
    ///   - sink: Where to write.
    /// - Throws: `.damagedData`; `.unsupportedFormat` when the page at an edge is encoded or compressed in a way that
    ///   is not known; ``DirDBError`` when writing fails.
    /// - Complexity: O(n) in the bytes of the part; memory is that of the footer and one page.
    package func write(
        fields: [Int]?, rows: Range<Int>?, of file: borrowing DataFile, to sink: inout DataSink
    ) throws(DirDBError) {
        try requireSame(file)
        let footer = try FileMetadata.footer(of: file)
        do throws(ParquetFailure) {
            var part = try ParquetPart(self, footer, fields ?? Array(metadata.columns.indices), rows)
            try part.write(file, to: &sink)
        } catch {
            throw error.error(file.path, in: "its footer")
        }
    }
}

/// A part of a file at work.
private struct ParquetPart {
    private let source: ParquetFile
    private let fields: [Int]
    private let rows: Range<Int>?
    private let columns: [SchemaColumn]
    private var footer: ThriftFields
    private let pages: PageReader
    private let compressor = PageCompressor(.none)

    init(
        _ source: ParquetFile, _ footer: [UInt8], _ fields: [Int], _ rows: Range<Int>?
    ) throws(ParquetFailure) {
        self.source = source
        self.fields = fields
        self.rows = rows?.clamped(to: 0..<source.rowCount)
        pages = PageReader(source.limits)
        self.footer = try ThriftFields(footer[...])
        var schema: [SchemaElement] = []
        for element in try self.footer.structs(2) { schema.append(try SchemaElement(encoded: element)) }
        columns = try SchemaColumn.columns(schema)
    }

    /// Writes the file.
    mutating func write(_ file: borrowing DataFile, to sink: inout DataSink) throws(ParquetFailure) {
        try Self.writing { () throws(DirDBError) in try sink.write(FileMetadata.magic) }
        var groups: [ArraySlice<UInt8>] = []
        var start = 0
        for (group, encoded) in zip(source.metadata.rowGroups, try footer.structs(4)) {
            let all = start..<start + group.rowCount
            let wanted = rows?.clamped(to: all) ?? all
            start = all.upperBound
            if rows != nil && wanted.isEmpty { continue }
            var fields = try ThriftFields(encoded)
            try write(
                group, wanted.lowerBound - all.lowerBound..<wanted.upperBound - all.lowerBound, &fields,
                number: groups.count, file, to: &sink)
            groups.append(fields.bytes)
        }
        footer.set(4, structs: groups)
        footer.set(3, rows?.count ?? source.rowCount)
        try chooseColumns()
        try chooseTexts()
        var bytes = Array(footer.bytes)
        guard let size = UInt32(exactly: bytes.count) else { throw .damaged("it is larger than 4 GiB") }
        bytes.append(littleEndian: size)
        try Self.writing { () throws(DirDBError) in try sink.write(bytes + FileMetadata.magic) }
    }

    private static func writing(_ body: () throws(DirDBError) -> Void) throws(ParquetFailure) {
        do throws(DirDBError) { try body() } catch { throw .other(error) }
    }
}

// MARK: Row groups

extension ParquetPart {
    private func write(
        _ group: FileMetadata.RowGroup, _ wanted: Range<Int>, _ described: inout ThriftFields, number: Int,
        _ file: borrowing DataFile, to sink: inout DataSink
    ) throws(ParquetFailure) {
        let chunks = try described.structs(1)
        let start = Int(sink.count)
        var written: [ArraySlice<UInt8>] = []
        var uncompressedSize = 0
        for field in fields {
            let column = columns[field]
            for (place, leaf) in column.leaves.enumerated() {
                let number = column.firstLeaf + place
                guard number < chunks.count, number < group.columns.count else {
                    throw .damaged("a row group has too few column chunks")
                }
                var chunk = try ThriftFields(chunks[number])
                let cutter = PageCutter(
                    leaf, group.columns[number], rows: wanted, of: group.rowCount, pages, compressor)
                let target = Int(sink.count)
                do throws(ParquetFailure) { try cutter.cut(file, to: &sink) } catch {
                    throw .other(error.error(file.path, in: source.metadata.columns[field].quotedName))
                }
                guard var description = try chunk.members(3) else {
                    throw .damaged("a column chunk without a description")
                }
                if wanted.count < group.rowCount { describe(cutter, in: &description) }
                description.set(6, cutter.uncompressedSize)
                description.set(7, cutter.size)
                description.set(9, target + (cutter.dictionarySize ?? 0))
                description.remove(11)
                if cutter.dictionarySize != nil { description.set(11, target) }
                let size = cutter.uncompressedSize
                let (sum, overflow) = uncompressedSize.addingReportingOverflow(size)
                guard !overflow else { throw .damaged("a row group is larger than any file") }
                uncompressedSize = sum
                // An index page and Bloom filters, which stay behind.
                description.remove(10, 14, 15)
                chunk.set(3, description)
                chunk.set(2, 0)
                // The indices of pages.
                chunk.remove(4, 5, 6, 7)
                written.append(chunk.bytes)
            }
        }
        described.set(1, structs: written)
        described.set(2, uncompressedSize)
        described.set(3, wanted.count)
        // The order of rows, given by columns that may be left out.
        described.remove(4)
        described.set(5, start)
        described.set(6, Int(sink.count) - start)
        if described.has(7), let number = Int16(exactly: number) {
            described.set(7, ThriftReader.WireType.int16) { $0.element(Int32(number)) }
        } else {
            described.remove(7)
        }
    }

    /// Describes a chunk of fewer rows.
    private func describe(_ cutter: PageCutter, in description: inout ThriftFields) {
        description.set(2, ThriftReader.WireType.list) { writer in
            let encodings = cutter.encodings.union(cutter.dictionarySize == nil ? [] : [0]).sorted()
            writer.beginElements(of: ThriftReader.WireType.int32, count: encodings.count)
            for encoding in encodings { writer.element(encoding) }
        }
        description.set(5, cutter.valueCount)
        // Statistics of values, encodings, sizes and places are those of the whole.
        description.remove(12, 13, 16, 17)
    }
}

// MARK: Schema and texts

extension ParquetPart {
    private mutating func chooseColumns() throws(ParquetFailure) {
        let schema = try footer.structs(2)
        guard let first = schema.first else { throw .damaged("the schema has no root") }
        var root = try ThriftFields(first)
        root.set(5, Int32(truncatingIfNeeded: fields.count))
        footer.set(2, structs: [root.bytes] + fields.flatMap { schema[columns[$0].elements] })
        // The orders of the statistics, one for each leaf.
        let orders = try footer.structs(7)
        let leaves = fields.flatMap { field in
            columns[field].firstLeaf..<columns[field].firstLeaf + columns[field].leaves.count
        }
        if leaves.allSatisfy({ $0 < orders.count }) {
            if footer.has(7) { footer.set(7, structs: leaves.map { orders[$0] }) }
        } else {
            footer.remove(7)
        }
    }

    /// What pandas and Arrow wrote becomes that of the part; other texts stay as they are.
    private mutating func chooseTexts() throws(ParquetFailure) {
        guard footer.has(5) else { return }
        let names = source.metadata.columns.map(\.name)
        var texts: [(key: [UInt8]?, fields: ThriftFields)] = []
        for text in try footer.structs(5) {
            let fields = try ThriftFields(text)
            texts.append((try fields.text(1), fields))
        }
        var pandas: String?
        if let place = texts.firstIndex(where: { $0.key == Array(PandasMetadata.key.utf8) }),
            let text = try texts[place].fields.text(2)
        {
            let kept = fields.map { names[$0] }
            pandas = String(validating: text, as: UTF8.self).flatMap { text in
                PandasMetadata.part(of: text, columns: kept, rows: rows)
            }
            if let pandas { texts[place].fields.set(2, pandas) }
        }
        let areAll = fields.elementsEqual(names.indices)
        if let place = texts.firstIndex(where: { $0.key == Array(ArrowSchema.key.utf8) }),
            let text = try texts[place].fields.text(2)
        {
            let part = ArrowSchema.part(of: text, columns: fields, of: names.count, pandas: pandas)
            if let part {
                texts[place].fields.set(2, part)
            } else if !areAll {
                // One that describes other columns would be taken for these.
                texts.remove(at: place)
            }
        }
        footer.set(5, structs: texts.map(\.fields.bytes))
    }
}
