import DirDB

extension DirDBError {
    /// Several failures as one: the kind and path of the first, the sentences of all.
    static func several(_ failures: [any Error], _ summary: String, path: String) -> DirDBError {
        let first = failures.first as? DirDBError
        let sentences = failures.map { ($0 as? DirDBError)?.message ?? "\($0)" }
        return DirDBError(
            first?.code ?? .system, path: first?.path ?? path, errno: first?.errno, subject: summary,
            sentences.joined(separator: "; "))
    }
}
