import DirDB

/// Why a part of a file cannot be read; becomes a `DirDBError` where the path is known.
enum ParquetFailure: Error {
    /// The bytes contradict themselves or the format.
    case damaged(String)
    /// The format allows it, but it is not read here.
    case unsupported(String, remedy: String = "")
    /// Reading the file failed.
    case other(DirDBError)

    /// The error of a file; `part` says which part of it, such as `its column "a"`.
    func error(_ path: String, in part: String) -> DirDBError {
        switch self {
        case .damaged(let cause): .damagedData(path, "\(part): \(cause)")
        case .unsupported(let cause, let remedy):
            .unsupportedFormat(path, "\(part): \(cause)", remedy: remedy)
        case .other(let error): error
        }
    }
}
