extension Sequence where Element == String {
    /// The first ones for a message, separated by commas; an ellipsis stands for the others.
    /// - Parameter limit: How many are named.
    /// - Returns: "none" where there is none.
    package func list(first limit: Int = 20) -> String {
        let shown = Array(prefix(limit + 1))
        if shown.isEmpty { return "none" }
        return shown.prefix(limit).joined(separator: ", ") + (shown.count > limit ? ", …" : "")
    }
}
