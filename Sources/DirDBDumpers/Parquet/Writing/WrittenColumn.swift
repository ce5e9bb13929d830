import DirDB

/// How a table's column is written.
struct WrittenColumn: Equatable {
    let name: String
    let physical: PhysicalType
    let annotation: Annotation?
    let representation: ParquetColumn.Representation
    /// The type of the values and the logical type, which the columns of all tables in a file share.
    let dtype: String

    init(_ column: Column) {
        name = column.name
        dtype = column.dtype
        switch column.values {
        case .bool: (physical, representation) = (.boolean, .bool)
        case .int32: (physical, representation) = (.int32, .int32)
        case .float: (physical, representation) = (.float, .float)
        case .double: (physical, representation) = (.double, .double)
        case .int64:
            (physical, representation) =
                column.logicalType == "uint32" ? (.int32, .unsigned32) : (.int64, .int64)
        case .string:
            (physical, representation) = (.byteArray, .string)
            annotation =
                column.logicalType == "binary"
                ? nil : column.logicalType.flatMap { Annotation(name: $0, for: .byteArray) } ?? .string
            return
        }
        annotation =
            representation == .unsigned32
            ? .integer(bits: 32, isSigned: false)
            : column.logicalType.flatMap { [physical] in Annotation(name: $0, for: physical) }
    }

    /// Always optional, as pandas and pyarrow write: a later row group may have nulls, and readers know it best.
    var element: SchemaElement {
        var element = SchemaElement(name: name)
        element.physical = physical
        element.repetition = .optional
        element.annotation = annotation
        return element
    }

    var description: String { "\"\(name)\" (\(dtype))" }
}
