import ArgumentParser
import DirDB

/// A key, or the keys that lead through nested objects to it, with dots in between: `stats.mean`, `tags.0`.
///
/// A key may hold dots itself: one of that very name comes first. In quotes a key stands for itself alone: `"a.b".c`.
struct KeyPathArgument: ExpressibleByArgument, CustomStringConvertible {
    let description: String
    private let keys: [String]
    private let isQuoted: Bool

    init?(argument: String) {
        guard let (path, rest) = Self.split(argument, before: ""), rest.isEmpty else { return nil }
        self = path
    }

    private init(_ description: String, _ keys: [String], isQuoted: Bool) {
        self.description = description
        self.keys = keys
        self.isQuoted = isQuoted
    }

    /// Splits a text before the first of some characters that is not in quotes.
    /// - Returns: The path and the rest; nil when the text does not begin with a path.
    static func split(_ text: String, before ends: String) -> (KeyPathArgument, rest: Substring)? {
        var keys: [String] = []
        var isQuoted = false
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " }
            if rest.first == "\"" {
                guard let (key, behind) = quotedKey(rest) else { return nil }
                keys.append(key)
                rest = behind.drop { $0 == " " }
                isQuoted = true
            } else {
                let end = rest.firstIndex { $0 == "." || ends.contains($0) } ?? rest.endIndex
                let key = rest[..<end].trimmed
                if key.isEmpty { return nil }
                keys.append(key)
                rest = rest[end...]
            }
            guard rest.first == "." else { break }
            rest = rest.dropFirst()
        }
        if let next = rest.first, !ends.contains(next) { return nil }
        let path = KeyPathArgument(text[..<rest.startIndex].trimmed, keys, isQuoted: isQuoted)
        return (path, rest)
    }

    /// The key in quotes, a JSON string, that a text begins with.
    private static func quotedKey(_ text: Substring) -> (key: String, rest: Substring)? {
        var end = text.index(after: text.startIndex)
        while end != text.endIndex, text[end] != "\"" {
            if text[end] == "\\" { end = text.index(after: end) }
            if end != text.endIndex { end = text.index(after: end) }
        }
        guard end != text.endIndex, let key = try? JSON(parsing: String(text[...end])).asString else {
            return nil
        }
        return (key, text[text.index(after: end)...])
    }

    /// The keys that lead to an existing value; nil when there is none.
    ///
    /// Where keys have dots, the longest that exists comes first.
    func steps(in value: JSON) -> [String]? {
        steps(keys[...], in: value)
    }

    private func steps(_ rest: ArraySlice<String>, in value: JSON) -> [String]? {
        if rest.isEmpty { return [] }
        for count in candidates(rest) {
            let key = rest.prefix(count).joined(separator: ".")
            guard let member = value.member(key) else { continue }
            if let further = steps(rest.dropFirst(count), in: member) { return [key] + further }
        }
        return nil
    }

    /// The keys that lead to the place for a value: an existing one, or else where it belongs.
    func place(in value: JSON) -> [String] {
        if let steps = steps(in: value) { return steps }
        for count in candidates(keys[...]) where count < keys.count {
            let key = keys.prefix(count).joined(separator: ".")
            guard let member = value.member(key), member.asObject != nil else { continue }
            let further = KeyPathArgument(description, Array(keys.dropFirst(count)), isQuoted: isQuoted)
            return [key] + further.place(in: member)
        }
        return keys
    }

    private func candidates(_ rest: ArraySlice<String>) -> [Int] {
        isQuoted ? [1] : Array((1...rest.count).reversed())
    }
}

extension JSON {
    /// The value at a path, through objects by key and arrays by index; nil when there is none.
    func value(at path: KeyPathArgument) -> JSON? {
        path.steps(in: self)?.reduce(self) { $0?.member($1) }
    }

    /// The value of an object's key, or at an index of an array; nil when there is none.
    fileprivate func member(_ key: String) -> JSON? {
        if let elements = asArray {
            guard let index = Int(key), elements.indices.contains(index) else { return nil }
            return elements[index]
        }
        return asObject?[key]
    }
}

extension StringProtocol {
    /// The text without spaces at its ends.
    var trimmed: String {
        guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else {
            return ""
        }
        return String(self[first...last])
    }
}
