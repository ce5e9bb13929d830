extension Table: CustomStringConvertible {
    /// The table as aligned text; of many rows and columns the first and the last, of many characters the first.
    public var description: String {
        let size = "\(rowCount) rows × \(columns.count) columns"
        return (lines(rows: 20, width: nil) + [size]).joined(separator: "\n")
    }

    /// The names and rows as aligned text, many rows and columns shortened in the middle.
    ///
    /// - Parameters:
    ///   - rows: The most rows to show.
    ///   - width: The columns of the terminal; nil cuts nothing.
    /// - Returns: The lines; none without columns.
    package func lines(rows: Int, width: Int?) -> [String] {
        if columns.isEmpty { return [] }
        let shown = Self.shown(columns.count, 12)
        var text = TextTable(
            shown.map { index in
                guard let index else { return TextTable.Column(title: "…") }
                return TextTable.Column(
                    title: columns[index].name.fitted(to: 40), isRight: columns[index].isNumeric)
            })
        for row in Self.shown(rowCount, rows) {
            text.append(
                shown.map { index in
                    guard let index, let row else { return "…" }
                    return columns[index].text(row).fitted(to: 40)
                })
        }
        return text.lines(width: width)
    }

    /// The positions to show; nil stands for those left out in the middle.
    private static func shown(_ count: Int, _ limit: Int) -> [Int?] {
        if count <= limit { return Array(0..<count) }
        return Array(0..<limit / 2) + [nil] + Array(count - limit / 2..<count)
    }
}

extension Column {
    /// Whether people expect the values to be aligned right.
    fileprivate var isNumeric: Bool {
        switch values {
        case .string: logicalType?.hasPrefix("decimal(") == true
        case .bool, .binary, .list: false
        default: true
        }
    }

    /// The value of a row as text, a real by the fewest digits that tell it from all others; `null` for a missing one.
    func text(_ row: Int) -> String {
        guard validity?[row] ?? true else { return "null" }
        return switch values {
        case .bool(let values): "\(values[row])"
        case .int32(let values): "\(values[row])"
        case .int64(let values):
            isUnsigned ? "\(UInt64(bitPattern: values[row]))" : "\(values[row])"
        case .float(let values): "\(values[row])"
        case .double(let values): "\(values[row])"
        case .string(let values): values[row]
        case .binary(let values): values.text(row, logicalType: logicalType)
        case .list(let values): "[\(values[row].texts.joined(separator: ", "))]"
        }
    }
}

extension Column {
    /// The values of all rows as texts.
    var texts: [String] { (0..<count).map { text($0) } }

    /// Whether the values are the bits of unsigned numbers of 64 bits.
    var isUnsigned: Bool { logicalType == "uint64" }
}
