import DirDB
import TestSupport
import Testing

@testable import DirDBDumpers

/// The forms of lists, also those of old writers ("Backward-compatibility rules" in LogicalTypes.md of Parquet).
@Suite struct ParquetListFormsTests {
    /// A column of integers, which are 7, -1 and 9, with the levels that place them.
    struct Form: Sendable {
        let name: String
        let schema: [SchemaElement]
        let repetition: [UInt32]
        let definition: [UInt32]
        /// The lists; nil when a table cannot have such values.
        let rows: [[Int32?]?]?
        var leafCount = 1
        /// The bits of a repetition level.
        var repetitionWidth = 1

        private var bytes: [UInt8] {
            let content = ByteBuffer()
            let definitionWidth = definition.max() ?? 0 > 1 ? 2 : 1
            for (levels, width) in [(repetition, repetitionWidth), (definition, definitionWidth)] {
                let encoded = ByteBuffer()
                levels.withUnsafeBufferPointer { HybridWriter.write($0, width: width, to: encoded) }
                content.append(littleEndian: UInt32(encoded.count))
                content.append(encoded.bytes)
            }
            for value: Int32 in [7, -1, 9] { content.append(littleEndian: value) }
            var header = PageHeader(.data, valueCount: repetition.count, .plain)
            header.uncompressedSize = content.count
            header.compressedSize = content.count
            let page = header.bytes + Array(content.bytes)
            var writer = ThriftWriter()
            writer.write(1, Int32(1))
            writer.beginList(2, of: ThriftReader.WireType.structure, count: schema.count + 1)
            var root = SchemaElement(name: "schema")
            root.childCount = 1
            root.write(to: &writer, isRoot: true)
            for element in schema { element.write(to: &writer, isRoot: false) }
            let rowCount = Int64(repetition.count { $0 == 0 })
            writer.write(3, rowCount)
            writer.beginList(4, of: ThriftReader.WireType.structure, count: 1)
            writer.beginElement()
            writer.beginList(1, of: ThriftReader.WireType.structure, count: leafCount)
            for _ in 0..<leafCount {
                var chunk = ColumnChunk()
                chunk.physical = PhysicalType.int32.rawValue
                chunk.valueCount = repetition.count
                chunk.uncompressedSize = page.count
                chunk.compressedSize = page.count
                chunk.dataPageOffset = 4
                chunk.write(to: &writer, path: schema.map(\.name))
            }
            writer.write(2, Int64(page.count))
            writer.write(3, rowCount)
            writer.endStruct()
            let footer = writer.finish()
            return FileMetadata.magic + page + footer
                + (0..<4).map { UInt8(truncatingIfNeeded: footer.count >> ($0 * 8)) } + FileMetadata.magic
        }

        func withEntry(_ body: (Entry, Entry) throws -> Void) throws {
            let directory = try TemporaryDirectory()
            let db = try Database(testing: directory)
            try db["x"].put(bytes, as: RawBytes("parquet"))
            try body(try db["x"], try db["part"])
        }
    }

    private static func group(
        _ name: String, _ repetition: SchemaElement.Repetition, _ childCount: Int = 1,
        _ annotation: Annotation? = nil
    ) -> SchemaElement {
        SchemaElement(name: name, repetition, childCount: childCount, annotation)
    }

    private static func integer(_ name: String, _ repetition: SchemaElement.Repetition) -> SchemaElement {
        var element = SchemaElement(name: name)
        element.physical = .int32
        element.repetition = repetition
        return element
    }

    static let forms: [Form] = {
        let list = group("a", .optional, 1, .list)
        let needed: [[Int32?]?] = [[7, -1], [], [9]]
        let rows: [[Int32?]?] = [[7, -1], [], nil, [9]]
        let sparse: [[Int32?]?] = [[7, nil, -1], [], nil, [nil], [9]]
        /// Levels of `sparse`, and of `rows` where there is no item without a value.
        let (deep, deepRepetition): ([UInt32], [UInt32]) = ([3, 2, 3, 1, 0, 2, 3], [0, 1, 1, 0, 0, 0, 0])
        let (flat, flatRepetition): ([UInt32], [UInt32]) = ([2, 2, 1, 0, 2], [0, 1, 0, 0, 0])
        func nested(_ name: String, _ members: [SchemaElement]) -> Form {
            Form(
                name: name, schema: [list] + members, repetition: flatRepetition, definition: flat, rows: nil,
                leafCount: members.count { $0.physical != nil },
                repetitionWidth: members.contains { $0.physical != nil && $0.repetition == .repeated } ? 2 : 1
            )
        }
        return [
            Form(
                name: "a bare repeated value", schema: [integer("a", .repeated)], repetition: [0, 1, 0, 0],
                definition: [1, 1, 0, 1], rows: needed),
            Form(
                name: "two levels, required",
                schema: [group("a", .required, 1, .list), integer("array", .repeated)],
                repetition: [0, 1, 0, 0], definition: [1, 1, 0, 1], rows: needed),
            Form(
                name: "two levels", schema: [list, integer("element", .repeated)],
                repetition: flatRepetition, definition: flat, rows: rows),
            Form(
                name: "three levels of required items",
                schema: [list, group("list", .repeated), integer("element", .required)],
                repetition: flatRepetition, definition: flat, rows: rows),
            Form(
                name: "three levels",
                schema: [list, group("list", .repeated), integer("element", .optional)],
                repetition: deepRepetition, definition: deep, rows: sparse),
            Form(
                name: "three levels of Hive",
                schema: [list, group("bag", .repeated), integer("array_element", .optional)],
                repetition: deepRepetition, definition: deep, rows: sparse),
            nested("structs by the name array", [group("array", .repeated), integer("x", .required)]),
            nested(
                "structs by the name of the list", [group("a_tuple", .repeated), integer("x", .required)]),
            nested("lists of lists", [group("list", .repeated), integer("x", .repeated)]),
            nested(
                "structs of two members",
                [group("element", .repeated, 2), integer("x", .required), integer("y", .required)]),
            nested("annotated groups", [group("list", .repeated, 1, .list), integer("x", .required)]),
            Form(
                name: "a bare repeated struct", schema: [group("a", .repeated), integer("x", .required)],
                repetition: [0, 1, 0, 0], definition: [1, 1, 0, 1], rows: nil),
        ]
    }()

    @Test("Each form of lists is read or refused as a whole, and any can be cut", arguments: forms)
    func read(_ form: Form) throws {
        try form.withEntry { (entry, part) throws in
            let rowCount = form.repetition.count { $0 == 0 }
            #expect(try entry.info().content.rows == rowCount)
            if let rows = form.rows {
                #expect(try entry.get(Table.self)["a"] == Column("a", lists: rows))
            } else {
                let error = #expect(throws: DirDBError.self) { try entry.get(Table.self) }
                #expect(error?.code == .unsupportedFormat)
            }
            for first in 0..<rowCount {
                for end in first + 1...rowCount {
                    try part.cut(fields: [0], rows: first..<end, of: entry)
                    #expect(try part.info().content.rows == end - first)
                    #expect(try part.info().content.fields == entry.info().content.fields)
                    guard let rows = form.rows else { continue }
                    #expect(try part.get(Table.self)["a"] == Column("a", lists: Array(rows[first..<end])))
                }
            }
        }
    }
}

extension Entry {
    /// Becomes a part of a Parquet file.
    func cut(fields: [Int]?, rows: Range<Int>?, of whole: Entry) throws {
        try whole.copy(to: self, replacing: true, timeout: nil) { file, sink in
            try ParquetFile(file).write(fields: fields, rows: rows, of: file, to: &sink)
        }
    }
}
