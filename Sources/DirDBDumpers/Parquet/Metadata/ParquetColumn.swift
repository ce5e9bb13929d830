import DirDB

/// A column of a file: a direct member of the schema's root.
struct ParquetColumn: Sendable {
    /// How a column's values become those of a table.
    enum Representation: Sendable {
        case bool
        case int32
        case int64
        /// Stored in 32 bits, widened to 64.
        case unsigned32
        case float
        case double
        /// Stored in 16 bits, widened to 32.
        case float16
        case string
        /// Days and nanoseconds in 96 bits, which become nanoseconds since 1970.
        case int96
    }

    let name: String
    let physical: PhysicalType
    let annotation: Annotation?
    /// nil when a table cannot have such values.
    let representation: Representation?
    /// Whether a row can be without a value.
    let isOptional: Bool
    /// Where the column's chunk is in each row group; a nested column has several, of which this is the first.
    let leaf: Int
    /// The type in the format's own words.
    let dtype: String

    /// The logical type that the table's column gets: where that says more than the type of its values.
    var logicalType: String? {
        switch representation {
        case .bool, .none: nil
        case .int32: dtype == "int32" ? nil : dtype
        case .int64: dtype == "int64" ? nil : dtype
        case .unsigned32, .float16, .int96: dtype
        case .float, .double: nil
        case .string: dtype == "string" ? nil : dtype
        }
    }

    /// The name as it stands in messages.
    var quotedName: String { "its column \"\(name)\"" }
}

extension ParquetColumn {
    /// A column of simple values.
    init(_ element: SchemaElement, _ physical: PhysicalType, leaf: Int) {
        name = element.name
        self.physical = physical
        annotation = element.annotation
        isOptional = element.repetition == .optional
        self.leaf = leaf
        let annotated = element.annotation?.name
        if element.repetition == .repeated {
            representation = nil
            dtype = "repeated \(annotated ?? physical.name)"
            return
        }
        dtype =
            switch (physical, element.annotation) {
            case (.fixedLengthByteArray, nil): "\(physical.name)[\(element.length)]"
            case (.int96, _): "timestamp[ns]"
            default: annotated ?? physical.name
            }
        representation =
            switch (physical, element.annotation) {
            case (.boolean, _): .bool
            case (.int32, .integer(32, false)): .unsigned32
            case (.int32, .decimal), (.int64, .decimal): nil
            case (.int32, _): .int32
            case (.int64, _): .int64
            case (.int96, _): .int96
            case (.float, _): .float
            case (.double, _): .double
            case (.fixedLengthByteArray, .float16) where element.length == 2: .float16
            case (.byteArray, nil), (.byteArray, .string), (.byteArray, .json), (.byteArray, .enumeration):
                .string
            default: nil
            }
    }

    /// A column of nested values.
    init(group element: SchemaElement, leaf: Int) {
        name = element.name
        physical = .byteArray
        annotation = element.annotation
        representation = nil
        isOptional = element.repetition == .optional
        self.leaf = leaf
        dtype = element.repetition == .repeated ? "repeated group" : element.annotation?.name ?? "struct"
    }

    /// The columns of a schema, and the number of chunks that each row group has.
    static func columns(_ schema: [SchemaElement]) throws(ParquetFailure) -> ([ParquetColumn], leafCount: Int)
    {
        guard let root = schema.first, root.physical == nil else {
            throw .damaged("the schema has no root")
        }
        var columns: [ParquetColumn] = []
        var leafCount = 0
        var next = 1
        while next < schema.count {
            let element = schema[next]
            next += 1
            if let physical = element.physical {
                guard element.childCount == 0 else {
                    throw .damaged("the column \"\(element.name)\" has both values and members")
                }
                columns.append(ParquetColumn(element, physical, leaf: leafCount))
                leafCount += 1
                continue
            }
            columns.append(ParquetColumn(group: element, leaf: leafCount))
            // Not recursive: the depth is the file's to choose.
            var open = element.childCount
            while open > 0 {
                guard open <= schema.count - next else { throw .damaged("the schema ends too early") }
                let member = schema[next]
                next += 1
                open += member.childCount - 1
                if member.physical != nil { leafCount += 1 }
                guard open <= schema.count else { throw .damaged("the schema ends too early") }
            }
        }
        guard columns.count == root.childCount else {
            throw .damaged("the schema has \(columns.count) columns where \(root.childCount) are announced")
        }
        return (columns, leafCount)
    }
}
