/// Where the values of one column in one row group lie.
struct ColumnChunk: Sendable {
    var physical: Int32 = -1
    var codec: Int32 = 0
    var encodings: [Int32] = []
    var valueCount = 0
    var uncompressedSize = 0
    var compressedSize = 0
    var dataPageOffset = 0
    var dictionaryPageOffset: Int?
    var statistics: RawStatistics?
    /// Why its values cannot be read, whatever they are; nil when they may be.
    var obstacle: ParquetFailure?

    /// Where the first page begins.
    var offset: Int {
        // Writers exist that give 0 when there is no dictionary.
        guard let dictionaryPageOffset, dictionaryPageOffset > 0 else { return dataPageOffset }
        return min(dictionaryPageOffset, dataPageOffset)
    }
}

extension ColumnChunk {
    private static let layout = ThriftLayout([1: .binary, 3: .structure, 8: .structure])
    private static let metadataLayout = ThriftLayout([
        1: .int32, 4: .int32, 5: .int64, 6: .int64, 7: .int64, 9: .int64, 11: .int64, 12: .structure,
    ])

    init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var isDescribed = false
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.layout) {
            switch field.id {
            case 1:
                if try !reader.binary().isEmpty {
                    obstacle = .unsupported(
                        "its values are in another file", remedy: "write the table as one file")
                }
            case 3:
                try readMetadata(&reader)
                isDescribed = true
            default:
                try reader.skip(field)
                obstacle = .unsupported(
                    "it is encrypted", remedy: "decrypt it with the program that wrote it")
            }
        }
        guard isDescribed || obstacle != nil else { throw .damaged("a column chunk without a description") }
    }

    private mutating func readMetadata(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var seen = ThriftFieldSet()
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.metadataLayout) {
            switch field.id {
            case 1: physical = try reader.int32(field)
            case 4: codec = try reader.int32(field)
            case 5: valueCount = try reader.count(field)
            case 6: uncompressedSize = try reader.count(field)
            case 7: compressedSize = try reader.count(field)
            case 9: dataPageOffset = try reader.count(field)
            case 11: dictionaryPageOffset = try reader.count(field)
            default: statistics = try RawStatistics(&reader)
            }
            seen.insert(field.id)
        }
        guard seen.isSuperset(of: [1, 4, 5, 7, 9]) else {
            throw .damaged("a column chunk whose description is incomplete")
        }
    }

    /// Writes the chunk as an element of a list.
    func write(to writer: inout ThriftWriter, path: [String]) {
        writer.beginElement()
        writer.write(2, Int64(0))
        writer.beginStruct(3)
        writer.write(1, physical)
        writer.beginList(2, of: ThriftReader.WireType.int32, count: encodings.count)
        for encoding in encodings { writer.element(encoding) }
        writer.beginList(3, of: ThriftReader.WireType.binary, count: path.count)
        for name in path { writer.element(Array(name.utf8)) }
        writer.write(4, codec)
        writer.write(5, Int64(valueCount))
        writer.write(6, Int64(uncompressedSize))
        writer.write(7, Int64(compressedSize))
        writer.write(9, Int64(dataPageOffset))
        if let dictionaryPageOffset { writer.write(11, Int64(dictionaryPageOffset)) }
        if let statistics {
            writer.beginStruct(12)
            statistics.write(to: &writer)
            writer.endStruct()
        }
        writer.endStruct()
        writer.endStruct()
    }
}

/// The extremes of a chunk as the file has them: single values in plain encoding, strings without their length.
struct RawStatistics: Sendable {
    var min: [UInt8]?
    var max: [UInt8]?
    var nullCount: Int?
    /// Whether the extremes come from the fields that old writers filled in an order of their own.
    var isDeprecated = false

    init(min: [UInt8]?, max: [UInt8]?, nullCount: Int) {
        self.min = min
        self.max = max
        self.nullCount = nullCount
    }

    private static let layout = ThriftLayout([
        1: .binary, 2: .binary, 3: .int64, 5: .binary, 6: .binary, 7: .bool, 8: .bool,
    ])

    init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var isExact = (min: true, max: true)
        var old: (min: [UInt8]?, max: [UInt8]?) = (nil, nil)
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.layout) {
            switch field.id {
            case 1: old.max = Array(try reader.binary())
            case 2: old.min = Array(try reader.binary())
            case 3:
                let count = try reader.int64(field)
                nullCount = count < 0 ? nil : Int(count)
            case 5: max = Array(try reader.binary())
            case 6: min = Array(try reader.binary())
            case 7: isExact.max = reader.bool(field)
            default: isExact.min = reader.bool(field)
            }
        }
        // A bound that no value needs to have is not an extreme.
        if !isExact.min { min = nil }
        if !isExact.max { max = nil }
        if min == nil && max == nil && isExact == (true, true) && (old.min != nil || old.max != nil) {
            (min, max) = old
            isDeprecated = true
        }
    }

    func write(to writer: inout ThriftWriter) {
        if let nullCount { writer.write(3, Int64(nullCount)) }
        if let max { writer.write(5, max) }
        if let min { writer.write(6, min) }
    }
}
