/// The one error type of this package: what went wrong, where, and what to do about it.
///
/// Match on ``code``; show ``message``, a full sentence that names the path, the cause and the remedy.
/// This package makes its own values in named factories, so that equal failures are equal values.
public struct DirDBError: Error, Hashable, Sendable {
    /// What kind of failure this is.
    public let code: Code
    /// The file or directory concerned.
    public let path: String
    /// The system's error number, where a system call failed.
    public let errno: Int32?
    /// What could not be done, or what is wrong and where, such as `cannot open /db/a.npy`; empty where the cause says it.
    public let subject: String
    /// Why.
    public let cause: String
    /// What to do about it; empty where nothing can be advised.
    public let remedy: String

    /// Creates an error, such as your own dumper throws.
    ///
    /// - Parameters:
    ///   - code: The kind of the failure.
    ///   - path: The file or directory concerned.
    ///   - errno: The system's error number, where a system call failed.
    ///   - subject: What could not be done, or what is wrong and where; empty where the cause says it.
    ///   - cause: Why.
    ///   - remedy: What to do about it; empty where nothing can be advised.
    public init(
        _ code: Code, path: String, errno: Int32? = nil, subject: String = "", _ cause: String,
        remedy: String = ""
    ) {
        self.code = code
        self.path = path
        self.errno = errno
        self.subject = subject
        self.cause = cause
        self.remedy = remedy
    }

    /// The error without its remedy, for one that has it as the cause.
    package var reason: String { subject.isEmpty ? cause : "\(subject): \(cause)" }

    /// A full sentence: subject, cause, remedy.
    public var message: String { remedy.isEmpty ? reason : "\(reason); \(remedy)" }
}

extension DirDBError {
    /// The kind of a failure; further kinds may be added, so a `switch` needs a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind, as printed.
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// A system call failed for a reason that has no kind of its own; see ``DirDBError/errno``.
        public static let system = Code("system")
        /// The name of an entry, a sub-database or a format breaks the rules for names.
        public static let invalidName = Code("invalidName")
        /// The arguments contradict each other or the value cannot be stored as asked.
        public static let invalidArgument = Code("invalidArgument")
        /// There is no such database, or no such entry in it.
        public static let notFound = Code("notFound")
        /// The target of a rename or a copy exists and replacing it was not asked for.
        public static let alreadyExists = Code("alreadyExists")
        /// Several data files have the entry's name; a format must be named.
        public static let ambiguousFormat = Code("ambiguousFormat")
        /// The data file is of another format or element type than the one asked for.
        public static let formatMismatch = Code("formatMismatch")
        /// The content is valid but of a kind that this software does not load.
        public static let unsupportedFormat = Code("unsupportedFormat")
        /// The metadata file is not a JSON object.
        public static let damagedMetadata = Code("damagedMetadata")
        /// The data file contradicts its own header.
        public static let damagedData = Code("damagedData")
        /// JSON text is malformed, or a value has no JSON form.
        public static let invalidJSON = Code("invalidJSON")
        /// The lock is held by somebody else and the time allowed for waiting is over.
        public static let locked = Code("locked")
        /// The task already holds this lock; waiting for it would never end.
        public static let wouldDeadlock = Code("wouldDeadlock")
        /// The file system offers no working flock(2).
        public static let lockingUnsupported = Code("lockingUnsupported")
        /// The database was opened read-only, or the lock is a shared one.
        public static let readOnly = Code("readOnly")
        /// The permissions of a file or directory forbid the operation.
        public static let permissionDenied = Code("permissionDenied")
        /// The disk or the quota is full, or a size limit is reached.
        public static let noSpace = Code("noSpace")
        /// A symbolic link or a special file stands where a regular file or a directory must be.
        public static let notRegular = Code("notRegular")
        /// A commit was cut short and cannot be settled from here.
        public static let pendingCommit = Code("pendingCommit")
        /// The surrounding task was cancelled; nothing was changed.
        public static let cancelled = Code("cancelled")
    }
}

extension DirDBError: CustomStringConvertible {
    /// The sentence.
    public var description: String { message }
}
