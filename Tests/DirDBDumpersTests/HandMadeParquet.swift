import DirDB

@testable import DirDBDumpers

/// A file of one column of three integers of 32 bits, each part of which can be other than usual.
struct HandMadeParquet: Sendable {
    var columns = ["a"]
    var announcedRows: Int64 = 3
    var rootType: Int32?
    var physical = PhysicalType.int32
    var length: Int32 = 0
    var convertedType: Int32?
    var annotation: Annotation?
    var codec: Int32 = 0
    /// The checksum of the page; nil for none.
    var checksum: Int32?
    /// Whether the values are in a dictionary page that the chunk's size does not take in.
    var hasForgottenDictionary = false
    /// Whether fields of other types than the format's are strewn in.
    var hasOddFields = false
    /// What follows the numbers of the statistics.
    var statistics: (@Sendable (inout ThriftWriter) -> Void)?
    var isEncrypted = false

    private static let values: [UInt8] = [7, 0, 0, 0, 255, 255, 255, 255, 9, 0, 0, 0]

    private func page(_ kind: Int32, _ content: [UInt8], _ encoding: ParquetEncoding) -> [UInt8] {
        var writer = ThriftWriter()
        writer.write(1, kind)
        writer.write(2, Int32(content.count))
        writer.write(3, Int32(content.count))
        if hasOddFields { writer.write(4, "none") } else if let checksum { writer.write(4, checksum) }
        writer.beginStruct(kind == 0 ? 5 : 7)
        writer.write(1, Int32(3))
        writer.write(2, encoding.rawValue)
        if kind == 0 {
            writer.write(3, Int32(3))
            writer.write(4, Int32(3))
        }
        writer.endStruct()
        return writer.finish() + content
    }

    var bytes: [UInt8] {
        let dictionary = hasForgottenDictionary ? page(2, Self.values, .plain) : []
        // A run of one bit packed group of codes of two bits: 0, 1, 2.
        let data =
            hasForgottenDictionary
            ? page(0, [2, 3, 0b10_0100, 0], .runLengthDictionary) : page(0, Self.values, .plain)
        var writer = ThriftWriter()
        writer.write(1, Int32(1))
        writer.beginList(2, of: ThriftReader.WireType.structure, count: columns.count + 1)
        writer.beginElement()
        if let rootType { writer.write(1, rootType) }
        writer.write(4, "schema")
        writer.write(5, Int32(columns.count))
        writer.endStruct()
        for name in columns {
            writer.beginElement()
            writer.write(1, physical.rawValue)
            writer.write(2, length)
            writer.write(3, Int32(0))
            writer.write(4, name)
            if let convertedType { writer.write(6, convertedType) }
            if let annotation { annotation.write(to: &writer) }
            writer.endStruct()
        }
        writer.write(3, announcedRows)
        writer.beginList(4, of: ThriftReader.WireType.structure, count: 1)
        writer.beginElement()
        writer.beginList(1, of: ThriftReader.WireType.structure, count: columns.count)
        for place in columns.indices { writeChunk(place, data.count, dictionary.count, to: &writer) }
        writer.write(2, Int64(data.count))
        writer.write(3, Int64(3))
        writer.endStruct()
        if hasOddFields {
            writer.beginList(5, of: ThriftReader.WireType.structure, count: 2)
            writer.beginElement()
            writer.write(1, "number")
            writer.write(2, Int64(1))
            writer.endStruct()
            writer.beginElement()
            writer.write(1, true)
            writer.write(2, "x")
            writer.endStruct()
            writer.write(6, Int64(1))
        }
        let footer = writer.finish()
        return Array("PAR1".utf8) + dictionary + data + footer
            + (0..<4).map { UInt8(truncatingIfNeeded: footer.count >> ($0 * 8)) } + Array("PAR1".utf8)
    }

    /// Each column has the same page.
    private func writeChunk(
        _ place: Int, _ size: Int, _ dictionarySize: Int, to writer: inout ThriftWriter
    ) {
        writer.beginElement()
        writer.write(2, Int64(0))
        writer.beginStruct(3)
        writer.write(1, physical.rawValue)
        writer.write(4, codec)
        writer.write(5, Int64(3))
        writer.write(6, Int64(size))
        writer.write(7, Int64(size))
        writer.write(9, Int64(4 + dictionarySize))
        if dictionarySize > 0 { writer.write(11, Int64(4)) }
        if hasOddFields {
            writer.write(12, "statistics")
        } else if let statistics {
            writer.beginStruct(12)
            statistics(&writer)
            writer.endStruct()
        }
        writer.endStruct()
        if isEncrypted && place == 0 {
            writer.beginStruct(8)
            writer.endStruct()
        }
        writer.endStruct()
    }
}
