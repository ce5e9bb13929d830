import DirDB

/// A column of a file: a direct member of the schema's root.
struct ParquetColumn: Sendable {
    let name: String
    let physical: PhysicalType
    let annotation: Annotation?
    /// nil when a table cannot have such values.
    let representation: Representation?
    /// The number of bytes of a value of fixed length.
    let length: Int
    /// Whether a row, or an item of a list, can be without a value.
    let isOptional: Bool
    /// Whether rows are lists of values, and then whether a row can be without a list.
    let list: Lists?
    /// Where the column's chunk is in each row group; a nested column has several, of which this is the first.
    let leaf: Int
    /// The type of the values, or of the items of lists, in the format's own words.
    private(set) var valueType: String
    /// The number of items of each list, where Arrow's schema says that all have as many.
    private(set) var width: Int?

    enum Lists {
        case required
        case optional
    }

    /// The type of the column.
    var dtype: String { list == nil ? valueType : "list<\(valueType)>" }

    /// The logical type that the values get: where that says more than their own type.
    var logicalType: String? { valueType == representation?.dtype ? nil : valueType }

    /// The name as it stands in messages.
    var quotedName: String { "its column \"\(name)\"" }

    /// The definition level of a value that is there.
    var definitionLevel: Int { (list == .optional ? 1 : 0) + (list == nil ? 0 : 1) + (isOptional ? 1 : 0) }
}

extension ParquetColumn {
    /// Takes over what Arrow's schema says of the values and Parquet cannot: that they are durations, their zone, the size of
    /// lists.
    mutating func refine(_ refinement: ArrowSchema.Refinement) {
        if list != nil { width = refinement.width }
        guard let type = refinement.time else { return }
        switch (type, annotation, representation) {
        case (.duration(let unit), nil, .int64): valueType = "duration[\(unit.rawValue)]"
        case (.timestamp(_, let zone?), .timestamp(let unit, isUTC: true), .int64):
            valueType = "timestamp[\(unit.rawValue), \(zone)]"
        case (.timestamp(_, let zone?), _, .int96): valueType = "timestamp[ns, \(zone)]"
        default: break
        }
    }

    /// A column of simple values, or of lists of them.
    init(_ element: SchemaElement, _ physical: PhysicalType, in list: SchemaElement? = nil, leaf: Int) {
        name = list?.name ?? element.name
        self.physical = physical
        annotation = element.annotation
        length = element.length
        isOptional = element.repetition == .optional
        // A repeated value that is in no list is itself one.
        self.list =
            list.map { $0.repetition == .optional ? .optional : .required }
            ?? (element.repetition == .repeated ? .required : nil)
        self.leaf = leaf
        representation = Representation(physical, annotation, length: length)
        valueType =
            switch (physical, annotation) {
            case (.fixedLengthByteArray, nil): "\(physical.name)[\(length)]"
            case (.int96, _): "timestamp[ns]"
            case (_, let annotation?) where representation == nil && !annotation.isUnknown:
                "\(annotation.name) stored as \(physical.name)"
            case (_, let annotation): annotation?.name ?? physical.name
            }
    }

    /// A column of values that are nested deeper.
    private init(group element: SchemaElement, leaf: Int) {
        name = element.name
        physical = .byteArray
        annotation = element.annotation
        representation = nil
        length = 0
        isOptional = element.repetition == .optional
        list = nil
        self.leaf = leaf
        valueType = element.repetition == .repeated ? "repeated group" : element.annotation?.name ?? "struct"
    }

    /// The columns of a schema, and the number of chunks that each row group has.
    static func columns(_ schema: [SchemaElement]) throws(ParquetFailure) -> ([ParquetColumn], leafCount: Int)
    {
        // A root with the type of a value is a group all the same.
        guard let root = schema.first else { throw .damaged("the schema has no root") }
        let found = try SchemaColumn.columns(schema)
        let columns = found.map { column in
            let element = schema[column.elements.lowerBound]
            if let physical = element.physical, element.childCount == 0 {
                return ParquetColumn(element, physical, leaf: column.firstLeaf)
            }
            return list(schema[column.elements], leaf: column.firstLeaf)
                ?? ParquetColumn(group: element, leaf: column.firstLeaf)
        }
        guard columns.count == root.childCount else {
            throw .damaged("the schema has \(columns.count) columns where \(root.childCount) are announced")
        }
        return (columns, found.last.map { $0.firstLeaf + $0.leaves.count } ?? 0)
    }

    /// A column of lists of simple values; nil when a group is none.
    ///
    /// The forms, also those of old writers, are in LogicalTypes.md of Parquet.
    private static func list(_ group: ArraySlice<SchemaElement>, leaf: Int) -> ParquetColumn? {
        let elements = Array(group)
        guard elements[0].annotation == .list, elements[0].repetition != .repeated,
            elements[0].childCount == 1, elements[1].repetition == .repeated
        else { return nil }
        if elements.count == 2, let physical = elements[1].physical, elements[1].childCount == 0 {
            return ParquetColumn(elements[1], physical, in: elements[0], leaf: leaf)
        }
        // A repeated group of one of these names is itself the item, a struct.
        guard elements.count == 3, elements[1].childCount == 1, elements[1].annotation == nil,
            elements[1].name != "array", elements[1].name != elements[0].name + "_tuple",
            elements[2].repetition != .repeated, let physical = elements[2].physical,
            elements[2].childCount == 0
        else { return nil }
        return ParquetColumn(elements[2], physical, in: elements[0], leaf: leaf)
    }
}
