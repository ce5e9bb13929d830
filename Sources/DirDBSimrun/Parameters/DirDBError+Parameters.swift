import DirDB
import DirDBDumpers

// Each sentence names the file, what is wrong with it and what to do; without the parameter files the rest of the
// results can always be imported.

extension DirDBError {
    private static let remedy = "or import without the parameter files (--no-parameters)"

    static func malformedParameters(
        _ path: String, _ failure: LiteralFailure, in bytes: [UInt8]
    ) -> DirDBError {
        let before = bytes[..<failure.offset]
        let lineFeed = UInt8(ascii: "\n")
        let lineStart = before.lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        let line = 1 + before.count { $0 == lineFeed }
        // A code point begins at every byte that is no continuation byte.
        let column = 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 }
        return DirDBError(
            .damagedData, path: path, subject: "\(path) cannot be read",
            "line \(line), column \(column): \(failure.cause)", remedy: "correct the file, \(remedy)")
    }

    static func missingKey(_ path: String, _ keyPath: String, _ meaning: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path, "\(path) has no \(keyPath) that is \(meaning)",
            remedy: "correct the file, \(remedy)")
    }

    static func missingReference(
        _ file: String, _ reference: ParameterReferences.Reference, in path: String
    ) -> DirDBError {
        DirDBError(
            .notFound, path: file, "\(path) names \(file) as \(reference.keyPath), but there is no such file",
            remedy: "put it there or correct the path, \(remedy)")
    }

    static func noRegularFile(_ path: String) -> DirDBError {
        DirDBError(
            .notRegular, path: path, "\(path) is not a regular file",
            remedy: "put the file itself there, \(remedy)")
    }

    static func sameName(_ first: String, _ second: String, in folder: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: second,
            "\(first) and \(second) differ, but would have the same name in \(folder)",
            remedy: "rename one of them, \(remedy)")
    }

    static func noEntryName(_ path: String) -> DirDBError {
        DirDBError(
            .invalidName, path: path, "\(path) has a name that no entry of a database can have",
            remedy: "rename the file, \(remedy)")
    }

    static func unclearMorphology(_ path: String, _ morphologies: [String]) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "line 2 of \(path) names none of the morphologies that it is used with,"
                + " \(morphologies.list(first: 5))", remedy: "name one of them there, \(remedy)")
    }

    static func unclearSynapses(_ path: String, _ synapses: [String]) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            subject: "line 2 of \(path) does not tell which synapse file it belongs to",
            "\(synapses.list(first: 5)) could be meant", remedy: "name one of them there, \(remedy)")
    }

    static func differentReferences(_ first: String, _ second: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: second,
            "\(first) and \(second) are equal, but what they name by relative paths differs",
            remedy: "import them into two databases, \(remedy)")
    }

    static func changedMeanwhile(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "\(path) was changed during the import", remedy: "do it again")
    }
}
