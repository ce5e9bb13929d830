import DirDB
import DirDBDumpers

/// Metadata on less than a line: `mean=0.5 tags=[2] stats={3}`.
enum MetadataSummary {
    /// Strings are cut to a number of columns.
    static func text(_ meta: JSON, longestString: Int = 24) -> String {
        guard let object = meta.asObject else { return text(ofValue: meta, longestString) }
        return object.map { "\($0.key)=\(text(ofValue: $0.value, longestString))" }.joined(separator: " ")
    }

    static func text(ofValue value: JSON, _ longestString: Int = 24) -> String {
        switch value {
        case .null, .bool, .integer, .largeInteger: return value.debugDescription
        case .real(let number):
            let exact = value.debugDescription
            return number.isFinite && exact.utf8.count > 9 ? NumberText.significant(number, digits: 6) : exact
        case .array(let elements): return "[\(elements.count)]"
        case .object(let object): return "{\(object.count)}"
        case .string(let string):
            let short = string.fitted(to: longestString)
            // Quotes show where a text ends and an empty one begins.
            let isPlain = !short.isEmpty && !short.contains { $0.isWhitespace || $0 == "=" || $0 == "\"" }
            return isPlain ? short : JSON.string(short).debugDescription
        }
    }
}
