// Keys, paths and file names are split by bytes: for Swift a slash or a dot and a combining mark behind it are one
// Character.

extension String {
    /// The names that a key consists of; an empty one, which no entry may have, where slashes have nothing between.
    package var keyComponents: [String] {
        utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
    }

    /// The names in a path; slashes in a row count as one, and those at its ends not at all.
    package var pathComponents: [String] {
        utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }

    /// Whether a key leads into a sub-database, or a path into a folder.
    package var hasSlash: Bool { utf8.contains(UInt8(ascii: "/")) }

    /// Whether a file of this name is hidden.
    package var isHidden: Bool { utf8.first == UInt8(ascii: ".") }

    /// Whether a path begins at the root of the file system.
    package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

    /// The path of the folder, "." without a slash, and what is behind the last slash.
    package func splitAtLastSlash() -> (folder: String, name: String) {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", self) }
        let folder = slash == startIndex ? "/" : String(self[..<slash])
        return (folder, String(self[utf8.index(after: slash)...]))
    }

    /// The path of what is in this folder; "" is the folder that all paths begin in.
    package func appending(path: String) -> String {
        if isEmpty || path.isEmpty { return self + path }
        return utf8.last == UInt8(ascii: "/") ? self + path : "\(self)/\(path)"
    }

    /// Splits a file name at the last dot that has something before and behind it.
    package func splitExtension() -> (stem: String, suffix: String) {
        guard let dot = utf8.lastIndex(of: UInt8(ascii: ".")), dot != startIndex,
            utf8.index(after: dot) != endIndex
        else { return (self, "") }
        return (String(self[..<dot]), String(self[utf8.index(after: dot)...]))
    }

    /// The extension of the file that a path names; nil when it has none.
    package var pathExtension: String? {
        let suffix = pathComponents.last?.splitExtension().suffix ?? ""
        return suffix.isEmpty ? nil : suffix
    }

    /// Whether the name of a directory is `key=value`.
    var isPartitionName: Bool {
        guard let sign = utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
        return sign != startIndex && utf8.index(after: sign) != endIndex
    }
}
