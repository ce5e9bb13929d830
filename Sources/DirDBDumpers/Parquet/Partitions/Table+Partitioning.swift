import DirDB

extension Table {
    /// The rows of each combination of values of some columns, in the order in which they occur first.
    func partitions(by columns: [Column]) -> [(names: [PartitionName], rows: [Int])] {
        var groupOfRow = [Int](repeating: 0, count: rowCount)
        var groups = rowCount > 0 ? [[PartitionName]()] : []
        for column in columns {
            // Which new group an old one and a value make.
            var known: [GroupKey: Int] = [:]
            var refined: [[PartitionName]] = []
            for row in 0..<rowCount {
                let key = GroupKey(group: groupOfRow[row], value: column.partitionKey(row))
                if let group = known[key] {
                    groupOfRow[row] = group
                    continue
                }
                known[key] = refined.count
                refined.append(
                    groups[key.group] + [PartitionName(key: column.name, value: column.partitionText(row))])
                groupOfRow[row] = refined.count - 1
            }
            groups = refined
        }
        var rows = [[Int]](repeating: [], count: groups.count)
        for row in 0..<rowCount { rows[groupOfRow[row]].append(row) }
        return zip(groups, rows).map { (names: $0, rows: $1) }
    }

    private struct GroupKey: Hashable {
        let group: Int
        let value: Int64?
    }

    /// The given rows, which exist, in the given order.
    func gathering(_ rows: [Int]) throws(DirDBError) -> Table {
        try Table(columns.map { $0.gathering(rows) }, index: indexName, rowCount: rows.count)
    }
}

extension Column {
    /// A number that equal values share, nil where there is none.
    fileprivate func partitionKey(_ row: Int) -> Int64? {
        guard validity?[row] ?? true else { return nil }
        return switch values {
        case .bool(let values): values[row] ? 1 : 0
        case .int32(let values): Int64(values[row])
        case .int64(let values): values[row]
        case .string(let values): Int64(values.codes[row])
        case .float, .double, .binary, .list: preconditionFailure("they make no partitions")
        }
    }

    fileprivate func partitionText(_ row: Int) -> String? {
        guard let key = partitionKey(row) else { return nil }
        return switch values {
        case .bool: key == 1 ? "true" : "false"
        case .string(let values): values[row]
        default: timeText(key) ?? ValueText(logicalType: logicalType).text(key)
        }
    }

    /// The text of a date or time; nil where it is not one, or the value is beyond what such texts name.
    private func timeText(_ value: Int64) -> String? {
        guard let time = logicalType.flatMap(TimeType.init) else { return nil }
        let text = time.text(value, fractionDigits: time.fractionDigits(of: value))
        return time.value(text.utf8) == value ? text : "\(value)"
    }
}
