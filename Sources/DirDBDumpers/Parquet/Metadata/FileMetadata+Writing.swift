import DirDB

extension FileMetadata {
    static let magic: [UInt8] = Array("PAR1".utf8)

    /// The bytes of a footer, without its length and the magic that follow it.
    static func bytes(
        columns: [WrittenColumn], rowGroups: [RowGroup], rowCount: Int, keyValues: [(String, String)]
    ) -> [UInt8] {
        var writer = ThriftWriter()
        writer.write(1, Int32(2))
        let schema = columns.flatMap(\.elements)
        writer.beginList(2, of: ThriftReader.WireType.structure, count: schema.count + 1)
        var root = SchemaElement(name: "schema")
        root.childCount = columns.count
        root.write(to: &writer, isRoot: true)
        for element in schema { element.write(to: &writer, isRoot: false) }
        writer.write(3, Int64(rowCount))
        writer.beginList(4, of: ThriftReader.WireType.structure, count: rowGroups.count)
        for group in rowGroups {
            write(group, columns.map(\.path), to: &writer)
        }
        if !keyValues.isEmpty {
            writer.beginList(5, of: ThriftReader.WireType.structure, count: keyValues.count)
            for (key, value) in keyValues {
                writer.beginElement()
                writer.write(1, key)
                writer.write(2, value)
                writer.endStruct()
            }
        }
        // Readers parse this, and want a name and a version.
        writer.write(6, "dirdb version \(PackageVersion.current)")
        // Without the order, readers do not trust the extremes.
        writer.beginList(7, of: ThriftReader.WireType.structure, count: columns.count)
        for _ in columns {
            writer.beginElement()
            writer.beginStruct(1)
            writer.endStruct()
            writer.endStruct()
        }
        return writer.finish()
    }

    private static func write(
        _ group: RowGroup, _ paths: [[String]], to writer: inout ThriftWriter
    ) {
        writer.beginElement()
        writer.beginList(1, of: ThriftReader.WireType.structure, count: group.columns.count)
        for (chunk, path) in zip(group.columns, paths) { chunk.write(to: &writer, path: path) }
        writer.write(2, Int64(group.byteCount))
        writer.write(3, Int64(group.rowCount))
        writer.endStruct()
    }
}
