import DirDB

extension String {
    /// The names that a key consists of; an empty one, which no entry may have, where slashes have nothing between.
    package var keyComponents: [String] {
        utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
    }

    /// Whether a key leads into a sub-database, or a path into a folder.
    package var hasSlash: Bool { utf8.contains(UInt8(ascii: "/")) }

    /// The path of the folder, "." without a slash, and what is behind the last slash.
    package func splitAtLastSlash() -> (folder: String, name: String) {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", self) }
        let folder = slash == startIndex ? "/" : String(self[..<slash])
        return (folder, String(self[utf8.index(after: slash)...]))
    }

    /// The extension of the file that a path names; nil when it has none.
    package var pathExtension: String? {
        let suffix = pathComponents.last?.splitExtension().suffix ?? ""
        return suffix.isEmpty ? nil : suffix
    }
}
