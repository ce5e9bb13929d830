/// The record of a commit of several steps, `.NAME.intent`, made before the first of them.
///
///     1 ID STEP …        STEP = R ext new old   |   D ext old            separated by tabs
///
/// `R`: the staged file of this extension takes its final name. `D`: the final file goes. `new` and `old` are identities
/// of content, `-` for a `new` that is not to be checked and an `old` of which there was nothing. The text is the target
/// of a symbolic link, which dangles and is never followed: made with its name in one operation, it is never torn. Where
/// the file system has no symbolic links, it is a file of the text and a newline, without which it counts as absent.
/// Extensions obey the rules for names, so that no record can reach a file outside the directory.
struct Record: Equatable {
    let id: CommitID
    let steps: [Step]

    private static let version = "1"
    /// In bytes; far more than the longest record that this package makes.
    static let longestText = 1 << 16

    /// The text, without the newline.
    var text: String {
        var fields = [Self.version, id.description]
        for step in steps {
            switch step {
            case .replace(let format, let new, let old):
                fields += ["R", format, new?.description ?? "-", old?.description ?? "-"]
            case .remove(let format, let old): fields += ["D", format, old?.description ?? "-"]
            }
        }
        return fields.joined(separator: "\t")
    }

    init(id: CommitID, steps: [Step]) {
        self.id = id
        self.steps = steps
    }

    /// Reads the text; nil when it is not one of this version.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var fields = text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
            .map { String($0) }[...]
        guard fields.popFirst() == Self.version, let id = fields.popFirst().flatMap({ CommitID($0) }) else {
            return nil
        }
        var steps: [Step] = []
        while let kind = fields.popFirst() {
            guard let format = fields.popFirst(), Self.isLegal(format), let identity = fields.popFirst()
            else { return nil }
            switch kind {
            case "R":
                guard let old = fields.popFirst(), steps.last?.isRemoval != true else { return nil }
                steps.append(.replace(format, new: ContentIdentity(identity), old: ContentIdentity(old)))
            case "D": steps.append(.remove(format, old: ContentIdentity(identity)))
            default: return nil
            }
        }
        self.id = id
        self.steps = steps
        // With a format named twice, one step could undo another.
        guard !steps.isEmpty, Set(steps.map { Array($0.format.utf8) }).count == steps.count,
            // A file of which there was nothing cannot go.
            !steps.contains(where: { if case .remove(_, nil) = $0 { true } else { false } }),
            // Written again it is the same, byte by byte.
            self.text.utf8.elementsEqual(bytes)
        else { return nil }
    }

    private static func isLegal(_ format: String) -> Bool {
        format == FileNames.metadataExtension || NameRules.objection(toFormat: format) == nil
    }
}

extension Record {
    /// Makes the record under a name that must not exist yet.
    func make(_ name: String, in directory: Directory, isDurable: Bool) throws(DirDBError) {
        let path = directory.path(of: name)
        guard text.utf8.count < Self.longestText else {
            throw DirDBError(
                .invalidArgument, path: path, subject: "\(path) cannot be written",
                "there are too many data files of this name to be changed at once", remedy: "remove some")
        }
        if try directory.makeSymbolicLink(name, to: text) { return }
        guard let file = try directory.create(name) else { throw .nameTaken(path) }
        try Array("\(text)\n".utf8).withUnsafeBufferPointer { (bytes) throws(DirDBError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0, path: path)
        }
        if isDurable { try file.sync(path: path) }
    }

    /// Reads the record of an entry whose exclusive lock is held, and makes the content of a file durable.
    ///
    /// - Returns: The record; nil when there is none, or a file without the newline, which is removed.
    /// - Throws: `.pendingCommit` for one of another version; `.notRegular` for what is neither a link nor a file.
    static func read(_ entry: Entry, in directory: Directory) throws(DirDBError) -> Record? {
        let name = entry.files.intent
        let bytes: [UInt8]
        switch try directory.status(name)?.kind {
        case nil: return nil
        case .symbolicLink: bytes = try directory.readSymbolicLink(name)
        default:
            guard let text = try readFile(name, in: directory) else {
                try directory.unlink(name)
                return nil
            }
            bytes = text
        }
        guard let record = Record(bytes) else {
            throw .pendingCommit(
                entry.path,
                "its record \(directory.path(of: name)) was written by a newer dirdb or by another program",
                remedy: "use that one to finish it")
        }
        return record
    }

    /// The text in a file, made durable; nil when it has not all been written.
    private static func readFile(_ name: String, in directory: Directory) throws(DirDBError) -> [UInt8]? {
        let path = directory.path(of: name)
        guard let file = try directory.open(name) else { return nil }
        let status = try file.status(path: path)
        guard status.kind == .regular else { throw .notRegular(path) }
        // Of one that is too long to be a record, the end says whether it is whole.
        var bytes = try file.readBytes(
            at: max(0, status.size - Int64(longestText)), count: longestText, path: path)
        guard bytes.popLast() == UInt8(ascii: "\n") else { return nil }
        try file.sync(path: path)
        return bytes
    }
}
