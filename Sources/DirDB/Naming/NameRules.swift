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
