import DirDB

extension DirDBError {
    static func noSuchPart(_ name: String, of present: [String], _ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path,
            "\(path) has nothing of the name \(name); choose among \(present.list())")
    }

    static func noRows(_ name: String, _ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "the array \(name) in \(path) has no dimensions and so no rows; leave it out by its name")
    }

    static func noPart(_ path: String, _ format: String, _ part: String) -> DirDBError {
        DirDBError(
            .unsupportedFormat, path: path,
            "\(path) has no \(part) to choose: it is \(format.isEmpty ? "opaque" : format); rows are chosen of npy, npz,"
                + " csv and parquet, names of the latter three")
    }
}
