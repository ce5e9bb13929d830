extension Entry {
    /// Replaces a file beside the entry that is none of its own, in one step, while the caller holds the entry's lock.
    ///
    /// Until then it is a temporary file of this entry, so that `recover` removes what a killed writer left.
    /// - Parameters:
    ///   - file: The name of the file; an existing one keeps its permissions.
    ///   - bytes: The new content.
    ///   - directory: The directory of the entry.
    /// - Throws: `.notRegular` when a link or a special file is to be replaced; ``DirDBError``, after which the file is
    ///   as it was.
    package func replaceFile(_ file: String, with bytes: [UInt8], in directory: Directory) throws {
        let isDurable = database.durability == .full
        let staged = try StagedFile.write(
            self, format: FileNames.metadataExtension, id: CommitID(), isToBeSynced: isDurable, in: directory
        ) { try $0.write(bytes) }
        do {
            if let replaced = try directory.status(file) {
                guard replaced.kind == .regular else { throw DirDBError.notRegular(directory.path(of: file)) }
                try staged.takePermissions(of: replaced)
            }
            if isDurable { try staged.sync() } else { try staged.flush() }
            try staged.rename(to: file)
        } catch {
            try? directory.unlink(staged.temporary)
            throw error
        }
    }
}
