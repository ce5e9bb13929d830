/// The file names of an entry, and what a file name found in a database stands for.
///
///     NAME.EXT           data             .NAME.ID.EXT.tmp    a write in progress
///     NAME.json          metadata         .NAME.intent        a commit in progress
///     NAME.lock          flock target     ID                  16 hexadecimal digits
///
/// In a directory named `key=value`, which holds a part of a table as Hive has it, the lock file is `.NAME.lock`: pandas and
/// Arrow take every file there for data whose name does not begin with a dot.
struct FileNames {
    static let metadataExtension = "json"
    static let lockExtension = "lock"
    /// The name of which a database's own metadata is, `.dirdb.json`; no entry can have it.
    static let databaseEntry = ".dirdb"

    let entry: String
    /// Whether the directory is named `key=value`.
    var isInPartition = false

    var metadata: String { "\(entry).json" }
    var lock: String { isInPartition ? ".\(entry).lock" : "\(entry).lock" }
    var intent: String { ".\(entry).intent" }

    func data(_ format: String) -> String {
        format.isEmpty ? entry : "\(entry).\(format)"
    }

    func temporary(_ format: String, id: CommitID) -> String {
        ".\(entry).\(id).\(format).tmp"
    }
}

/// 64 random bits that tell one commit's files from all others.
struct CommitID: Hashable, Sendable, CustomStringConvertible {
    let description: String

    init() {
        description = UInt64.random(in: 0...UInt64.max).hexadecimal
    }

    init?(_ text: some StringProtocol) {
        let isDigit = { (byte: UInt8) in (48...57).contains(byte) || (97...102).contains(byte) }
        guard text.utf8.count == 16, text.utf8.allSatisfy(isDigit) else { return nil }
        description = String(text)
    }
}

/// What a file in a database directory is, judged by its name alone.
package enum FileRole: Equatable {
    case data(entry: String, format: String)
    case metadata(entry: String)
    case lock(entry: String)
    case intent(entry: String)
    case temporary(entry: String)
    /// Hidden files of others, and names that no entry or no format may have.
    case foreign

    package init(_ file: String) {
        self = file.isHidden ? Self.hidden(file) : Self.visible(file)
        if let entry, entry != FileNames.databaseEntry, NameRules.objection(toName: entry) != nil {
            self = .foreign
        }
        if case .data(_, let format) = self, NameRules.objection(toFormat: format) != nil { self = .foreign }
    }

    var entry: String? {
        switch self {
        case .data(let entry, _), .metadata(let entry), .lock(let entry), .intent(let entry),
            .temporary(let entry):
            entry
        case .foreign: nil
        }
    }

    private static func visible(_ file: String) -> FileRole {
        let (name, suffix) = file.splitExtension()
        switch suffix {
        case FileNames.metadataExtension: return .metadata(entry: name)
        case FileNames.lockExtension: return .lock(entry: name)
        default: return .data(entry: name, format: suffix)
        }
    }

    private static func hidden(_ file: String) -> FileRole {
        // By bytes: the dot and a combining mark behind it are one Character.
        let (name, suffix) = String(file[file.utf8.index(after: file.startIndex)...]).splitExtension()
        if suffix == FileNames.lockExtension {
            return .lock(entry: name == "dirdb" ? FileNames.databaseEntry : name)
        }
        if suffix == "intent" { return .intent(entry: name) }
        guard suffix == "tmp" else { return .foreign }
        // An entry without extension leaves nothing between the dots: ".NAME.ID..tmp".
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return .foreign }
        let (entry, id) = String(name[..<dot]).splitExtension()
        return CommitID(id) == nil ? .foreign : .temporary(entry: entry)
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// All digits, also zeros at the beginning; letters are lower-case.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Self.bitWidth / 4 - digits.utf8.count) + digits
    }
}

/// What may be the name of an entry, a sub-database or a format, checked before the disk is touched.
enum NameRules {
    /// The longest name of an entry or a sub-database in bytes; its temporary files must fit in 255.
    static let longestName = 200
    /// The longest file extension in bytes.
    static let longestFormat = 32

    /// Why `name` cannot name an entry or a sub-database; nil when it can.
    static func objection(toName name: String) -> String? {
        let bytes = name.utf8
        if bytes.isEmpty { return "it is empty" }
        if bytes.count > longestName { return "it is longer than \(longestName) bytes" }
        if bytes.first == UInt8(ascii: ".") { return "it starts with a dot" }
        return objectionToBytes(bytes)
    }

    /// Why `format` cannot be a data file's extension; nil when it can, as "" for none can.
    static func objection(toFormat format: String) -> String? {
        let bytes = format.utf8
        if bytes.count > longestFormat { return "it is longer than \(longestFormat) bytes" }
        if format == FileNames.metadataExtension || format == FileNames.lockExtension {
            return "the extension .\(format) is reserved"
        }
        if bytes.contains(UInt8(ascii: ".")) { return "it contains a dot" }
        return objectionToBytes(bytes)
    }

    private static func objectionToBytes(_ bytes: String.UTF8View) -> String? {
        var before: UInt8 = 0
        for byte in bytes {
            if byte == UInt8(ascii: "/") { return "it contains a slash" }
            // U+0080 to U+009F, C1: a terminal obeys them as it does the others.
            if byte < 0x20 || byte == 0x7F || before == 0xC2 && byte < 0xA0 {
                return "it contains a control character"
            }
            before = byte
        }
        return nil
    }
}
