// Which files there are of an entry, in its open directory.

extension Entry {
    /// Whether there is data or metadata of this name, or a commit that was cut short and may yet bring some.
    package var isPresent: Bool {
        get throws(DirDBError) {
            guard let directory = try database.openDirectoryIfPresent() else { return false }
            return try !look(in: directory).isNothing
        }
    }

    /// What there is of an entry.
    struct Found {
        let formats: [String]
        let hasMetadata: Bool
        /// Whether there is the record of a commit, in progress or cut short, which may yet bring some.
        let isPending: Bool

        var isNothing: Bool { formats.isEmpty && !hasMetadata && !isPending }
    }

    /// Looks for all files of the entry; see ``dataFormats(in:listing:)``.
    func look(in directory: Directory, listing: Bool = true) throws(DirDBError) -> Found {
        Found(
            formats: try dataFormats(in: directory, listing: listing),
            hasMetadata: try directory.status(files.metadata) != nil,
            isPending: try directory.status(files.intent) != nil)
    }

    /// Fails, before anything is created, for an entry of which there is nothing.
    /// - Throws: `.notFound`.
    func requireTrace(in directory: Directory) throws(DirDBError) {
        // The usual case costs one call.
        if try directory.status(files.metadata) != nil { return }
        if try look(in: directory).isNothing { throw .missingEntry(path) }
    }

    /// - Throws: `.notFound` when there is neither data nor metadata; `.ambiguousFormat`.
    func requirePresence(in directory: Directory, listing: Bool = true) throws(DirDBError) {
        var found = try look(in: directory, listing: listing)
        // It may have another format by now.
        if found.formats.isEmpty && !listing { found = try look(in: directory) }
        if found.formats.count > 1 { throw ambiguousFormat(found.formats) }
        if found.formats.isEmpty && !found.hasMetadata { throw .missingEntry(path) }
    }

    /// The names and sizes of the files: data, metadata, lock.
    package func presentFiles() throws(DirDBError) -> [(name: String, bytes: Int64)] {
        guard let directory = try database.openDirectoryIfPresent() else { return [] }
        var present: [(name: String, bytes: Int64)] = []
        for name in try dataFormats(in: directory).map(files.data) + [files.metadata, files.lock] {
            if let status = try directory.status(name) { present.append((name, status.size)) }
        }
        return present
    }

    /// The formats under which the entry has data.
    ///
    /// Known formats are looked for by name, and the hinted one. Only when there is none the directory
    /// is listed, so another file of an unknown extension beside one of a known extension is seen by listings and
    /// `verify` alone. Without `listing` the directory is never listed.
    func dataFormats(
        in directory: Directory, listing: Bool = true
    ) throws(DirDBError) -> [String] {
        // The metadata of a database belongs to no data.
        if name == FileNames.databaseEntry { return [] }
        let hinted = try hintedFormat()
        var formats: [String] = []
        for format in database.knownFormats where objection(toFormat: format) == nil {
            if try hasFile(format, in: directory) { formats.append(format) }
        }
        if formats.isEmpty && listing { return try listFormats(in: directory) }
        if let hinted, !formats.contains(where: { $0.hasSameBytes(as: hinted) }),
            try hasFile(hinted, in: directory)
        {
            formats.append(hinted)
        }
        return formats
    }

    private func listFormats(in directory: Directory) throws(DirDBError) -> [String] {
        for _ in 0..<Self.lockFreeAttempts {
            var formats: [String] = []
            let before = try directory.status().modified
            let stream = try directory.stream()
            while let (file, kind) = try stream.next() {
                guard let file, kind == .regular || kind == .unknown, file.utf8.starts(with: name.utf8),
                    case .data(let entry, let format) = FileRole(file), entry.hasSameBytes(as: name)
                else { continue }
                if kind == .unknown, try directory.status(file)?.kind != .regular { continue }
                formats.append(format)
            }
            // A listing may miss a file that is replaced, or gets another format, at the same time.
            let after = try directory.status().modified
            if !formats.isEmpty || after == before { return formats }
        }
        return []
    }

    /// - Throws: `.invalidName` for a format that no file of the entry has, before it becomes part of a path.
    private func hintedFormat() throws(DirDBError) -> String? {
        if let format = hint.format { try check(format: format) }
        return hint.format
    }

    /// Whether there is a file of the format; a directory is a sub-database, whatever its name.
    func hasFile(_ format: String, in directory: Directory) throws(DirDBError) -> Bool {
        let kind = try directory.status(files.data(format))?.kind
        return kind != nil && kind != .directory
    }

    /// - Throws: `.invalidName` when the entry can have no data of the format.
    func check(format: String) throws(DirDBError) {
        if let objection = objection(toFormat: format) { throw .invalidFormat(format, of: path, objection) }
    }

    private func objection(toFormat format: String) -> String? {
        if let objection = NameRules.objection(toFormat: format) { return objection }
        guard format.isEmpty, FileRole(name) != .data(entry: name, format: "") else { return nil }
        return "the name has a dot, so its file needs an extension"
    }

    /// The one format of the data; nil when there is no data.
    /// - Throws: `.ambiguousFormat` when there are several and none was chosen.
    func dataFormat(in directory: Directory) throws(DirDBError) -> String? {
        if let format = try hintedFormat(), try hasFile(format, in: directory) { return format }
        if hint.required != nil { return nil }
        let formats = try dataFormats(in: directory)
        if formats.count > 1 { throw ambiguousFormat(formats) }
        return formats.first
    }

    func ambiguousFormat(_ formats: [String]) -> DirDBError {
        .ambiguousFormat(path, formats.sorted { $0.precedesInBytes($1) }.map(files.data))
    }

    /// Opens the data file; nil when there is none.
    func openData(in directory: Directory) throws(DirDBError) -> DataFile? {
        // The common case costs one system call.
        if let file = try openHinted(in: directory) { return file }
        if hint.required != nil { return nil }
        while true {
            guard let format = try dataFormat(in: directory) else { return nil }
            if let file = try open(format, in: directory) { return file }
            // Replaced in another format between the two calls: look again.
        }
    }

    /// Opens the data file of the format that is known; nil when there is none.
    func openHinted(in directory: Directory) throws(DirDBError) -> DataFile? {
        guard let format = try hintedFormat() else { return nil }
        return try open(format, in: directory)
    }

    private func open(
        _ format: String, in directory: Directory
    ) throws(DirDBError) -> DataFile? {
        let file = files.data(format)
        guard let descriptor = try directory.open(file) else { return nil }
        return try DataFile(descriptor, file, in: directory, format: format)
    }
}
