/// The Python literals that occur in the header of an npy file.
enum PythonLiteral: Hashable, Sendable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case tuple([PythonLiteral])
    case list([PythonLiteral])
    case dictionary([PythonLiteral: PythonLiteral])

    /// The literal as Python prints it; the order within a dictionary is not kept.
    var text: String {
        switch self {
        case .string(let value): Self.quoted(value)
        case .integer(let value): String(value)
        case .boolean(let value): value ? "True" : "False"
        case .tuple(let items) where items.count == 1: "(\(items[0].text),)"
        case .tuple(let items): "(\(items.map(\.text).joined(separator: ", ")))"
        case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
        case .dictionary(let items):
            "{\(items.map { "\($0.text): \($1.text)" }.sorted().joined(separator: ", "))}"
        }
    }

    private static func quoted(_ value: String) -> String {
        var text = "'"
        for scalar in value.unicodeScalars {
            switch scalar {
            case "'", "\\": text += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                text += "\\x" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "'"
    }
}

extension PythonLiteral {
    /// Whether numpy takes it as the name of a record's field: a text, or a title and a text.
    var isFieldName: Bool {
        switch self {
        case .string: true
        case .tuple(let parts):
            parts.count == 2 && parts.allSatisfy { if case .string = $0 { true } else { false } }
        default: false
        }
    }

    /// The items as integers; nil when one is something else.
    static func lengths(_ items: [PythonLiteral]) -> [Int]? {
        var lengths: [Int] = []
        for item in items {
            guard case .integer(let length) = item else { return nil }
            lengths.append(length)
        }
        return lengths
    }
}
