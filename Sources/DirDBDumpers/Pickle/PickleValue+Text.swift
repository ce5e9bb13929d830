import ComplexModule

extension PickleValue: CustomStringConvertible {
    /// The value as Python prints it, cut off after about a thousand characters; arrays by dtype and shape.
    public var description: String {
        var text = ""
        append(to: &text)
        return text
    }

    private static let limit = 1000

    private func append(to text: inout String) {
        switch self {
        case .none: text += "None"
        case .bool(let value): text += value ? "True" : "False"
        case .int(let value): text += "\(value)"
        case .double(let value): text += "\(value)"
        case .complex(let value): text += "complex(\(value.rawStorage.x), \(value.rawStorage.y))"
        case .string(let value): text += "'\(value.printable(limit: Self.limit))'"
        case .bytes(let value): text += "<\(value.count) bytes>"
        case .list(let elements): Self.append(elements, "[", "]", to: &text)
        case .tuple(let elements):
            Self.append(elements, "(", elements.count == 1 ? ",)" : ")", to: &text)
        case .set(let elements): Self.append(elements, "{", "}", to: &text)
        case .frozenSet(let elements): Self.append(elements, "frozenset({", "})", to: &text)
        case .dict(let pairs):
            text += "{"
            for (index, pair) in pairs.enumerated() {
                if index > 0 { text += ", " }
                if Self.isFull(&text) { break }
                pair.key.append(to: &text)
                text += ": "
                pair.value.append(to: &text)
            }
            text += "}"
        case .array(let array): text += "array(\(array.dtype), \(array.shape.tupleText))"
        }
    }

    private static func append(
        _ elements: [PickleValue], _ start: String, _ end: String, to text: inout String
    ) {
        text += start
        for (index, element) in elements.enumerated() {
            if index > 0 { text += ", " }
            if isFull(&text) { break }
            element.append(to: &text)
        }
        text += end
    }

    /// Whether no more is printed; said once for each container.
    private static func isFull(_ text: inout String) -> Bool {
        guard text.utf8.count > limit else { return false }
        text += "..."
        return true
    }
}
