import DirDB

extension DirDBError {
    static func foreign(_ path: String, _ cause: String, _ code: Code = .invalidName) -> DirDBError {
        DirDBError(
            code, path: path, subject: "\(path) does not belong in a database", cause,
            remedy: "move it elsewhere or rename it")
    }

    static func lockNotEmpty(_ path: String) -> DirDBError {
        DirDBError(
            .alreadyExists, path: path, subject: "\(path) is not empty, as lock files are",
            "another program uses the name", remedy: "rename its file")
    }

    static func leftoverTemporary(_ path: String) -> DirDBError {
        DirDBError(
            .pendingCommit, path: path, subject: "\(path) is not part of the database",
            "a write was cut short, or is under way",
            remedy: "run recover, which removes it when its writer is dead")
    }

    static func unfinishedCommit(_ path: String) -> DirDBError {
        DirDBError(
            .pendingCommit, path: path,
            "\(path) is the record of a commit of several files that was cut short, or is under way",
            remedy: "run recover, or open the entry for writing")
    }

    static func severalDataFiles(_ path: String, _ files: [String]) -> DirDBError {
        DirDBError(
            .ambiguousFormat, path: path,
            "\(path) has several data files, \(files.joined(separator: " and "))",
            remedy: "delete the one that is not wanted, naming its format")
    }

    static func metadataWithoutData(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "\(path) is metadata of an entry that has no data",
            remedy: "put the data, or delete the entry")
    }

    static func sharedFile(_ path: String, _ other: String) -> DirDBError {
        DirDBError(
            .pendingCommit, path: path,
            subject:
                "\(path) and \(other) are one file, which a program that writes in place changes under both names",
            "a rename was cut short", remedy: "do it again, or delete one of the two entries")
    }
}
