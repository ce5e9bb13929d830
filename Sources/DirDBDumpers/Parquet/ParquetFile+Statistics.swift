public import DirDB

/// What the footer says about the values of a column.
public struct ParquetStatistics: Hashable, Sendable {
    /// The least value, or for strings perhaps a bound below it; nil when it is not known.
    ///
    /// Dates and times are their integers.
    public let min: JSON?
    /// The greatest value, or for strings perhaps a bound above it; nil when it is not known.
    public let max: JSON?
    /// The number of rows without a value; nil when it is not known.
    public let nullCount: Int?
}

extension ParquetFile {
    /// What the footer says about a column, over some row groups.
    ///
    /// What is not known of one of them is not known of all. Values are not read.
    /// - Parameters:
    ///   - column: The name of the column.
    ///   - rowGroups: The numbers of the row groups, from 0; nil for all.
    /// - Returns: What is known.
    /// - Throws: `.invalidArgument` when there is no such column or row group.
    public func statistics(
        of column: String, rowGroups: Range<Int>? = nil
    ) throws(DirDBError) -> ParquetStatistics {
        guard let found = metadata.columns.first(where: { $0.name.utf8.elementsEqual(column.utf8) }) else {
            throw .noSuchColumn(column, in: metadata.columns, path)
        }
        let groups = rowGroups ?? 0..<metadata.rowGroups.count
        guard groups.lowerBound >= 0, groups.upperBound <= metadata.rowGroups.count else {
            throw .noRowGroups(groups, of: metadata.rowGroups.count, path)
        }
        return statistics(found, groups)
    }

    /// For each column an object with `min`, `max` and `nulls` over all row groups, as far as they are known; dates and
    /// times are texts.
    public var statistics: JSON {
        let members = metadata.columns.map { column in
            let known = statistics(column, 0..<metadata.rowGroups.count)
            var pairs: [(String, JSON)] = []
            let text = ValueText(logicalType: column.logicalType)
            if let min = known.min { pairs.append(("min", text.json(min))) }
            if let max = known.max { pairs.append(("max", text.json(max))) }
            if let nullCount = known.nullCount { pairs.append(("nulls", .integer(Int64(nullCount)))) }
            return (column.name, JSON.object(JSONObject(pairs)))
        }
        return .object(JSONObject(members))
    }

    private func statistics(_ column: ParquetColumn, _ groups: Range<Int>) -> ParquetStatistics {
        // A nested column has several chunks, none of which speaks for the whole.
        guard column.representation != nil else {
            return ParquetStatistics(min: nil, max: nil, nullCount: nil)
        }
        var extremes: (min: JSON, max: JSON)?
        var isKnown = true
        var nullCount: Int? = 0
        for group in metadata.rowGroups[groups] {
            let chunk = group.columns[column.leaf]
            // In a column without nulls the number may be left out.
            let nulls = chunk.statistics?.nullCount ?? (column.isOptional ? nil : 0)
            nullCount = nullCount.flatMap { sum in nulls.map { sum &+ $0 } }
            // A group without values has no extremes and says nothing against those of the others.
            if group.rowCount == 0 || nulls == group.rowCount { continue }
            guard let (min, max) = chunk.statistics.flatMap({ Self.extremes($0, column) }) else {
                isKnown = false
                continue
            }
            extremes =
                extremes.map { known in
                    (
                        Self.isLess(min, known.min) ? min : known.min,
                        Self.isLess(known.max, max) ? max : known.max
                    )
                } ?? (min, max)
        }
        let known = isKnown ? extremes : nil
        return ParquetStatistics(min: known?.min, max: known?.max, nullCount: nullCount)
    }

    private static func extremes(_ raw: RawStatistics, _ column: ParquetColumn) -> (JSON, JSON)? {
        // Old writers compared the bytes of strings, and unsigned integers, as signed numbers.
        if raw.isDeprecated && (column.representation == .string || column.annotation?.isUnsigned == true) {
            return nil
        }
        guard let min = raw.min.flatMap({ PlainValue.json($0, column) }),
            let max = raw.max.flatMap({ PlainValue.json($0, column) })
        else { return nil }
        return (min, max)
    }

    private static func isLess(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): !left && right
        case (.integer(let left), .integer(let right)): left < right
        case (.real(let left), .real(let right)): left < right
        case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default: false
        }
    }
}
