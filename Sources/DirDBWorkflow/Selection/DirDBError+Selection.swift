import DirDB
import DirDBDumpers

extension DirDBError {
    static func noSuchPart(_ name: String, of present: [String], _ path: String) -> DirDBError {
        let hasComma = present.contains { $0.utf8.contains(UInt8(ascii: ",")) }
        let advice = hasComma ? ", with a name that has a comma alone or in double quotes" : ""
        return DirDBError(
            .notFound, path: path, "\(path) has nothing of the name \(name)",
            remedy: "choose among \(present.list())\(advice)")
    }

    static func repeatedPart(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "\(name) of \(path) is chosen twice",
            remedy: "name each column or member once")
    }

    static func noRows(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "the array \(name) in \(path) has no dimensions and so no rows",
            remedy: "leave it out by its name")
    }

    static func noPart(_ path: String, _ format: String, _ part: String) -> DirDBError {
        let known = ["npy", "npz", "csv", "parquet"]
        let lower = format.lowercased()
        let remedy =
            known.contains(lower) && format != lower
            ? "formats are named in lower case: rename the file to end in .\(lower)"
            : "rows are chosen of npy, npz, csv and parquet, names of the latter three"
        return DirDBError(
            .unsupportedFormat, path: path, subject: "\(path) has no \(part) to choose",
            "it is \(format.isEmpty ? "opaque" : format)", remedy: remedy)
    }
}
