extension PythonLiteralParser {
    /// Whether there is a quote, maybe after the prefix of a text or of a raw string.
    var isAtString: Bool { isQuote(at: position) || hasPrefix }

    private var hasPrefix: Bool {
        switch peek {
        case UInt8(ascii: "u"), UInt8(ascii: "U"), UInt8(ascii: "r"), UInt8(ascii: "R"):
            isQuote(at: position + 1)
        default: false
        }
    }

    private func isQuote(at offset: Int) -> Bool {
        offset < bytes.endIndex && (bytes[offset] == UInt8(ascii: "\"") || bytes[offset] == UInt8(ascii: "'"))
    }

    /// The string at the current position, which may be written as several that follow each other.
    mutating func parseStrings() throws(LiteralFailure) -> String {
        var value = try parseString()
        if dialect == .parameters { return value }
        while true {
            skipSpace()
            guard isAtString else { return value }
            value += try parseString()
        }
    }

    /// One string; the escapes of JSON and of Python.
    private mutating func parseString() throws(LiteralFailure) -> String {
        let isRaw = skip(UInt8(ascii: "r")) || skip(UInt8(ascii: "R"))
        if !isQuote(at: position) { position += 1 }
        let start = position
        let quote = bytes[start]
        position += 1
        var content: [UInt8] = []
        var copied = position
        while true {
            // A string that spans lines is nearly always one whose end was forgotten.
            guard let byte = peek, byte != UInt8(ascii: "\n") else {
                throw LiteralFailure(offset: start, cause: "a string is not closed before the line ends")
            }
            if byte == quote { break }
            position += 1
            if byte == UInt8(ascii: "\\") && !isRaw {
                append(bytes[copied..<position - 1], to: &content)
                content += try parseEscape()
                copied = position
            }
        }
        append(bytes[copied..<position], to: &content)
        position += 1
        guard let value = String(validating: content, as: UTF8.self) else {
            throw LiteralFailure(offset: start, cause: "a string is not UTF-8")
        }
        return value
    }

    private func append(_ part: ArraySlice<UInt8>, to content: inout [UInt8]) {
        if dialect == .npyHeader(isUTF8: false) {
            for byte in part { content += String(Unicode.Scalar(byte)).utf8 }
        } else {
            content += part
        }
    }

    /// The bytes that an escape stands for; the position is after the backslash.
    private mutating func parseEscape() throws(LiteralFailure) -> [UInt8] {
        guard let byte = peek else { throw expected("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"), UInt8(ascii: "\""): return [byte]
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "x"): return try parseCharacter(digits: 2)
        case UInt8(ascii: "u"): return try parseCharacter(digits: 4)
        case UInt8(ascii: "U"): return try parseCharacter(digits: 8)
        default:
            position -= 1
            throw expected("an escape that JSON or Python has")
        }
    }

    private mutating func parseCharacter(digits: Int) throws(LiteralFailure) -> [UInt8] {
        let start = position - 2
        var value = try parseHexadecimal(digits: digits)
        // JSON writes what is beyond 16 bits as two halves.
        if (0xD800..<0xDC00).contains(value), bytes[position...].starts(with: [0x5C, 0x75]) {
            position += 2
            let low = try parseHexadecimal(digits: 4)
            guard (0xDC00..<0xE000).contains(low) else {
                throw LiteralFailure(offset: start, cause: "an escape is half a character")
            }
            value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw LiteralFailure(offset: start, cause: "an escape stands for no character")
        }
        return Array(String(scalar).utf8)
    }

    private mutating func parseHexadecimal(digits: Int) throws(LiteralFailure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw expected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
