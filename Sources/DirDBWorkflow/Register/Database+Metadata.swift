import DirDB

extension Database {
    /// The path of the file that holds the metadata of the database.
    var metadataPath: String { "\(metadataEntry.path).json" }

    /// Makes the metadata of the database that of another, byte by byte, where that has some and it differs.
    ///
    /// - Throws: ``DirDBError``, after which the metadata is as it was. A missing directory is no error: a sub-database
    ///   without entries has no copy.
    func copyMetadata(from source: Database, timeout: Duration?) throws {
        guard let bytes = try source.metadataEntry.readPair().metadata, try openDirectoryIfPresent() != nil,
            try metadataEntry.readPair().metadata != bytes
        else { return }
        try source.metadataEntry.copy(to: metadataEntry, replacing: true, timeout: timeout)
    }

    func damaged(_ cause: String) -> DirDBError { .damagedMetadata(metadataPath, cause) }
}
