import DirDB

extension JSON {
    /// The value over several lines; what fits on a line stays on one.
    func pretty() throws -> String {
        var text = ""
        try appendPretty(to: &text, indent: "", isTop: true)
        return text
    }

    private static let width = 80

    // Into one text, and without writing out on one line what cannot fit: else each level of a deep value would
    // cost as much as all levels below it.
    private func appendPretty(to text: inout String, indent: String, isTop: Bool) throws {
        let room = Self.width - indent.utf8.count
        let mayFit = (!isTop || asArray != nil) && leastLength(upTo: room) <= room
        let flat = mayFit ? try serialized() : nil
        let fits = flat.map { $0.utf8.count <= room } ?? false
        let inner = indent + "  "
        var separator = "\n"
        switch self {
        case .object(let object) where !object.isEmpty && !fits:
            text += "{"
            for (key, value) in object {
                text += "\(separator)\(inner)\(try JSON.string(key).serialized()): "
                try value.appendPretty(to: &text, indent: inner, isTop: false)
                separator = ",\n"
            }
            text += "\n\(indent)}"
        case .array(let elements) where !elements.isEmpty && !fits:
            text += "["
            for element in elements {
                text += separator + inner
                try element.appendPretty(to: &text, indent: inner, isTop: false)
                separator = ",\n"
            }
            text += "\n\(indent)]"
        default:
            text += try flat ?? serialized()
        }
    }

    /// A lower bound of the length on one line, counted no further than just beyond `limit`.
    private func leastLength(upTo limit: Int) -> Int {
        var length = 2
        switch self {
        case .object(let object):
            for (key, value) in object {
                if length > limit { break }
                length += key.utf8.count + value.leastLength(upTo: limit - length)
            }
        case .array(let elements):
            for element in elements {
                if length > limit { break }
                length += element.leastLength(upTo: limit - length)
            }
        case .string(let string): length += string.utf8.count
        default: length = 1
        }
        return length
    }
}
