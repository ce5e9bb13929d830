import DirDB

extension DirDBError {
    static func foreignName(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .invalidName, path: path,
            "\(path) does not belong in a database: \(cause); move it elsewhere or rename it")
    }

    static func foreignFile(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .notRegular, path: path,
            "\(path) does not belong in a database: \(cause); move it elsewhere or rename it")
    }

    static func lockNotEmpty(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path,
            "\(path) is not empty, as lock files are: another program uses the name; rename its file")
    }

    static func leftoverTemporary(_ path: String) -> DirDBError {
        DirDBError(
            .pendingCommit, path: path,
            "\(path) is not part of the database: a write was cut short, or is under way; run recover, which removes it"
                + " when its writer is dead")
    }

    static func unfinishedCommit(_ path: String) -> DirDBError {
        DirDBError(
            .pendingCommit, path: path,
            "\(path) is the record of a commit of several files that was cut short, or is under way; run recover, or open"
                + " the entry for writing")
    }

    static func severalDataFiles(_ path: String, _ files: [String]) -> DirDBError {
        DirDBError(
            .ambiguousFormat, path: path,
            "\(path) has several data files, \(files.joined(separator: " and ")); delete the one that is not wanted,"
                + " naming its format")
    }

    static func metadataWithoutData(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path,
            "\(path) is metadata of an entry that has no data; put the data, or delete the entry")
    }

    static func trailingBytes(_ count: Int64, _ path: String) -> DirDBError {
        .damagedData(path, "\(count) bytes follow the data")
    }
}
