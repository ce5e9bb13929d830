import DirDB

/// Puts tables of the same columns one below the other.
struct TableJoiner {
    private var names: [String]?
    private var columns: [JoinedColumn] = []
    private(set) var rowCount = 0

    /// Appends the rows of a table.
    /// - Throws: `.formatMismatch` when its columns differ from those of the first table.
    mutating func append(_ table: Table, path: String) throws(DirDBError) {
        if names == nil {
            names = table.columns.map(\.name)
            columns = table.columns.map { JoinedColumn($0) }
        }
        guard table.columns.map(\.name) == names else {
            throw .formatMismatch(
                path, found: "the columns \(table.columns.map(\.name).joined(separator: ", "))",
                asked: "a table with \(names?.joined(separator: ", ") ?? "")")
        }
        for (place, column) in table.columns.enumerated() {
            guard columns[place].append(column, after: rowCount) else {
                throw .formatMismatch(
                    path, found: "\(column.dtype) values in the column \"\(column.name)\"",
                    asked: "a table that has \(columns[place].dtype) there")
            }
        }
        rowCount += table.rowCount
    }

    /// The columns of all tables.
    consuming func finish() throws(DirDBError) -> [Column] {
        var finished: [Column] = []
        for column in columns { finished.append(try column.finish()) }
        return finished
    }
}

/// The rows of one column of several tables.
private struct JoinedColumn {
    let name: String
    let dtype: String
    private let logicalType: String?
    private var values: Column.Values
    private var validity: [Bool]?
    private var strings = StringDictionaryBuilder()
    private var codes: [Int32] = []
    private var offsets = [0]
    // Those of lists; one at most.
    private var items: [JoinedColumn] = []

    /// An empty column of the same type.
    init(_ column: Column) {
        name = column.name
        dtype = column.dtype
        logicalType = column.logicalType
        values =
            switch column.values {
            case .bool: .bool([])
            case .int32: .int32([])
            case .int64: .int64([])
            case .float: .float([])
            case .double: .double([])
            case .string: .string(StringColumn([]))
            case .binary: .binary(BinaryColumn([]))
            case .list: column.rows(0..<0).values
            }
        if case .list(let lists) = column.values { items = [JoinedColumn(lists.items)] }
    }

    /// - Returns: Whether the column is of the same type.
    mutating func append(_ column: Column, after rowCount: Int) -> Bool {
        guard column.dtype == dtype else { return false }
        if let new = column.validity {
            if validity == nil { validity = [Bool](repeating: true, count: rowCount) }
            validity?.append(contentsOf: new)
        } else {
            validity?.append(contentsOf: repeatElement(true, count: column.count))
        }
        // Taken out of the enumeration before it is changed, so that it is not copied each time.
        let old = values
        values = .bool([])
        switch (old, column.values) {
        case (.bool(var all), .bool(let new)):
            all.append(contentsOf: new)
            values = .bool(all)
        case (.int32(var all), .int32(let new)):
            all.append(contentsOf: new)
            values = .int32(all)
        case (.int64(var all), .int64(let new)):
            all.append(contentsOf: new)
            values = .int64(all)
        case (.float(var all), .float(let new)):
            all.append(contentsOf: new)
            values = .float(all)
        case (.double(var all), .double(let new)):
            all.append(contentsOf: new)
            values = .double(all)
        case (.string, .string(let new)):
            values = old
            append(new)
        case (.binary, .binary(let new)):
            values = old
            append(new.coded)
        case (.list(let lists), .list(let new)):
            values = old
            if lists.width != new.width { values = .list(ListColumn(unchecked: [0], lists.items)) }
            let count = offsets[offsets.count - 1]
            offsets += new.offsets.dropFirst().map { count + $0 }
            return items[0].append(new.items, after: count)
        default: return false
        }
        return true
    }

    private mutating func append(_ new: StringColumn) {
        var known: [Int32] = []
        for code in 0..<new.dictionary.count {
            // Rows are far fewer than codes could be.
            known.append(new.dictionary.withBytes(code) { strings.code(of: $0) } ?? 0)
        }
        // Beside an empty dictionary the code 0 stands for a missing string.
        codes.append(contentsOf: new.codes.map { known.isEmpty ? 0 : known[Int($0)] })
    }

    consuming func finish() throws(DirDBError) -> Column {
        switch values {
        case .string: values = .string(try StringColumn(codes: codes, dictionary: strings.finish()))
        case .binary:
            values = .binary(BinaryColumn(try StringColumn(codes: codes, dictionary: strings.finish())))
        case .list(let lists):
            values = .list(ListColumn(unchecked: offsets, try items[0].finish(), width: lists.width))
        default: break
        }
        return try Column(name, values, validity: validity, logicalType: logicalType)
    }
}
