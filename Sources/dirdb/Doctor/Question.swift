import DirDB

/// What a database relies on, each to be answered by trying.
enum Question: String, CaseIterable {
    case exclusion, release, sharing, replacement, fileSync, directorySync, exclusiveCreation, openFiles

    var title: String {
        switch self {
        case .exclusion: "lock between processes"
        case .release: "lock of a killed process"
        case .sharing: "shared locks"
        case .replacement: "replacing by rename"
        case .fileSync: "sync of a file"
        case .directorySync: "sync of a directory"
        case .exclusiveCreation: "exclusive creation"
        case .openFiles: "open and mapped files"
        }
    }

    /// What it means when the answer is no.
    var consequence: String {
        switch self {
        case .exclusion: "processes that write here would lose each other's changes"
        case .release: "a killed process keeps its entry locked"
        case .sharing: "readers that lock exclude each other"
        case .replacement: "whoever reads without a lock may find nothing, or half of it"
        case .fileSync, .directorySync: "what was reported done may be lost with the power"
        case .exclusiveCreation: "two processes may write to the same temporary file"
        case .openFiles: "a reader fails when its entry is replaced or deleted meanwhile"
        }
    }
}

/// The answer to a question, with what was seen.
enum Answer {
    case holds(String)
    /// The cause.
    case fails(String)
    /// Why it was not tried.
    case notTried(String)

    var text: String {
        switch self {
        case .holds(let text): text
        case .fails(let cause): "NO: \(cause)"
        case .notTried(let reason): "not tried: \(reason)"
        }
    }

    var json: JSON {
        switch self {
        case .holds(let text): ["holds": true, "detail": .string(text)]
        case .fails(let cause): ["holds": false, "detail": .string(cause)]
        case .notTried(let reason): ["holds": .null, "detail": .string(reason)]
        }
    }
}
