public import DirDB

// Printed, these are sentences and not structures.

extension FileTime: CustomStringConvertible {
    /// The time in UTC, such as `2026-11-29T03:15:00Z`.
    public var description: String { iso8601 }
}

extension Field: CustomStringConvertible {
    /// Such as `t: double` or `x: float64 3×4`.
    public var description: String {
        shape.map { "\(name): \(dtype) \($0.timesText)" } ?? "\(name): \(dtype)"
    }
}

extension FormatInfo: CustomStringConvertible {
    /// Such as `float64 512×1024`, or `100 rows of 2 columns (t: double, site: string)`; "" where nothing is known.
    public var description: String {
        var parts: [String] = []
        if let dtype { parts.append(shape.map { "\(dtype) \($0.timesText)" } ?? dtype) }
        if shape == nil, let rows {
            parts.append("\(rows) rows" + (columns.map { " of \($0) columns" } ?? ""))
        }
        if !fields.isEmpty { parts.append("(\(fields.map(\.description).joined(separator: ", ")))") }
        if let problem { parts.append("! \(problem.message)") }
        return parts.joined(separator: " ")
    }
}

extension EntryInfo: CustomStringConvertible {
    /// Such as `npy, float64 512×1024, 4194432 bytes, written at 2026-11-29T03:15:00Z`.
    public var description: String {
        let parts = [format.isEmpty ? "no extension" : format, content.description, "\(bytes) bytes"]
        return parts.filter { !$0.isEmpty }.joined(separator: ", ") + ", written at \(modified)"
    }
}

extension [Int] {
    fileprivate var timesText: String { isEmpty ? "()" : map(String.init).joined(separator: "×") }
}
