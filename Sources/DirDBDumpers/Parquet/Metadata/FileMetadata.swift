/// What the footer says (`FileMetaData` in parquet.thrift).
struct FileMetadata: Sendable {
    /// A horizontal part of the table.
    struct RowGroup: Sendable {
        var columns: [ColumnChunk] = []
        var byteCount = 0
        var rowCount = 0
    }

    var columns: [ParquetColumn] = []
    var rowCount = 0
    var rowGroups: [RowGroup] = []
    var keyValues: [String: String] = [:]
    var createdBy: String?

    private static let layout = ThriftLayout([
        2: .structures, 3: .int64, 4: .structures, 5: .structures, 6: .binary,
    ])
    private static let keyValueLayout = ThriftLayout([1: .binary, 2: .binary])

    init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var schema: [SchemaElement] = []
        var seen = ThriftFieldSet()
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.layout) {
            switch field.id {
            case 2:
                schema = []
                for _ in 0..<(try reader.structCount()) { schema.append(try SchemaElement(&reader)) }
            case 3: rowCount = try reader.count(field)
            case 4:
                rowGroups = []
                for _ in 0..<(try reader.structCount()) { rowGroups.append(try RowGroup(&reader)) }
            case 5:
                for _ in 0..<(try reader.structCount()) { try readKeyValue(&reader) }
            default: createdBy = try reader.string()
            }
            seen.insert(field.id)
        }
        guard seen.isSuperset(of: [2, 3, 4]) else {
            throw .damaged("it lacks the schema, rows or row groups")
        }
        let leafCount: Int
        (columns, leafCount) = try ParquetColumn.columns(schema)
        if let schema = keyValues[ArrowSchema.key] {
            let names = columns.map(\.name)
            for refinement in ArrowSchema.refinements(in: schema, of: names) {
                columns[refinement.column].refine(refinement)
            }
        }
        try check(leafCount: leafCount)
    }

    private mutating func readKeyValue(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var key: String?
        var value = ""
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.keyValueLayout) {
            switch field.id {
            case 1: key = try reader.string()
            // Writers put binary here too; it is not shown.
            default: value = try reader.string() ?? ""
            }
        }
        if let key { keyValues[key] = value }
    }

    /// Checks what row groups and columns say against each other.
    private mutating func check(leafCount: Int) throws(ParquetFailure) {
        var rows = 0
        for (number, group) in rowGroups.enumerated() {
            guard group.columns.count == leafCount else {
                throw .damaged(
                    "row group \(number) has \(group.columns.count) column chunks instead of \(leafCount)")
            }
            for column in columns where column.representation != nil {
                let chunk = group.columns[column.leaf]
                if chunk.obstacle != nil { continue }
                let hasValues =
                    column.list == nil
                    ? chunk.valueCount == group.rowCount : chunk.valueCount >= group.rowCount
                guard hasValues, chunk.physical == column.physical.rawValue else {
                    throw .damaged("row group \(number) contradicts the schema in column \"\(column.name)\"")
                }
            }
            let (sum, overflow) = rows.addingReportingOverflow(group.rowCount)
            guard !overflow else { throw .damaged("the row groups have too many rows") }
            rows = sum
        }
        // Some writers leave the sum at 0.
        if rowCount == 0 { rowCount = rows }
        guard rows == rowCount else {
            throw .damaged("its row groups have \(rows) rows, but \(rowCount) are announced")
        }
    }
}

extension FileMetadata.RowGroup {
    private static let layout = ThriftLayout([1: .structures, 2: .int64, 3: .int64])

    fileprivate init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var seen = ThriftFieldSet()
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.layout) {
            switch field.id {
            case 1:
                columns = []
                for _ in 0..<(try reader.structCount()) { columns.append(try ColumnChunk(&reader)) }
            case 2: byteCount = try reader.count(field)
            default: rowCount = try reader.count(field)
            }
            seen.insert(field.id)
        }
        guard seen.isSuperset(of: [1, 3]) else { throw .damaged("a row group without columns or rows") }
    }
}
