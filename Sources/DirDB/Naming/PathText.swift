// Keys, paths and file names are split by bytes: for Swift a slash or a dot and a combining mark behind it are one
// Character.

extension String {
    /// The names in a path; slashes in a row count as one, and those at its ends not at all.
    package var pathComponents: [String] {
        utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }

    /// Whether a file of this name is hidden.
    package var isHidden: Bool { utf8.first == UInt8(ascii: ".") }

    /// Whether a path begins at the root of the file system.
    package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

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

    /// Whether the name of a directory is `key=value`.
    var isPartitionName: Bool {
        guard let sign = utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
        return sign != startIndex && utf8.index(after: sign) != endIndex
    }
}

// Swift compares strings by canonical equivalence; file names are bytes. Two names that differ only in
// their Unicode normalisation are two files.

extension String {
    /// Whether both are the same bytes.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }

    /// Whether this comes first in the order of bytes.
    package func precedesInBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension Sequence where Element == String {
    /// Whether both hold strings of the same bytes.
    func hasSameBytes(as other: some Sequence<String>) -> Bool {
        elementsEqual(other) { $0.hasSameBytes(as: $1) }
    }
}
