import ComplexModule

extension NumpyArray {
    /// The lines that show an array as numpy prints it.
    ///
    /// Of more than 1,000 elements there are the first and last three on each axis. Reals have six digits.
    /// - Parameter width: Where lines of numbers are broken.
    /// - Returns: The lines.
    /// - Complexity: O(1) in the number of elements.
    package func textLines(width: Int) -> [String] {
        if count == 0 { return ["[]"] }
        return withElements { elements in
            var printer = ArrayPrinter(elements: elements, shape: shape, width: width)
            return printer.lines()
        }
    }
}

private struct ArrayPrinter<Element: NumpyElement> {
    let elements: UnsafeBufferPointer<Element>
    let shape: [Int]
    let width: Int

    private static var edge: Int { 3 }
    // An array of many short axes has as many rows as elements.
    private static var mostRows: Int { 100 }
    private static var dots: String { "..." }

    /// Indices that are shown of an axis; nil for the dots between them.
    private func indices(_ axis: Int) -> [Int?] {
        let length = shape[axis]
        guard elements.count > 1000, length > 2 * Self.edge else { return Array(0..<length) }
        return Array(0..<Self.edge) + [nil] + Array(length - Self.edge..<length)
    }

    mutating func lines() -> [String] {
        guard let last = shape.indices.last else { return [Self.text(elements[0])] }
        // The rows are gathered first: all numbers of a column take the width of the widest.
        let starts = rowStarts()
        let columns = indices(last)
        let rows = starts.prefix(Self.mostRows).map { start in
            columns.map { $0.map { Self.text(elements[start + $0]) } }
        }
        let cell = NumberColumn(rows.joined().compactMap(\.self))
        var texts = rows.map { row in row.map { $0.map(cell.padded) ?? Self.dots } }[...]
        let lines = block(0, &texts)
        return starts.count > Self.mostRows ? lines + [Self.dots] : lines
    }

    /// Where the shown rows, along the last axis, begin in the elements.
    private func rowStarts() -> [Int] {
        var starts = [0]
        for axis in shape.indices.dropLast() {
            let stride = shape[(axis + 1)...].reduce(1, *)
            starts = starts.flatMap { start in indices(axis).compactMap { $0.map { start + $0 * stride } } }
            if starts.count > 100 * Self.mostRows { break }
        }
        return starts
    }

    /// The lines of a sub-array, whose rows are taken from `rows`; empty when there are none left.
    private func block(_ axis: Int, _ rows: inout ArraySlice<[String]>) -> [String] {
        if axis == shape.count - 1 { return rows.popFirst().map { row(of: $0) } ?? [] }
        var lines: [String] = []
        for index in indices(axis) {
            if index == nil {
                lines.append(Self.dots)
                continue
            }
            let inner = block(axis + 1, &rows)
            if inner.isEmpty { break }
            if !lines.isEmpty {
                lines += [String](repeating: "", count: max(0, shape.count - axis - 2))
            }
            lines += inner
        }
        return Self.bracketed(lines)
    }

    private func row(of cells: [String]) -> [String] {
        var lines = [""]
        for cell in cells {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = cell
            } else if line.count + cell.count + 1 > width - 2 * shape.count {
                lines.append(cell)
            } else {
                lines[lines.count - 1] = "\(line) \(cell)"
            }
        }
        return Self.bracketed(lines)
    }

    private static func bracketed(_ lines: [String]) -> [String] {
        guard !lines.isEmpty else { return [] }
        var result = lines.enumerated().map { index, line in
            line.isEmpty ? "" : (index == 0 ? "[" : " ") + line
        }
        result[result.count - 1] += "]"
        return result
    }

    private static func text(_ element: Element) -> String {
        switch element {
        case let value as Bool: value ? "True" : "False"
        case let value as Complex<Float>: complexText(Double(value.real), Double(value.imaginary))
        case let value as Complex<Double>: complexText(value.real, value.imaginary)
        case let value as any BinaryInteger: "\(value)"
        case let value as any NumpyReal: NumberText.short(value.doubleValue)
        default: "?"
        }
    }

    private static func complexText(_ real: Double, _ imaginary: Double) -> String {
        let sign = imaginary.sign == .minus || imaginary.isNaN ? "" : "+"
        return "\(NumberText.short(real))\(sign)\(NumberText.short(imaginary))j"
    }
}

/// Numbers below each other: their points in one column.
private struct NumberColumn {
    private var before = 0
    private var after = 0

    init(_ texts: [String]) {
        for text in texts {
            let (whole, fraction) = Self.split(text)
            before = max(before, whole.count)
            after = max(after, fraction.count)
        }
    }

    func padded(_ text: String) -> String {
        let (whole, fraction) = Self.split(text)
        return String(repeating: " ", count: before - whole.count) + text
            + String(repeating: " ", count: after - fraction.count)
    }

    private static func split(_ text: String) -> (whole: Substring, fraction: Substring) {
        guard !text.hasSuffix("j"), let point = text.firstIndex(of: ".") else { return (text[...], "") }
        return (text[..<point], text[point...])
    }
}
