import DirDB

/// How a table's column is written.
struct WrittenColumn: Equatable {
    let name: String
    /// Whether the rows are lists of what follows.
    let list: Bool
    /// The number of items of each list, where all have as many.
    let width: Int?
    let physical: PhysicalType
    /// The number of bytes of each value; 0 where each has another.
    let length: Int
    let annotation: Annotation?
    let representation: ParquetColumn.Representation
    /// The type of the values and the logical type, which the columns of all tables in a file share.
    let dtype: String
    /// What the values, or the items of lists, count where they are times.
    let time: TimeType?

    init(_ column: Column) {
        if case .list(let lists) = column.values {
            self.init(lists.items, name: column.name, list: true, width: lists.width)
        } else {
            self.init(column, name: column.name, list: false, width: nil)
        }
    }

    private init(_ column: Column, name: String, list: Bool, width: Int?) {
        self.name = name
        self.list = list
        self.width = width
        dtype =
            list ? width.map { "list<\(column.dtype)>[\($0)]" } ?? "list<\(column.dtype)>" : column.dtype
        let logicalType = column.logicalType
        time = logicalType.flatMap(TimeType.init)
        func annotation(_ physical: PhysicalType, length: Int = 0) -> Annotation? {
            logicalType.flatMap { Annotation(name: $0, for: physical, length: length) }
        }
        var length = 0
        switch column.values {
        case .bool: (physical, representation) = (.boolean, .bool)
        case .int32: (physical, representation) = (.int32, .int32)
        case .float: (physical, representation) = (.float, .float)
        case .double: (physical, representation) = (.double, .double)
        case .int64 where logicalType == "uint32": (physical, representation) = (.int32, .unsigned32)
        case .int64: (physical, representation) = (.int64, .int64)
        case .string:
            // A decimal takes no more bytes than its digits need.
            if case .decimal(let precision, _)? = annotation(.byteArray) {
                length = FixedDecimal.width(precision: Int(precision))
                (physical, representation) = (.fixedLengthByteArray, .decimal)
            } else {
                (physical, representation) = (.byteArray, .string)
            }
        case .binary:
            length = logicalType.map(Self.length) ?? 0
            (physical, representation) =
                length > 0 ? (.fixedLengthByteArray, .fixedBinary) : (.byteArray, .binary)
        // A list of lists is not made.
        case .list: (physical, representation) = (.byteArray, .binary)
        }
        self.length = length
        let found = annotation(physical, length: length)
        let isText = representation == .string
        self.annotation = found ?? (isText && logicalType != "binary" ? .string : nil)
    }

    /// The number of bytes of values of a logical type; 0 where each has another.
    private static func length(_ logicalType: String) -> Int {
        switch logicalType {
        case "uuid": return 16
        case "interval": return 12
        default:
            let prefix = "fixed_len_byte_array["
            guard logicalType.hasPrefix(prefix), logicalType.hasSuffix("]") else { return 0 }
            return Int32(logicalType.dropFirst(prefix.utf8.count).dropLast()).map { max(0, Int($0)) } ?? 0
        }
    }

    /// Whether the values are byte strings, which get a dictionary where they repeat.
    var isCoded: Bool { physical == .byteArray || physical == .fixedLengthByteArray }

    /// Always optional, as pandas and pyarrow write: a later row group may have nulls, and readers know it best.
    var elements: [SchemaElement] {
        var element = SchemaElement(name: list ? "element" : name)
        element.physical = physical
        element.length = length
        element.repetition = .optional
        element.annotation = annotation
        if !list { return [element] }
        return [
            SchemaElement(name: name, .optional, childCount: 1, .list),
            SchemaElement(name: "list", .repeated, childCount: 1), element,
        ]
    }

    /// The names from the root to the values.
    var path: [String] { list ? [name, "list", "element"] : [name] }

    var description: String { "\"\(name)\" (\(dtype))" }
}
