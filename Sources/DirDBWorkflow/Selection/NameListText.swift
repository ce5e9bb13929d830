/// A list of names in one text, as it is typed: `a,b`, and `"('a', 'x')",b` where a name has a comma.
enum NameListText {
    /// The names in a text; nil when a quote is not closed or something follows it.
    static func names(in text: String) -> [String]? {
        var names: [String] = []
        // By scalars: a comma and a combining mark after it are one Character.
        var rest = Substring(text).unicodeScalars
        while true {
            var name = String.UnicodeScalarView()
            if rest.first == "\"" {
                rest.removeFirst()
                while true {
                    guard let next = rest.popFirst() else { return nil }
                    if next == "\"" {
                        guard rest.first == "\"" else { break }
                        rest.removeFirst()
                    }
                    name.append(next)
                }
                guard rest.isEmpty || rest.first == "," else { return nil }
            } else {
                let plain = rest.prefix { $0 != "," }
                name.append(contentsOf: plain)
                rest = rest[plain.endIndex...]
            }
            names.append(String(name))
            if rest.popFirst() == nil { return names }
        }
    }
}
