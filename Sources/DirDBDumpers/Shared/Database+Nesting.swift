package import DirDB

extension Database {
    /// Refuses a place that is this database, in it or around it: copies would be taken for originals.
    ///
    /// - Parameters:
    ///   - path: The place, which need not exist.
    ///   - purpose: What it would be, such as "the copy of".
    /// - Throws: `.invalidArgument`.
    package func requireApart(from path: String, as purpose: String) throws(DirDBError) {
        let here = self.path
        let there: String
        do { there = try Self.resolve(path) } catch { throw .system(error, "look for", path) }
        if here.isAtOrIn(there) || there.isAtOrIn(here) {
            throw DirDBError(
                .invalidArgument, path: path, subject: "\(path) cannot be \(purpose) \(here)",
                "one is the other or lies in it", remedy: "choose a place beside it")
        }
    }

    /// The path without symbolic links; what does not exist yet is added as it stands.
    private static func resolve(_ path: String) throws(SystemError) -> String {
        let (existing, missing) = try existingPart(of: path)
        return missing.reduce(try System.realPath(existing) ?? existing) { $0.appending(path: $1) }
    }
}

extension String {
    /// Whether a directory's path is `other` or leads into it.
    fileprivate func isAtOrIn(_ other: String) -> Bool {
        let prefix = other == "/" ? "/" : other + "/"
        return (self + "/").utf8.starts(with: prefix.utf8)
    }
}
