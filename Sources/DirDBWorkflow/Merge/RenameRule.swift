import DirDB

/// A rule by which keys are changed: `a-*=b-*`.
///
/// Left of the equals sign is the key that it is for, in which one `*` stands for any text, slashes included; right of it
/// the new key, whose `*` is that text. `*=day-1/*` puts everything into a sub-database.
public struct RenameRule: Sendable, Hashable, CustomStringConvertible {
    /// The rule as it was written.
    public let description: String
    private let old: Pattern
    private let new: Pattern

    private struct Pattern: Hashable {
        let start: String
        /// What follows the asterisk; nil without one.
        let end: String?

        init?(_ text: Substring.UTF8View) {
            let parts = text.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            guard !text.isEmpty && parts.count <= 2 else { return nil }
            start = String(Substring(parts[0]))
            end = parts.count == 2 ? String(Substring(parts[1])) : nil
        }
    }

    /// Reads a rule.
    ///
    /// Nil when there is not one equals sign with something on either side, more than one asterisk on a side, or one on
    /// the right side alone.
    public init?(_ text: String) {
        let sides = text.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
        guard sides.count == 2, let old = Pattern(sides[0]), let new = Pattern(sides[1]),
            new.end == nil || old.end != nil
        else { return nil }
        self.old = old
        self.new = new
        description = text
    }

    /// The new key; nil when the rule is not for this one.
    public func newKey(of key: String) -> String? {
        // By bytes, as names are compared everywhere here.
        guard let oldEnd = old.end else {
            return key.utf8.elementsEqual(old.start.utf8) ? new.start : nil
        }
        let bytes = Array(key.utf8)
        let (start, end) = (Array(old.start.utf8), Array(oldEnd.utf8))
        guard bytes.count >= start.count + end.count, bytes.starts(with: start),
            bytes.suffix(end.count).elementsEqual(end)
        else { return nil }
        guard let newEnd = new.end else { return new.start }
        let middle = String(
            validating: bytes[start.count..<bytes.count - end.count], as: UTF8.self)
        return middle.map { new.start + $0 + newEnd }
    }
}
