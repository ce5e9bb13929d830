/// The `.syn` or the `.con` files that were found, each content once, in the order of finding.
struct AnatomyFiles {
    /// One content.
    struct File {
        let kind: ParameterReferences.Kind
        let content: ParameterFiles.FileContent
        /// All paths that it was found at.
        var paths: [String]

        var digest: String { content.digest }
    }

    let kind: ParameterReferences.Kind
    private(set) var files: [File] = []
    private var positions: [String: Int] = [:]
    private var knownPaths: Set<[UInt8]> = []

    init(kind: ParameterReferences.Kind) {
        self.kind = kind
    }

    /// Adds what was found at a path.
    /// - Returns: Whether the content is new.
    @discardableResult
    mutating func add(_ content: ParameterFiles.FileContent) -> Bool {
        let (path, digest) = (content.path, content.digest)
        guard knownPaths.insert(Array(path.utf8)).inserted else { return false }
        if let position = positions[digest] {
            files[position].paths.append(path)
            return false
        }
        positions[digest] = files.count
        files.append(File(kind: kind, content: content, paths: [path]))
        return true
    }

    /// The first paths of some contents.
    func paths(of digests: [String]) -> [String] {
        digests.compactMap { positions[$0].map { files[$0].paths[0] } }
    }
}

extension AnatomyFiles.File {
    /// The file as it is imported, with another line 2.
    func renamed(_ line: String) -> ParameterFiles.Anatomy {
        ParameterFiles.Anatomy(kind: kind, content: content, line: line)
    }
}
