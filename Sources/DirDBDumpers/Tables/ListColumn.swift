public import DirDB

/// The lists of a column, such as the spike times of a trial or an embedding.
///
/// The items of all rows lie one after the other. A row without a list is one without a value of the ``Column``; a row
/// may also have an empty list, and an item may be missing within a list.
public struct ListColumn: Sendable, Equatable {
    /// Where the items of each row begin, and where the last end: the items of row `r` are
    /// `offsets[r]..<offsets[r + 1]`.
    public let offsets: [Int]
    /// The items of all rows, named `element`; its validity says which are missing, its logical type what they are.
    public let items: Column
    /// The number of items of each list, where the type says that all have as many; nil where lengths may differ.
    ///
    /// As Arrow's fixed size lists have it. A row without a list has no items.
    public let width: Int?

    /// Creates a column of lists.
    ///
    /// - Parameters:
    ///   - offsets: Where the items of each row begin, from 0, and where the last end; one more than there are rows.
    ///   - items: The items of all rows; its name is not kept.
    /// - Throws: `.invalidArgument` when the offsets decrease or do not cover the items, or the items are themselves
    ///   lists.
    /// - Complexity: O(n) in the number of rows.
    public init(offsets: [Int], items: Column) throws(DirDBError) {
        let isAscending = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
        guard offsets.first == 0, offsets.last == items.count, isAscending else {
            throw .listOffsets(items.count)
        }
        if case .list = items.values { throw .listOfLists }
        self.init(unchecked: offsets, items)
    }

    /// Creates a column of lists of equal lengths, such as the rows of a matrix.
    ///
    /// In Parquet it is a fixed size list for Arrow, and a list for those who do not read Arrow's schema.
    /// - Parameters:
    ///   - width: The number of items of each row; at least 1.
    ///   - items: The items of all rows.
    /// - Throws: `.invalidArgument` when the width does not divide the number of items, or they are themselves lists.
    public init(width: Int, items: Column) throws(DirDBError) {
        guard width > 0, items.count % width == 0 else { throw .listWidth(width, items.count) }
        if case .list = items.values { throw .listOfLists }
        let offsets = Array(stride(from: 0, through: items.count, by: width))
        self.init(unchecked: offsets, items, width: width)
    }

    /// Creates a column of lists whose offsets are known to be good.
    package init(unchecked offsets: [Int], _ items: Column, width: Int? = nil) {
        self.offsets = offsets
        self.width = width
        self.items = Column(
            unchecked: "element", items.values, validity: items.validity, logicalType: items.logicalType)
    }

    /// The number of rows.
    public var count: Int { offsets.count - 1 }

    /// The items of a row; a row that does not exist is a programming error.
    public subscript(row: Int) -> Column { items.rows(offsets[row]..<offsets[row + 1]) }

    func rows(_ range: Range<Int>) -> ListColumn {
        let first = offsets[range.lowerBound]
        return ListColumn(
            unchecked: offsets[range.lowerBound...range.upperBound].map { $0 - first },
            items.rows(first..<offsets[range.upperBound]), width: width)
    }

    /// The lists of the given rows, which exist.
    func gathering(_ rows: [Int]) -> ListColumn {
        var gathered = [0]
        var places: [Int] = []
        for row in rows {
            places += offsets[row]..<offsets[row + 1]
            gathered.append(places.count)
        }
        return ListColumn(unchecked: gathered, items.gathering(places), width: width)
    }

    /// The same lists with none where none is valid.
    func clearing(_ validity: [Bool]) -> ListColumn {
        if !validity.indices.contains(where: { !validity[$0] && offsets[$0] < offsets[$0 + 1] }) {
            return self
        }
        var cleared = [0]
        var places: [Int] = []
        for row in validity.indices {
            if validity[row] { places += offsets[row]..<offsets[row + 1] }
            cleared.append(places.count)
        }
        return ListColumn(unchecked: cleared, items.gathering(places), width: width)
    }
}

extension Column {
    /// Creates a column of lists; nil is a missing list, or a missing item of one.
    public init<Element: ColumnElement>(_ name: String, lists: [[Element?]?]) {
        var offsets = [0]
        var items: [Element?] = []
        for list in lists {
            items += list ?? []
            offsets.append(items.count)
        }
        let validity = lists.contains { $0 == nil } ? lists.map { $0 != nil } : nil
        self.init(
            unchecked: name, .list(ListColumn(unchecked: offsets, Column("element", items))),
            validity: validity)
    }
}
