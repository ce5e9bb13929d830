import DirDB

/// Which names are different names here.
struct NameProbe {
    /// Whether `a` and `A` are two files.
    let isCaseSensitive: Bool
    /// Whether a letter with its accent in one scalar and in two are two files.
    let keepsUnicodeForms: Bool
    /// The longest name in bytes.
    let longest: Int

    init(in probe: borrowing ProbeDirectory) throws(DirDBError) {
        _ = try probe.directory.create("names-a")
        isCaseSensitive = try probe.directory.status("NAMES-A") == nil
        _ = try probe.directory.create("names-\u{E9}")
        keepsUnicodeForms = try probe.directory.status("names-e\u{301}") == nil
        var (possible, impossible) = (1, 256)
        // 255 first, the limit nearly everywhere.
        var length = 255
        while impossible - possible > 1 {
            if try Self.accepts(length, in: probe) { possible = length } else { impossible = length }
            length = (possible + impossible) / 2
        }
        longest = possible
    }

    /// What a temporary file of the longest legal name in the longest format takes.
    static let neededLength = 255
    /// What a temporary file adds to the name of an entry and its format.
    static let addedLength = ".".utf8.count + ".0123456789abcdef.".utf8.count + ".tmp".utf8.count

    private static func accepts(_ length: Int, in probe: borrowing ProbeDirectory) throws(DirDBError) -> Bool
    {
        let name = String(repeating: "n", count: length)
        do {
            _ = try probe.directory.create(name)
            try probe.directory.unlink(name)
            return true
        } catch {
            guard error.code == .invalidName else { throw error }
            return false
        }
    }

    var text: String {
        let cases = isCaseSensitive ? "a and A differ" : "a and A are the same"
        let forms = keepsUnicodeForms ? "accents as they are written" : "accents normalised"
        return "\(cases), \(forms), at most \(longest) bytes"
    }

    var json: JSON {
        [
            "isCaseSensitive": .bool(isCaseSensitive), "keepsUnicodeForms": .bool(keepsUnicodeForms),
            "longest": .integer(Int64(longest)),
        ]
    }
}
