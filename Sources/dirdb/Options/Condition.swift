import ArgumentParser
import DirDB
import DirDBDumpers

/// A condition on metadata, such as `stats.mean>0.5`.
struct Condition {
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

    /// - Throws: A usage error for what is not a condition.
    init(_ argument: String) throws {
        guard let (path, rest) = KeyPathArgument.split(argument, before: "=!<>"),
            let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) })
        else { throw ValidationError("write a condition such as stats.mean>0.5") }
        let value = rest.dropFirst(comparison.rawValue.count)
        // `=>`, `=<` and `<>` are slips, which would compare with the rest as a text and silently find nothing.
        if let next = value.first, "=<>".contains(next) {
            throw ValidationError("the comparisons are =, !=, <, <=, > and >=")
        }
        self.path = path
        self.comparison = comparison
        self.value = try JSON(argument: value.trimmed)
    }

    /// Whether metadata meets the condition.
    ///
    /// Numbers are compared as numbers, by their exact values, and strings by their bytes. Values of different kinds
    /// differ and have no order; a missing key differs from everything.
    ///
    /// - Parameters:
    ///   - meta: The metadata.
    ///   - facts: What else is known of the entry, for keys that the metadata has not.
    /// - Returns: Whether it does.
    func holds(for meta: JSON, facts: JSON = [:]) -> Bool {
        guard let found = meta.value(at: path) ?? facts.value(at: path) else {
            return comparison == .notEqual
        }
        switch comparison {
        case .equal, .equalTwice: return found.isSame(as: value)
        case .notEqual: return !found.isSame(as: value)
        case .less: return found.precedes(value) ?? false
        case .greater: return value.precedes(found) ?? false
        case .atMost: return found.precedes(value).map { $0 || found.isSame(as: value) } ?? false
        case .atLeast: return value.precedes(found).map { $0 || found.isSame(as: value) } ?? false
        }
    }
}

extension JSON {
    /// NaN is the same as NaN here: that is what somebody looks for who writes it.
    fileprivate func isSame(as other: JSON) -> Bool {
        guard let left = asDouble, let right = other.asDouble else { return self == other }
        if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
        return precedes(number: other) == false && other.precedes(number: self) == false
    }

    /// nil for values that have no order.
    func precedes(_ other: JSON) -> Bool? {
        if let left = asString, let right = other.asString { return left.precedesInBytes(right) }
        return precedes(number: other)
    }
}
