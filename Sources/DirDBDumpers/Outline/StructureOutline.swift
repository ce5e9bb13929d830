/// What a nested value consists of, down to some depth: kinds, lengths, keys and short values.
///
///     map of 2
///       name: string "control"
///       traces: float64 array (3, 1000)
public struct StructureOutline: Hashable, Sendable {
    /// The kind and the size of the value, or the value itself where it is short.
    public let summary: String
    /// The first of the values that it holds.
    public let parts: [Part]
    /// How many further values it holds.
    public let omittedCount: Int

    /// A value within another.
    public struct Part: Hashable, Sendable {
        /// The key; nil in a list.
        public let label: String?
        /// What the value consists of.
        public let content: StructureOutline
    }

    init(_ summary: String, parts: [Part] = [], omittedCount: Int = 0) {
        self.summary = summary
        self.parts = parts
        self.omittedCount = omittedCount
    }

    /// The outline as lines, each part indented by two spaces more than what holds it.
    public var text: String { lines(label: nil, indentation: "").joined(separator: "\n") }

    private func lines(label: String?, indentation: String) -> [String] {
        var lines = [indentation + (label.map { "\($0): " } ?? "") + summary]
        let inner = indentation + "  "
        for part in parts { lines += part.content.lines(label: part.label ?? "-", indentation: inner) }
        if omittedCount > 0 && !parts.isEmpty { lines.append("\(inner)… \(omittedCount) more") }
        return lines
    }
}

/// How much of a value an outline shows.
public struct OutlineLimits: Hashable, Sendable {
    /// How many levels below the top are shown.
    public var depth: Int
    /// How many parts of each value are shown.
    public var count: Int

    /// Creates limits.
    public init(depth: Int = 3, count: Int = 20) {
        self.depth = depth
        self.count = count
    }
}

extension StructureOutline {
    /// A text as an outline shows it: quoted, without control characters, and cut when it is long.
    static func quoted(_ text: String) -> String {
        text.count > 60 ? "\(String(reflecting: String(text.prefix(60))))…" : String(reflecting: text)
    }

    /// A key as an outline shows it: quoted only when it could be mistaken.
    static func label(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.count <= 60
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789_-./".unicodeScalars.contains($0)
            }
        return isPlain ? text : quoted(text)
    }
}
