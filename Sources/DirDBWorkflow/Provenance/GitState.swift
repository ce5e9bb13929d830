/// The state of the git repository that the working directory is in.
public struct GitState: Hashable, Sendable {
    /// The commit that is checked out, in hexadecimal.
    public let commit: String
    /// Whether files under version control differ from it; files that git does not know are not looked at.
    public let isDirty: Bool

    /// Asks git; nil when there is no git, no repository or no commit yet.
    /// - Complexity: That of `git status`: O(n) in the number of files under version control.
    static func current() -> GitState? {
        // Without optional locks a user's own git, at work meanwhile, is not disturbed.
        let command =
            "GIT_OPTIONAL_LOCKS=0 exec git status --porcelain=v2 --branch --untracked-files=no </dev/null 2>/dev/null"
        return Host.output(of: command).flatMap(GitState.init(porcelain:))
    }

    /// - Parameter text: The beginning of what `git status --porcelain=v2 --branch` prints, git-status(1).
    init?(porcelain text: String) {
        let lines = text.split(separator: "\n")
        let title = "# branch.oid "
        guard let line = lines.first(where: { $0.hasPrefix(title) }) else { return nil }
        let commit = String(line.dropFirst(title.count))
        // "(initial)" before the first commit.
        guard commit.allSatisfy(\.isHexDigit) else { return nil }
        self.commit = commit
        isDirty = lines.contains { !$0.hasPrefix("#") }
    }
}
