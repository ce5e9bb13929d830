/// What stands before a page (`PageHeader` in parquet.thrift).
struct PageHeader {
    enum Kind {
        case data
        case dictionary
        /// A data page of version 2, whose levels are not compressed and have these lengths.
        case dataV2(definitionSize: Int, repetitionSize: Int, isCompressed: Bool)
        /// Of no interest here.
        case other
    }

    var kind = Kind.other
    var uncompressedSize = 0
    var compressedSize = 0
    var checksum: UInt32?
    var valueCount = 0
    var encoding: Int32 = 0
    /// How a data page of version 1 encodes its definition levels.
    var levelEncoding: Int32 = 3

    init(_ kind: Kind, valueCount: Int, _ encoding: ParquetEncoding) {
        self.kind = kind
        self.valueCount = valueCount
        self.encoding = encoding.rawValue
    }

    private static let layout = ThriftLayout([
        1: .int32, 2: .int32, 3: .int32, 4: .int32, 5: .structure, 7: .structure, 8: .structure,
    ])
    private static let contentLayout = ThriftLayout([1: .int32, 2: .int32, 3: .int32])
    private static let version2Layout = ThriftLayout([
        1: .int32, 4: .int32, 5: .int32, 6: .int32, 7: .bool,
    ])

    init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var type: Int32 = -1
        var seen = 0
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.layout) {
            switch field.id {
            case 1: type = try reader.int32(field)
            case 2:
                uncompressedSize = try reader.count32(field)
                seen += 1
            case 3:
                compressedSize = try reader.count32(field)
                seen += 1
            case 4:
                // Old writers give 0 to pages that have none.
                let value = UInt32(bitPattern: try reader.int32(field))
                checksum = value == 0 ? nil : value
            case 5 where type == 0, 7 where type == 2:
                kind = type == 0 ? .data : .dictionary
                try readContent(&reader)
            case 8 where type == 3:
                try readVersion2(&reader)
            default: try reader.skip(field)
            }
        }
        guard seen == 2 else { throw .damaged("a page header without sizes") }
        switch (type, kind) {
        case (0, .other), (2, .other), (3, .other): throw .damaged("a page header without its content")
        default: break
        }
    }

    private mutating func readContent(_ reader: inout ThriftReader) throws(ParquetFailure) {
        let isData = if case .data = kind { true } else { false }
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.contentLayout) {
            switch field.id {
            case 1: valueCount = try reader.count32(field)
            case 2: encoding = try reader.int32(field)
            case 3 where isData: levelEncoding = try reader.int32(field)
            default: try reader.skip(field)
            }
        }
    }

    private mutating func readVersion2(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var (definitionSize, repetitionSize, isCompressed) = (0, 0, true)
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.version2Layout) {
            switch field.id {
            case 1: valueCount = try reader.count32(field)
            case 4: encoding = try reader.int32(field)
            case 5: definitionSize = try reader.count32(field)
            case 6: repetitionSize = try reader.count32(field)
            default: isCompressed = reader.bool(field)
            }
        }
        kind = .dataV2(
            definitionSize: definitionSize, repetitionSize: repetitionSize, isCompressed: isCompressed)
    }

    /// Compares the stored bytes of the page with their checksum, where there is one.
    func check(_ body: UnsafeRawBufferPointer) throws(ParquetFailure) {
        guard let checksum else { return }
        var actual = CRC32()
        actual.update(body)
        guard actual.value == checksum else { throw .damaged("a page does not match its checksum") }
    }

    /// The header of a data page of version 1 or a dictionary page, whose sizes are known.
    var bytes: [UInt8] {
        var writer = ThriftWriter()
        let isDictionary = if case .dictionary = kind { true } else { false }
        writer.write(1, Int32(isDictionary ? 2 : 0))
        writer.write(2, Int32(uncompressedSize))
        writer.write(3, Int32(compressedSize))
        if let checksum { writer.write(4, Int32(bitPattern: checksum)) }
        writer.beginStruct(isDictionary ? 7 : 5)
        writer.write(1, Int32(valueCount))
        writer.write(2, encoding)
        if !isDictionary {
            writer.write(3, levelEncoding)
            writer.write(4, levelEncoding)
        }
        writer.endStruct()
        return writer.finish()
    }
}
