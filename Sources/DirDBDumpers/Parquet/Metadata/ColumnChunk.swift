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

    /// Where the first page begins.
    var offset: Int {
        // Writers exist that give 0 when there is no dictionary.
        guard let dictionaryPageOffset, dictionaryPageOffset > 0 else { return dataPageOffset }
        return min(dictionaryPageOffset, dataPageOffset)
    }
}

extension ColumnChunk {
    init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var isDescribed = false
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID) {
            switch field.id {
            case 1:
                throw .unsupported("it keeps its data in other files; write it as one file")
            case 3:
                try reader.requireStruct(field)
                try readMetadata(&reader)
                isDescribed = true
            case 8:
                throw .unsupported("it is encrypted; decrypt it with the program that wrote it")
            default: try reader.skip(field)
            }
        }
        guard isDescribed else { throw .damaged("a column chunk without a description") }
    }

    private mutating func readMetadata(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var seen = ThriftFieldSet()
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID) {
            switch field.id {
            case 1: physical = try reader.int32(field)
            case 4: codec = try reader.int32(field)
            case 5: valueCount = try reader.count(field)
            case 6: uncompressedSize = try reader.count(field)
            case 7: compressedSize = try reader.count(field)
            case 9: dataPageOffset = try reader.count(field)
            case 11: dictionaryPageOffset = try reader.count(field)
            case 12:
                try reader.requireStruct(field)
                statistics = try RawStatistics(&reader)
            default:
                try reader.skip(field)
                continue
            }
            seen.insert(field.id)
        }
        guard seen.isSuperset(of: [1, 4, 5, 7, 9]) else {
            throw .damaged("a column chunk whose description is incomplete")
        }
    }

    /// Writes the chunk as an element of a list.
    func write(to writer: inout ThriftWriter, path: String) {
        writer.beginElement()
        writer.write(2, Int64(0))
        writer.beginStruct(3)
        writer.write(1, physical)
        writer.beginList(2, of: ThriftReader.WireType.int32, count: encodings.count)
        for encoding in encodings { writer.element(encoding) }
        writer.beginList(3, of: ThriftReader.WireType.binary, count: 1)
        writer.element(Array(path.utf8))
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

    init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var old: (min: [UInt8]?, max: [UInt8]?) = (nil, nil)
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID) {
            switch field.id {
            case 1: old.max = Array(try reader.binary(field))
            case 2: old.min = Array(try reader.binary(field))
            case 3: nullCount = try reader.count(field)
            case 5: max = Array(try reader.binary(field))
            case 6: min = Array(try reader.binary(field))
            default: try reader.skip(field)
            }
        }
        if min == nil && max == nil && (old.min != nil || old.max != nil) {
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
