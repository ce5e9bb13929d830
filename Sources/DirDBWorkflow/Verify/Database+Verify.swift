public import DirDB

extension Database {
    /// Looks for whatever is not as it should be, here and in all sub-databases; changes nothing.
    ///
    /// Headers and metadata are read, data is not. Writers that are at work show as pending commits and temporary files.
    /// Whole files of a kind that is not supported are reported too, see ``Finding/isProblem``.
    /// - Parameter report: Called with each finding, in no particular order.
    /// - Throws: ``DirDBError`` when the database itself cannot be read.
    /// - Complexity: O(n) in the number of files; memory is O(n) in the names of one directory.
    public func verify(_ report: (Finding) -> Void) throws(DirDBError) {
        // What is opened read-only settles no commit and makes no lock file.
        let reader = try Database(path, .readOnly, dumpers: dumpers)
        // Not recursive: the depth is the disk's to choose.
        var linked: [FileIdentity: String] = [:]
        var next = try reader.verifyDirectory(&linked, report)
        while let database = next.popLast() {
            do throws(DirDBError) { next += try database.verifyDirectory(&linked, report) } catch {
                // One that vanished in the meantime is not a finding.
                if error.code != .notFound { report(Finding(database.path, error)) }
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

    /// Reports what is wrong in one directory; `linked` holds a path of each file that has several names.
    ///
    /// - Returns: The sub-databases.
    private func verifyDirectory(
        _ linked: inout [FileIdentity: String], _ report: (Finding) -> Void
    ) throws(DirDBError) -> [Database] {
        var files = EntryFiles()
        var subdatabases: [Database] = []
        let directory = try openDirectory()
        let stream = try directory.stream()
        while let (name, listedKind) = try stream.next() {
            guard let name else {
                report(Finding(.foreignFile, .foreign(path, "it holds a file whose name is not UTF-8")))
                continue
            }
            let kind = listedKind == .unknown ? try directory.status(name)?.kind ?? .regular : listedKind
            let path = directory.path(of: name)
            switch (FileRole(name), kind) {
            case (.foreign, _) where name.isHidden: continue
            case (_, .directory):
                do throws(DirDBError) { subdatabases.append(try subdatabase(at: [name])) } catch {
                    report(Finding(.foreignFile, .foreign(path, "no sub-database may have its name")))
                }
            case (.foreign, _):
                report(Finding(.foreignFile, .foreign(path, "no entry may have its name")))
            // The record of a commit is a link that holds a text.
            case (.intent(let name), .symbolicLink), (.intent(let name), .regular):
                files.pending.insert(try self[name])
                report(Finding(.pending, .unfinishedCommit(path)))
            case (_, .symbolicLink):
                report(
                    Finding(
                        .foreignFile,
                        .foreign(path, "it is a symbolic link, which is never followed", .notRegular)))
            case (_, .other), (_, .unknown):
                report(Finding(.foreignFile, .foreign(path, "it is not a regular file", .notRegular)))
            case (.data(let entry, let format), _):
                files.data[try self[entry], default: []].append(format)
                try verifyLinks(name, in: directory, &linked, report)
            case (.metadata(let entry), _):
                files.metadata.insert(try self[entry])
                try verifyLinks(name, in: directory, &linked, report)
            case (.lock, _):
                if try directory.status(name)?.size ?? 0 > 0 {
                    report(Finding(.lockNotEmpty, .lockNotEmpty(path)))
                }
            case (.temporary, _): report(Finding(.leftoverTemporary, .leftoverTemporary(path)))
            }
        }
        files.verify(report)
        return subdatabases
    }

    private func verifyLinks(
        _ file: String, in directory: Directory, _ linked: inout [FileIdentity: String],
        _ report: (Finding) -> Void
    ) throws(DirDBError) {
        guard let status = try directory.status(file), status.linkCount > 1 else { return }
        let path = directory.path(of: file)
        if let other = linked[status.identity] { report(Finding(.sharedFile, .sharedFile(path, other))) }
        linked[status.identity] = path
    }
}

/// The files of the entries of one directory.
private struct EntryFiles {
    /// The formats of each entry's data.
    var data: [Entry: [String]] = [:]
    var metadata: Set<Entry> = []
    /// The entries with a commit that was cut short: which of their files are current is not known.
    var pending: Set<Entry> = []

    func verify(_ report: (Finding) -> Void) {
        for (entry, formats) in data where !pending.contains(entry) {
            if formats.count > 1 {
                let files = formats.map { $0.isEmpty ? entry.name : "\(entry.name).\($0)" }
                report(
                    Finding(
                        .ambiguousData, .severalDataFiles(entry.path, files.sorted { $0.precedesInBytes($1) })
                    ))
            }
            for format in formats { verifyData(entry, format, report) }
        }
        for entry in metadata where !pending.contains(entry) {
            verifyMetadata(entry, hasData: data[entry] != nil, report)
        }
    }

    private func verifyData(_ entry: Entry, _ format: String, _ report: (Finding) -> Void) {
        let path = format.isEmpty ? entry.path : "\(entry.path).\(format)"
        do {
            if let problem = try entry.format(format).info().content.problem {
                report(Finding(path, problem))
            }
        } catch {
            // One that vanished in the meantime is not a finding.
            if (error as? DirDBError)?.code != .notFound { report(Finding(path, error)) }
        }
    }

    private func verifyMetadata(_ entry: Entry, hasData: Bool, _ report: (Finding) -> Void) {
        let path = "\(entry.path).json"
        do throws(DirDBError) {
            _ = try entry.meta
            guard !hasData, try entry.database.openDirectoryIfPresent()?.status("\(entry.name).json") != nil
            else { return }
            report(Finding(.metadataWithoutData, .metadataWithoutData(path)))
        } catch {
            report(Finding(path, error))
        }
    }
}
