import Glibc

/// Patterns for keys, with the wildcards of a shell.
enum ShellPattern {
    /// Whether a text is more than the name that it spells.
    static func hasWildcards(_ text: String) -> Bool {
        // By bytes: a wildcard and a combining mark behind it are one Character.
        text.utf8.contains { "*?[".utf8.contains($0) }
    }

    /// Whether a name matches a pattern; `*` matches slashes too.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        fnmatch(pattern, name, 0) == 0
    }
}
