import DirDB

extension JSON {
    /// The value over several lines; what fits on a line stays on one.
    func pretty() throws -> String {
        try pretty(indent: "", isTop: true)
    }

    private static let width = 80

    private func pretty(indent: String, isTop: Bool) throws -> String {
        let inner = indent + "  "
        let flat = try serialized(allowsNaN: true)
        let fits = indent.utf8.count + flat.utf8.count <= Self.width
        switch self {
        case .object(let object) where !object.isEmpty && (isTop || !fits):
            let lines = try object.map { key, value in
                let name = try JSON.string(key).serialized()
                return "\(inner)\(name): \(try value.pretty(indent: inner, isTop: false))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .array(let elements) where !elements.isEmpty && !fits:
            let lines = try elements.map { inner + (try $0.pretty(indent: inner, isTop: false)) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        default:
            return flat
        }
    }
}
