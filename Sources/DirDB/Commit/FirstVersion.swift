// The first version of an entry, data and metadata, without a record: most entries are written once, and writing a
// record takes as long as writing one of two small files.
//
//     data under the temporary name of a first version, synced       nothing is visible
//     metadata, as the content of `.NAME.intent`, synced             whoever looks waits, or settles it
//     data renamed to its final name                                 the commit point
//     `.NAME.intent` renamed to `NAME.json`
//     directory synced                                               success may be reported
//
// The metadata is its own record: a `.NAME.intent` that is a JSON object means that data was about to appear, or has
// appeared, to which it belongs. It has appeared when the temporary file is gone and there is data. Should a program
// that ignores records have overwritten that data since, the result is as if it had done so after the commit.

extension CommitID {
    /// In the names of temporary files of first versions; no other commit has it.
    static let firstVersion = CommitID(repeating: "0")
}

extension LockedEntry {
    /// Writes the metadata as the intent file, when the entry has neither data nor metadata yet.
    /// - Returns: Whether this was possible; if not, nothing has changed.
    mutating func stageFirstVersion(_ metadata: [UInt8], isDurable: Bool) throws -> Bool {
        // Bytes that are copied may be no JSON, and would then be no record.
        guard stagedData?.id == .firstVersion, deletedFormats == nil, rawMetadata == nil,
            try entry.dataFormats(in: directory, listing: false).isEmpty,
            try directory.status(entry.files.metadata) == nil
        else { return false }
        guard let file = try IntentFile.create(entry, in: directory) else {
            throw DirDBError.nameTaken(directory.path(of: entry.files.intent))
        }
        hasRecord = true
        try file.write(metadata, isDurable: isDurable)
        return true
    }
}

extension Recovery {
    /// Completes or drops a first version whose metadata lies in the intent file, and the lock of which is held.
    static func settleFirstVersion(
        _ entry: Entry, _ file: borrowing IntentFile, in directory: Directory
    ) throws(DirDBError) {
        let temporaries = try temporaryFiles(of: entry, in: directory)
        let formats = try entry.dataFormats(in: directory)
        let present = try directory.status(entry.files.metadata)
        // That of another format was left by an even earlier writer.
        let isStaged = formats.contains {
            temporaries.contains(entry.files.temporary($0, id: .firstVersion))
        }
        if !isStaged && !formats.isEmpty && present == nil {
            // The dead process may have been killed before its own sync, or have asked for none.
            try file.sync()
            for format in formats { try sync(entry.files.data(format), in: directory) }
            try directory.rename(entry.files.intent, to: entry.files.metadata)
        } else {
            // The record first: without it the temporary file is what any interrupted write leaves.
            try directory.unlink(entry.files.intent)
            for temporary in temporaries { try directory.unlink(temporary) }
        }
        try directory.sync()
    }

    private static func temporaryFiles(
        of entry: Entry, in directory: Directory
    ) throws(DirDBError) -> [String] {
        let start = entry.files.temporary("", id: .firstVersion).dropLast(".tmp".count)
        var found: [String] = []
        let stream = try directory.stream()
        while let (file, _) = try stream.next() {
            // The name of another entry may begin with that of this one and an identifier.
            guard let file, file.utf8.starts(with: start.utf8), case .temporary(let other) = FileRole(file),
                other.hasSameBytes(as: entry.name)
            else { continue }
            found.append(file)
        }
        return found
    }
}
