/// The structure of a value for people: what it is, and what is in it, down to a small depth and count.
///
///     dict of 2
///       'x': float64 (1000, 3)
///       'tags': list of 2
///         0: 'a'
///         1: 'b'
public struct Outline: Hashable, Sendable {
    /// The key or index in the container; nil at the top.
    public let label: String?
    /// The kind with the length, dtype and shape, or the value if it is short.
    public let summary: String
    /// What is in it, as far as it is told.
    public let children: [Outline]
    /// How many elements are left out.
    public let omitted: Int

    /// Creates an outline.
    public init(label: String?, summary: String, children: [Outline] = [], omitted: Int = 0) {
        self.label = label
        self.summary = summary
        self.children = children
        self.omitted = omitted
    }

    /// One line for each value, without a line feed, the inner ones indented.
    public var lines: [String] {
        var lines: [String] = []
        append(to: &lines, indent: "")
        return lines
    }

    private func append(to lines: inout [String], indent: String) {
        lines.append(indent + (label.map { "\($0): " } ?? "") + summary)
        for child in children { child.append(to: &lines, indent: indent + "  ") }
        // Where nothing is told, the summary has the length.
        if omitted > 0 && !children.isEmpty { lines.append("\(indent)  ... \(omitted) more") }
    }
}
