import DirDB

/// What came out when the data of an entry was compared with the checksum in its metadata.
public struct ChecksumCheck: Sendable, Hashable {
    /// Further outcomes may be added, so a `switch` needs a default.
    public enum Outcome: String, Sendable, CaseIterable {
        /// The data is what was recorded.
        case matches = "checksum-matches"
        /// No checksum was recorded.
        case notRecorded = "no-checksum"
        /// The data is not what was recorded.
        case differs = "checksum-differs"
        /// Data or metadata cannot be read, or what was recorded is no checksum that is known here.
        case uncheckable = "checksum-unknown"
    }

    /// What came out.
    public let outcome: Outcome
    /// The path of the entry, without extension; of the file or directory that cannot be read, where that is the cause.
    public let path: String
    /// What was found, in words.
    public let cause: String
    /// What to do about it, in words.
    public let remedy: String

    init(_ outcome: Outcome, _ path: String, _ cause: String, remedy: String) {
        self.outcome = outcome
        self.path = path
        self.cause = cause
        self.remedy = remedy
    }

    static func uncheckable(_ path: String, _ error: any Error) -> ChecksumCheck {
        guard let error = error as? DirDBError else {
            return ChecksumCheck(.uncheckable, path, "\(error)", remedy: "then compare again")
        }
        return ChecksumCheck(
            .uncheckable, error.path, error.reason, remedy: "\(error.remedy); then compare again")
    }
}

/// What was recorded under the key `_dirdb`, as far as data can be compared with it.
enum RecordedChecksum: Equatable {
    case none
    case known(DataChecksum, byteCount: Int64?, time: String?)
    /// Why it is no checksum to compare with.
    case unknown(String)

    init(in meta: JSON) {
        guard let record = meta.asObject?[Provenance.key] else {
            self = .none
            return
        }
        guard let record = record.asObject else {
            self = .unknown("the metadata's \(Provenance.key) is no object")
            return
        }
        switch record["checksum"] {
        case nil: self = .none
        case .string(let text)?:
            if let checksum = DataChecksum(recorded: text) {
                self = .known(
                    checksum, byteCount: record["bytes"]?.asInt,
                    time: record["time"]?.asString.map(Self.quoted))
            } else {
                self = .unknown(
                    "the recorded checksum, \"\(Self.quoted(text))\", is of no kind that is known here")
            }
        default: self = .unknown("the recorded checksum is no text")
        }
    }

    /// Somebody else's text within a sentence.
    private static func quoted(_ text: String) -> String {
        text.unicodeScalars.count > 60
            ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…" : text
    }
}
