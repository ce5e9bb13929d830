/// Rows in aligned columns.
package struct TextTable {
    /// A column of text.
    package struct Column {
        let title: String
        let isRight: Bool

        /// Creates a column, whose cells are aligned left unless said otherwise.
        package init(title: String, isRight: Bool = false) {
            self.title = title.escapingControls()
            self.isRight = isRight
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    /// Creates a table without rows.
    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row, which has a cell for each column.
    package mutating func append(_ cells: [String]) {
        rows.append(cells.map { $0.escapingControls() })
    }

    /// Whether there is no row.
    package var isEmpty: Bool { rows.isEmpty }

    /// The text of the table.
    /// - Parameter width: The columns of the terminal; the last column is cut to what is left, then the first.
    ///   Nil cuts nothing.
    /// - Returns: The lines with a head.
    package func lines(width: Int?) -> [String] {
        let all = [columns.map(\.title)] + rows
        var widths = columns.indices.map { index in all.map { $0[index].columns }.max() ?? 0 }
        if let width { fit(&widths, into: width) }
        return all.map { line($0, widths) }
    }

    private static let gap = "  "
    private static let leastWidth = 8

    private func fit(_ widths: inout [Int], into width: Int) {
        var excess = widths.reduce(0, +) + (columns.count - 1) * Self.gap.count - width
        for index in [columns.count - 1, 0] where excess > 0 {
            let cut = min(excess, max(0, widths[index] - Self.leastWidth))
            widths[index] -= cut
            excess -= cut
        }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = cell.fitted(to: widths[index])
            if index > 0 { line += Self.gap }
            let isLast = index == columns.count - 1
            // One very long cell must not make all lines as long.
            if isLast && !columns[index].isRight {
                line += text
                continue
            }
            let padding = String(repeating: " ", count: max(0, widths[index] - text.columns))
            line += columns[index].isRight ? padding + text : text + padding
        }
        while line.utf8.last == UInt8(ascii: " ") { line.unicodeScalars.removeLast() }
        return line
    }
}
