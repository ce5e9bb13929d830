import DirDB

extension DirDBError {
    static func damagedMember(_ member: String, _ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path, subject: "\(member) in \(path) is damaged", cause,
            remedy: "restore the file or write it again")
    }

    static func unsupportedMember(
        _ member: String, _ path: String, _ cause: String, remedy: String
    ) -> DirDBError {
        DirDBError(
            .unsupportedFormat, path: path, subject: "\(member) in \(path) cannot be loaded", cause,
            remedy: remedy)
    }

    static func notAnArray(_ member: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, subject: "\(member) in \(path) has no rows to choose",
            "it is not an array", remedy: "leave it out by its name")
    }

    static func becameShorter(_ path: String) -> DirDBError {
        .damagedData(path, "it became shorter while it was read")
    }

    static func missingArray(_ name: String, of names: [String], _ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path,
            subject: "there is no array \(name) in \(path.isEmpty ? "the archive" : path)",
            "it has \(names.list())", remedy: "ask for one of those")
    }

    static func arrayName(_ name: String, _ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, subject: "an array cannot be stored under the name \"\(name)\"",
            cause, remedy: "choose another name")
    }

    static func memberSize(_ found: Int, of expected: Int, _ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "\(found) elements were written for the array \(name), whose shape has \(expected)",
            remedy: "write as many as the shape says")
    }

    /// The same error of the file, whose sentence already names the member.
    func concerning(_ path: String) -> DirDBError {
        DirDBError(code, path: path, errno: errno, subject: subject, cause, remedy: remedy)
    }
}
