public import DirDB

/// What the footer says about the values of a column.
public struct ParquetStatistics: Hashable, Sendable {
    /// The least value; nil when it is not known.
    ///
    /// Dates and times are their integers, decimals and bytes their texts. A bound that the file says is not a value is
    /// left out; writers that cut long strings and do not say so exist.
    public let min: JSON?
    /// The greatest value; nil when it is not known.
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
    /// - Throws: `.invalidArgument` when there is no such column or row group; `.unsupportedFormat` when several columns
    ///   have the name.
    public func statistics(
        of column: String, rowGroups: Range<Int>? = nil
    ) throws(DirDBError) -> ParquetStatistics {
        let found = try select([column])[0]
        let groups = rowGroups ?? 0..<metadata.rowGroups.count
        guard groups.lowerBound >= 0, groups.upperBound <= metadata.rowGroups.count else {
            throw .noRowGroups(groups, of: metadata.rowGroups.count, path)
        }
        return statistics(found, groups)
    }

    /// For each column an object with `min`, `max` and `nulls` over all row groups, as far as they are known.
    ///
    /// A name that several columns have stands for an array of them. Dates and times are texts.
    public var statistics: JSON {
        var names: [String] = []
        var found: [[UInt8]: [JSON]] = [:]
        for column in metadata.columns {
            let known = statistics(column, 0..<metadata.rowGroups.count)
            var pairs: [(String, JSON)] = []
            let text = ValueText(logicalType: column.logicalType)
            if let min = known.min { pairs.append(("min", text.json(min))) }
            if let max = known.max { pairs.append(("max", text.json(max))) }
            if let nullCount = known.nullCount { pairs.append(("nulls", .integer(Int64(nullCount)))) }
            let name = Array(column.name.utf8)
            if found[name] == nil { names.append(column.name) }
            found[name, default: []].append(.object(JSONObject(pairs)))
        }
        let members = names.map { name in
            let known = found[Array(name.utf8)] ?? []
            return (name, known.count == 1 ? known[0] : .array(known))
        }
        return .object(JSONObject(members))
    }

    private func statistics(_ column: ParquetColumn, _ groups: Range<Int>) -> ParquetStatistics {
        // Those of a nested column, or of the items of lists, do not speak for its rows.
        guard column.representation != nil, column.list == nil else {
            return ParquetStatistics(min: nil, max: nil, nullCount: nil)
        }
        var (least, greatest) = (Extreme.none, Extreme.none)
        var nullCount: Int? = 0
        for group in metadata.rowGroups[groups] {
            let chunk = group.columns[column.leaf]
            // In a column without nulls the number may be left out.
            let nulls = chunk.statistics?.nullCount ?? (column.isOptional ? nil : 0)
            nullCount = nullCount.flatMap { sum in nulls.map { sum &+ $0 } }
            // A group without values has no extremes and says nothing against those of the others.
            if group.rowCount == 0 || nulls == group.rowCount { continue }
            let isTrusted = chunk.statistics.map { !$0.isDeprecated || column.hasOldOrder } ?? false
            least.merge(isTrusted ? chunk.statistics?.min : nil, column) { Self.isLess($0, $1) }
            greatest.merge(isTrusted ? chunk.statistics?.max : nil, column) { Self.isLess($1, $0) }
        }
        return ParquetStatistics(min: least.value, max: greatest.value, nullCount: nullCount)
    }

    /// The least or greatest value of the groups seen so far.
    private enum Extreme {
        case none
        case known(JSON, rank: JSON)
        case unknown

        var value: JSON? {
            if case .known(let value, _) = self { value } else { nil }
        }

        /// Takes in another group's, which is not known when there are no bytes of it.
        mutating func merge(_ bytes: [UInt8]?, _ column: ParquetColumn, _ precedes: (JSON, JSON) -> Bool) {
            guard let bytes, let value = PlainValue.json(bytes, column) else {
                self = .unknown
                return
            }
            let rank = PlainValue.rank(bytes, column) ?? value
            switch self {
            case .unknown: break
            case .known(_, let known) where !precedes(rank, known): break
            case .known, .none: self = .known(value, rank: rank)
            }
        }
    }

    private static func isLess(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): !left && right
        case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default: left.precedes(number: right) ?? false
        }
    }
}

extension ParquetColumn {
    /// Whether old writers compared the values as they are compared now: the bytes of strings, and unsigned integers,
    /// they took for signed numbers.
    fileprivate var hasOldOrder: Bool {
        physical != .byteArray && physical != .fixedLengthByteArray && annotation?.isUnsigned != true
    }
}
