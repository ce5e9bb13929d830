/// A broken invariant of a database.
public struct Finding: Sendable, Hashable {
    /// What is wrong; further kinds may be added, so a `switch` needs a default.
    public enum Kind: String, Sendable {
        /// A write that never became visible left its file.
        case leftoverTemporary = "leftover-temporary"
        /// A commit of several files was cut short, or is under way.
        case pendingCommit = "pending-commit"
        /// The metadata is not a JSON object.
        case damagedMetadata = "damaged-metadata"
        /// Metadata without data.
        case metadataWithoutData = "metadata-without-data"
        /// Several data files have one name.
        case ambiguousData = "ambiguous-data"
        /// The data contradicts its header.
        case damagedData = "damaged-data"
        /// A lock file that is not empty.
        case lockNotEmpty = "lock-not-empty"
        /// A name that no entry may have, a symbolic link or a special file.
        case foreignFile = "foreign-file"
        /// A sub-directory that cannot be read.
        case unreadableDirectory = "unreadable-directory"
        /// A file that the system does not let be read, so that nobody knows whether it is damaged.
        case unreadable
    }

    /// What is wrong.
    public let kind: Kind
    /// The file or directory concerned.
    public let path: String
    /// What was found, in words.
    public let cause: String
    /// What to do about it, in words.
    public let remedy: String
}

extension Database {
    /// Looks for every broken invariant, here and in all sub-databases; changes nothing and takes no lock.
    ///
    /// Headers are read, data is not. Writers that are at work meanwhile show as pending commits and temporary
    /// files.
    /// - Parameter report: Called with each finding, in no particular order.
    /// - Throws: ``DirDBError`` when the database itself cannot be read.
    /// - Complexity: O(n) in the number of files; memory is O(n) in the names of one directory.
    public func verify(_ report: (Finding) -> Void) throws(DirDBError) {
        try verifyDirectory(report)
        for next in try readableDescendants({ report(.unreadable($0, $1)) }) {
            do throws(DirDBError) {
                try next.verifyDirectory(report)
            } catch {
                if error.code != .notFound { report(.unreadable(next, error)) }
            }
        }
    }

    /// All findings, sorted by the bytes of their paths.
    /// - Throws: ``DirDBError`` when the database itself cannot be read.
    public func verify() throws(DirDBError) -> [Finding] {
        var findings: [Finding] = []
        try verify { findings.append($0) }
        return findings.sorted { $0.path.precedesInBytes($1.path) }
    }

    private func verifyDirectory(_ report: (Finding) -> Void) throws(DirDBError) {
        guard let directory = try openDirectoryIfPresent() else { return }
        var formats: [Entry: [String]] = [:]
        var metadata: [Entry] = []
        let stream = try directory.stream()
        while let (file, listedKind) = try stream.next() {
            guard let file else {
                report(.foreign(path, "it holds a file whose name is not UTF-8"))
                continue
            }
            let kind = listedKind == .unknown ? try directory.status(file)?.kind ?? .regular : listedKind
            let role = FileRole(file)
            let filePath = directory.path(of: file)
            switch (role, kind) {
            case (.foreign, _) where file.isHidden: continue
            case (_, .directory):
                if NameRules.objection(toName: file) != nil {
                    report(.foreign(filePath, "no sub-database may have its name"))
                }
            case (.foreign, _): report(.foreign(filePath, "no entry may have its name"))
            case (_, .symbolicLink):
                report(.foreign(filePath, "it is a symbolic link, which is never followed"))
            case (_, .other), (_, .unknown): report(.foreign(filePath, "it is not a regular file"))
            case (.data(let name, let format), _): formats[Entry(self, name), default: []].append(format)
            case (.metadata(let name), _): metadata.append(Entry(self, name))
            case (.lock, _):
                if try directory.status(file)?.size ?? 0 > 0 { report(.lockNotEmpty(filePath)) }
            case (.intent, _): report(.pendingCommit(filePath))
            case (.temporary, _): report(.leftover(filePath))
            }
        }
        for (entry, formats) in formats {
            if formats.count > 1 { report(.ambiguous(entry, formats)) }
            for format in formats { verifyData(entry, format, directory, report) }
        }
        for entry in metadata { verifyMetadata(entry, hasData: formats[entry] != nil, directory, report) }
    }

    private func verifyData(
        _ entry: Entry, _ format: String, _ directory: Directory, _ report: (Finding) -> Void
    ) {
        let path = directory.path(of: entry.files.data(format))
        do {
            guard let file = try entry.format(format).openData(in: directory) else { return }
            let trailing = try entry.describe(file).content.trailingBytes
            if trailing > 0 { report(.damagedData(path, "\(trailing) bytes follow the data")) }
        } catch {
            report(.damagedData(path, error))
        }
    }

    private func verifyMetadata(
        _ entry: Entry, hasData: Bool, _ directory: Directory, _ report: (Finding) -> Void
    ) {
        let path = directory.path(of: entry.files.metadata)
        do throws(DirDBError) {
            // nil: it vanished meanwhile.
            guard try entry.readMetadata(in: directory) != nil else { return }
        } catch {
            report(.damagedMetadata(path, error))
            return
        }
        if !hasData { report(.metadataWithoutData(path)) }
    }
}

extension Finding {
    /// What an error tells of a file, whose content the kind and the remedy are for.
    private init(_ kind: Kind, _ path: String, _ error: any Error, remedy: String) {
        let sentence = "\(error)"
        // What cannot be read may be sound: whoever then writes it again loses it.
        if (error as? DirDBError)?.errno != nil, let end = sentence.lastIndex(of: ";") {
            self.init(
                kind: .unreadable, path: path, cause: String(sentence[..<end]),
                remedy: String(sentence[end...].dropFirst(2)))
        } else {
            self.init(kind: kind, path: path, cause: Self.cause(in: error), remedy: remedy)
        }
    }

    /// The cause alone, where an error says of a file that it is damaged: a finding tells path and remedy itself.
    private static func cause(in error: any Error) -> String {
        let sentence = "\(error)"
        guard let damage = error as? DirDBError,
            let prefix = ["\(damage.path) is damaged: ", "the metadata in \(damage.path) is damaged: "]
                .first(where: sentence.hasPrefix), let end = sentence.lastIndex(of: ";")
        else { return sentence }
        return String(sentence[..<end].dropFirst(prefix.count))
    }

    fileprivate static func unreadable(_ database: Database, _ error: DirDBError) -> Finding {
        Finding(
            kind: .unreadableDirectory, path: database.path, cause: error.message,
            remedy: "make it readable or move it out of the database")
    }

    fileprivate static func foreign(_ path: String, _ cause: String) -> Finding {
        Finding(
            kind: .foreignFile, path: path, cause: cause, remedy: "move it out of the database or rename it")
    }

    fileprivate static func leftover(_ path: String) -> Finding {
        Finding(
            kind: .leftoverTemporary, path: path, cause: "a write was cut short, or is under way",
            remedy: "run recover, which removes it when its writer is dead")
    }

    fileprivate static func pendingCommit(_ path: String) -> Finding {
        Finding(
            kind: .pendingCommit, path: path,
            cause: "a commit of several files was cut short, or is under way",
            remedy: "run recover, or any command that takes the entry's lock")
    }

    fileprivate static func lockNotEmpty(_ path: String) -> Finding {
        Finding(
            kind: .lockNotEmpty, path: path, cause: "a lock file is always empty, this one is not",
            remedy: "another program uses the name; rename its file")
    }

    fileprivate static func ambiguous(_ entry: Entry, _ formats: [String]) -> Finding {
        let files = formats.map(entry.files.data).sorted { $0.precedesInBytes($1) }
        return Finding(
            kind: .ambiguousData, path: entry.path,
            cause: "several data files: \(files.joined(separator: ", "))",
            remedy: "delete the one that is not wanted, naming its format")
    }

    package static func damagedMetadata(_ path: String, _ error: DirDBError) -> Finding {
        Finding(.damagedMetadata, path, error, remedy: "repair the file, or replace the whole metadata")
    }

    fileprivate static func metadataWithoutData(_ path: String) -> Finding {
        Finding(
            kind: .metadataWithoutData, path: path, cause: "there is no data of this name",
            remedy: "put the data, or delete the entry")
    }

    fileprivate static func damagedData(_ path: String, _ error: any Error) -> Finding {
        Finding(.damagedData, path, error, remedy: "restore the file or write the entry again")
    }

    fileprivate static func damagedData(_ path: String, _ cause: String) -> Finding {
        Finding(
            kind: .damagedData, path: path, cause: cause, remedy: "restore the file or write the entry again")
    }
}
