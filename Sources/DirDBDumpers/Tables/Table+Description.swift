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
    ///   - missing: What stands for a missing value.
    /// - Returns: The lines; none without columns.
    package func lines(rows: Int, width: Int?, missing: String = "null") -> [String] {
        if columns.isEmpty { return [] }
        let shown = Self.shown(columns.count, 12)
        var text = TextTable(
            shown.map { index in
                guard let index else { return TextTable.Column(title: "…") }
                return TextTable.Column(
                    title: columns[index].name.fitted(to: 40), isRight: columns[index].isNumeric)
            })
        let texts = columns.map(ValueText.init)
        for row in Self.shown(rowCount, rows) {
            text.append(
                shown.map { index in
                    guard let index, let row else { return "…" }
                    return (texts[index].text(columns[index], row) ?? missing).fitted(to: 40)
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
}
