import ArgumentParser
import DirDB

/// A condition on metadata, such as `stats.mean>0.5`.
struct Condition: ExpressibleByArgument {
    private enum Comparison: String, CaseIterable {
        // The longer come first: `<=` begins with `<`.
        case equalTwice = "=="
        case notEqual = "!="
        case atMost = "<="
        case atLeast = ">="
        case equal = "="
        case less = "<"
        case greater = ">"
    }

    private let path: KeyPathArgument
    private let comparison: Comparison
    private let value: JSON

    init?(argument: String) {
        guard let start = argument.firstIndex(where: { "=!<>".contains($0) }),
            let comparison = Comparison.allCases.first(where: { argument[start...].hasPrefix($0.rawValue) }),
            let path = KeyPathArgument(argument: String(argument[..<start]).trimmed)
        else { return nil }
        let end = argument.index(start, offsetBy: comparison.rawValue.count)
        // `=>`, `=<` and `<>` are slips, which would compare with the rest as a text and silently find nothing.
        if let next = argument[end...].first, "=<>".contains(next) { return nil }
        self.path = path
        self.comparison = comparison
        value = JSON(argument: String(argument[end...]).trimmed)
    }

    /// Whether metadata meets the condition.
    ///
    /// Numbers are compared as numbers and strings by their bytes. Values of different kinds differ and have no
    /// order; a missing key differs from everything.
    func holds(for meta: JSON) -> Bool {
        guard let found = meta.value(at: path) else { return comparison == .notEqual }
        switch comparison {
        case .equal, .equalTwice: return found.isSame(as: value)
        case .notEqual: return !found.isSame(as: value)
        case .less: return found.precedes(value)
        case .greater: return value.precedes(found)
        case .atMost: return found.precedes(value) || found.isOrdered(like: value) && found.isSame(as: value)
        case .atLeast: return value.precedes(found) || found.isOrdered(like: value) && found.isSame(as: value)
        }
    }
}

extension JSON {
    fileprivate func isSame(as other: JSON) -> Bool {
        if let left = asDouble, let right = other.asDouble, asInt == nil || other.asInt == nil {
            return left == right
        }
        return self == other
    }

    fileprivate func precedes(_ other: JSON) -> Bool {
        if let left = asInt, let right = other.asInt { return left < right }
        if let left = asDouble, let right = other.asDouble { return left < right }
        if let left = asString, let right = other.asString { return left.precedesInBytes(right) }
        return false
    }

    fileprivate func isOrdered(like other: JSON) -> Bool {
        asDouble != nil && other.asDouble != nil || asString != nil && other.asString != nil
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else {
            return ""
        }
        return String(self[first...last])
    }
}
