public import DirDB

/// Named columns of equal length, perhaps one of them the index, which in pandas labels the rows.
///
///     let table = try Table([Column("time", [0.5, 1.5]), Column("site", ["soma", nil])])
///     try entry.put(table)
public struct Table: Sendable, Equatable {
    /// The columns in order; no two have the same name.
    public private(set) var columns: [Column]
    /// The number of rows, which is the length of every column.
    public let rowCount: Int
    /// The name of the column that is the index, an ordinary member of ``columns``; nil when none is.
    ///
    /// A name that no column has is a programming error.
    public var indexName: String? {
        didSet { precondition(indexName.map { self[$0] != nil } ?? true, "the index must be a column") }
    }

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - columns: The columns.
    ///   - index: The name of the one that is the index.
    ///   - rowCount: The number of rows, for a table without columns; otherwise that of the columns.
    /// - Throws: `.invalidArgument` when lengths differ, two columns have the same name, or none has that of the
    ///   index.
    public init(_ columns: [Column], index: String? = nil, rowCount: Int? = nil) throws(DirDBError) {
        let count = rowCount ?? columns.first?.count ?? 0
        if count < 0 { throw .negativeRowCount(count) }
        var names: Set<[UInt8]> = []
        for column in columns {
            guard column.count == count else {
                throw .columnLength(column.name, column.count, expected: count)
            }
            guard names.insert(Array(column.name.utf8)).inserted else { throw .repeatedColumn(column.name) }
        }
        if let index, !names.contains(Array(index.utf8)) { throw .missingColumn(index, in: columns) }
        self.columns = columns
        self.rowCount = count
        indexName = index
    }

    /// Columns of equal length to be shown, of which two may have one name.
    package init(shown columns: [Column], rowCount: Int) {
        self.columns = columns
        self.rowCount = rowCount
    }
}

// MARK: Parts

extension Table {
    /// The column of this name, compared by bytes; nil when there is none.
    /// - Complexity: O(n) in the number of columns.
    public subscript(_ name: String) -> Column? {
        columns.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The table of the named columns alone, in the order named; the index stays so if it is among them.
    /// - Throws: `.invalidArgument` when there is no such column, or one is named twice.
    public func selecting(_ names: [String]) throws(DirDBError) -> Table {
        var positions: [[UInt8]: Int] = [:]
        for (position, column) in columns.enumerated() { positions[Array(column.name.utf8)] = position }
        var selected: [Column] = []
        for name in names {
            guard let position = positions[Array(name.utf8)] else { throw .missingColumn(name, in: columns) }
            selected.append(columns[position])
        }
        let index = indexName.flatMap { index in
            names.contains { $0.utf8.elementsEqual(index.utf8) } ? index : nil
        }
        return try Table(selected, index: index, rowCount: rowCount)
    }

    /// Some rows.
    /// - Throws: `.invalidArgument` when there are no such rows.
    /// - Complexity: O(n) in the values of these rows.
    public func rows(_ range: Range<Int>) throws(DirDBError) -> Table {
        guard range.lowerBound >= 0, range.upperBound <= rowCount else {
            throw .rowsOutOfRange(range, count: rowCount)
        }
        return try Table(columns.map { $0.rows(range) }, index: indexName, rowCount: range.count)
    }
}
