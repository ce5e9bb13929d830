/// The name of a directory that stands for the value of a column, `key=value`, as Hive writes it.
///
/// Bytes that file systems or other programs give a meaning are percent-encoded.
package struct PartitionName {
    // What Hive writes for a missing value.
    private static let missing = "__HIVE_DEFAULT_PARTITION__"

    let key: String
    /// nil for a missing value.
    let value: String?

    init(key: String, value: String?) {
        self.key = key
        self.value = value
    }

    /// Reads a name; nil when it is none of that kind.
    package init?(_ name: String) {
        guard let sign = name.utf8.firstIndex(of: UInt8(ascii: "=")), sign != name.utf8.startIndex else {
            return nil
        }
        key = Self.unescaped(name[..<sign])
        let text = name[name.utf8.index(after: sign)...]
        value = text == Self.missing[...] ? nil : Self.unescaped(text)
    }

    /// The name.
    var text: String {
        // A text that looks like a missing value must not become one.
        let written = value == Self.missing ? "%5F" + Self.missing.dropFirst() : value.map(Self.escaped)
        return "\(Self.escaped(key))=\(written ?? Self.missing)"
    }

    // Those that Hive escapes.
    private static let reserved = Set("\"#%'*/:=?\\{[]^\u{7F}".utf8)

    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        for (place, byte) in source.enumerated() {
            // U+0080 to U+009F are control characters too.
            let isControl =
                byte < 0x20 || byte == 0xC2 && source[place + 1] < 0xA0
                || byte & 0xC0 == 0x80 && byte < 0xA0 && place > 0 && source[place - 1] == 0xC2
            guard isControl || reserved.contains(byte) else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(ascii: "%"))
            for digit in [byte >> 4, byte & 0xF] { bytes.append(Array("0123456789ABCDEF".utf8)[Int(digit)]) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is no percent-encoded UTF-8 stays as it is.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).map { Character(UnicodeScalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2, let high = digits[0], let low = digits[1] {
                bytes.append(UInt8(high << 4 | low))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? String(text)
    }
}
