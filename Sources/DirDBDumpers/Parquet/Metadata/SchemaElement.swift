/// A node of the schema, which is stored as a list in depth-first order.
struct SchemaElement {
    /// How often a value occurs (`FieldRepetitionType` in parquet.thrift).
    enum Repetition: Int32 {
        case required = 0
        case optional = 1
        case repeated = 2
    }

    var name = ""
    /// nil for a group of further nodes.
    var physical: PhysicalType?
    /// The number of bytes of a value of fixed length.
    var length = 0
    var repetition = Repetition.required
    var childCount = 0
    var annotation: Annotation?

    init(name: String) {
        self.name = name
    }

    /// A group.
    init(name: String, _ repetition: Repetition, childCount: Int, _ annotation: Annotation? = nil) {
        self.name = name
        self.repetition = repetition
        self.childCount = childCount
        self.annotation = annotation
    }

    private static let layout = ThriftLayout([
        1: .int32, 2: .int32, 3: .int32, 4: .binary, 5: .int32, 6: .int32, 7: .int32, 8: .int32,
        10: .structure,
    ])

    init(_ reader: inout ThriftReader) throws(ParquetFailure) {
        var (convertedType, precision, scale): (Int32?, Int32, Int32) = (nil, 0, 0)
        var isNamed = false
        var lastID: Int16 = 0
        while let field = try reader.nextField(&lastID, of: Self.layout) {
            switch field.id {
            case 1:
                guard let type = PhysicalType(rawValue: try reader.int32(field)) else {
                    throw .damaged("a column of an unknown physical type")
                }
                physical = type
            case 2: length = try reader.count32(field)
            case 3:
                guard let value = Repetition(rawValue: try reader.int32(field)) else {
                    throw .damaged("a column of an unknown repetition")
                }
                repetition = value
            case 4:
                guard let text = try reader.string() else {
                    throw .damaged("a column whose name is not UTF-8")
                }
                name = text
                isNamed = true
            case 5: childCount = try reader.count32(field)
            case 6: convertedType = try reader.int32(field)
            case 7: scale = try reader.int32(field)
            case 8: precision = try reader.int32(field)
            default: annotation = try Annotation.read(&reader)
            }
        }
        guard isNamed else { throw .damaged("a column without a name") }
        if annotation == nil, let convertedType {
            annotation = Annotation(convertedType: convertedType, precision: precision, scale: scale)
        }
    }

    init(encoded bytes: ArraySlice<UInt8>) throws(ParquetFailure) {
        self = try bytes.withUnsafeBytes { bytes in
            Result { () throws(ParquetFailure) -> SchemaElement in
                var reader = ThriftReader(bytes)
                return try SchemaElement(&reader)
            }
        }.get()
    }

    /// Writes the element as an element of a list; `isRoot` says that it is the whole table.
    func write(to writer: inout ThriftWriter, isRoot: Bool) {
        writer.beginElement()
        if let physical { writer.write(1, physical.rawValue) }
        if physical == .fixedLengthByteArray { writer.write(2, Int32(length)) }
        if !isRoot { writer.write(3, repetition.rawValue) }
        writer.write(4, name)
        if physical == nil { writer.write(5, Int32(childCount)) }
        annotation?.write(to: &writer)
        writer.endStruct()
    }
}
