/// A node of the schema that has values, and how deep it lies.
struct SchemaLeaf {
    let physical: PhysicalType
    /// The number of bytes of a value of fixed length.
    let length: Int
    /// The highest definition level, which a value has that is there.
    var maxDefinition = 0
    /// The highest repetition level; 0 where each row has one value at most.
    var maxRepetition = 0

    /// The number of bytes of a plain value; nil where it differs, or is less than one.
    var width: Int? {
        switch physical {
        case .boolean, .byteArray: nil
        case .int32, .float: 4
        case .int64, .double: 8
        case .int96: 12
        case .fixedLengthByteArray: length > 0 ? length : nil
        }
    }
}

/// A column of a file: its nodes in the list that the schema is, and its leaves, each of which has a chunk in each row
/// group.
struct SchemaColumn {
    let elements: Range<Int>
    let leaves: [SchemaLeaf]
    let firstLeaf: Int

    /// The columns of a schema, whose depth is the file's to choose.
    static func columns(_ schema: [SchemaElement]) throws(ParquetFailure) -> [SchemaColumn] {
        var columns: [SchemaColumn] = []
        var next = 1
        var leafCount = 0
        while next < schema.count {
            let start = next
            var leaves: [SchemaLeaf] = []
            // The members that are still to come of each open group, and its levels.
            var open: [(members: Int, definition: Int, repetition: Int)] = [(1, 0, 0)]
            while let group = open.last {
                if group.members == 0 {
                    open.removeLast()
                    continue
                }
                guard next < schema.count else { throw .damaged("the schema ends too early") }
                let element = schema[next]
                next += 1
                open[open.count - 1].members -= 1
                let definition = group.definition + (element.repetition == .required ? 0 : 1)
                let repetition = group.repetition + (element.repetition == .repeated ? 1 : 0)
                // A group that has the type of a value is a group all the same.
                if let physical = element.physical, element.childCount == 0 {
                    leaves.append(
                        SchemaLeaf(
                            physical: physical, length: element.length, maxDefinition: definition,
                            maxRepetition: repetition))
                } else {
                    open.append((element.childCount, definition, repetition))
                }
            }
            columns.append(SchemaColumn(elements: start..<next, leaves: leaves, firstLeaf: leafCount))
            leafCount += leaves.count
        }
        return columns
    }
}
