/// A literal of Python, of the kinds that files have as a header or as parameters.
package enum PythonLiteral: Hashable, Sendable {
    case none
    case string(String)
    case integer(Int)
    case real(Double)
    case boolean(Bool)
    case tuple([PythonLiteral])
    case list([PythonLiteral])
    case dictionary([Pair])

    /// A key and its value, in the order of the text; a later one of the same key replaces an earlier one.
    package struct Pair: Hashable, Sendable {
        package let key: PythonLiteral
        package let value: PythonLiteral
        /// Where the value lies in the text.
        let place: Range<Int>
    }

    /// The literal as Python prints it, dictionaries sorted.
    var text: String {
        switch self {
        case .none: "None"
        case .string(let value): Self.quoted(value)
        case .integer(let value): String(value)
        case .real(let value): "\(value)"
        case .boolean(let value): value ? "True" : "False"
        case .tuple(let items) where items.count == 1: "(\(items[0].text),)"
        case .tuple(let items): "(\(items.map(\.text).joined(separator: ", ")))"
        case .list(let items): "[\(items.map(\.text).joined(separator: ", "))]"
        case .dictionary(let items):
            "{\(items.map { "\($0.key.text): \($0.value.text)" }.sorted().joined(separator: ", "))}"
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
