/// Why a text is not a literal, and where.
package struct LiteralFailure: Error {
    package let offset: Int
    package let cause: String
}

/// Parses one Python literal: the header of an npy file, or a parameter file, which is JSON or nearly so.
///
/// Nothing is evaluated. Depth is capped and numbers are checked, so that no text can overflow anything.
package struct PythonLiteralParser {
    package enum Dialect: Equatable {
        /// What `numpy.lib.format` reads: with the integers `3L` of Python 2, and strings that follow each other as
        /// one. Strings are UTF-8 in version 3.0 of the format, Latin-1 before.
        case npyHeader(isUTF8: Bool)
        /// The union of JSON and of Python's literals of the same values: keys are strings.
        case parameters
    }

    let bytes: ArraySlice<UInt8>
    let dialect: Dialect
    var position: Int
    /// How deeply lists, tuples and dictionaries may be nested.
    static let nestingLimit = 100

    package init(_ bytes: ArraySlice<UInt8>, _ dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
        position = bytes.startIndex
    }

    /// Parses the whole text as one literal.
    package mutating func parse() throws(LiteralFailure) -> PythonLiteral {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.endIndex else { throw expected("the end of the \(text) after the value") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(LiteralFailure) -> PythonLiteral {
        guard depth < Self.nestingLimit else {
            throw failure("the nesting is deeper than \(Self.nestingLimit) levels")
        }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .dictionary(try parsePairs(depth: depth))
        case UInt8(ascii: "["): return .list(try parseItems(until: UInt8(ascii: "]"), depth: depth).items)
        case UInt8(ascii: "("):
            let (items, hasComma) = try parseItems(until: UInt8(ascii: ")"), depth: depth)
            // Python's parentheses around a single value make no tuple.
            return items.count == 1 && !hasComma ? items[0] : .tuple(items)
        case _ where isAtString: return .string(try parseStrings())
        case (UInt8(ascii: "0")...UInt8(ascii: "9"))?, UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."):
            return try parseNumber()
        default: return try parseWord()
        }
    }

    private mutating func parsePairs(depth: Int) throws(LiteralFailure) -> [PythonLiteral.Pair] {
        var pairs: [PythonLiteral.Pair] = []
        position += 1
        while true {
            skipSpace()
            if skip(UInt8(ascii: "}")) { return pairs }
            if dialect == .parameters && !isAtString { throw expected("a key in quotes or }") }
            let key = try parseValue(depth: depth + 1)
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { throw expected("a colon after the key") }
            skipSpace()
            let start = position
            let value = try parseValue(depth: depth + 1)
            pairs.append(PythonLiteral.Pair(key: key, value: value, place: start..<position))
            skipSpace()
            if !skip(UInt8(ascii: ",")) && peek != UInt8(ascii: "}") { throw expected("a comma or }") }
        }
    }

    private mutating func parseItems(
        until end: UInt8, depth: Int
    ) throws(LiteralFailure) -> (items: [PythonLiteral], hasComma: Bool) {
        var items: [PythonLiteral] = []
        var hasComma = false
        position += 1
        while true {
            skipSpace()
            if skip(end) { return (items, hasComma) }
            items.append(try parseValue(depth: depth + 1))
            skipSpace()
            if skip(UInt8(ascii: ",")) {
                hasComma = true
            } else if peek != end {
                throw expected("a comma or \(Unicode.Scalar(end))")
            }
        }
    }

    private mutating func parseWord() throws(LiteralFailure) -> PythonLiteral {
        let start = position
        let word = skipWord()
        switch word {
        case "None": return .none
        case "True": return .boolean(true)
        case "False": return .boolean(false)
        case "null" where dialect == .parameters: return .none
        case "true" where dialect == .parameters: return .boolean(true)
        case "false" where dialect == .parameters: return .boolean(false)
        case "NaN" where dialect == .parameters, "nan" where dialect == .parameters: return .real(.nan)
        case "Infinity" where dialect == .parameters, "inf" where dialect == .parameters:
            return .real(.infinity)
        default:
            position = start
            throw expected("a value")
        }
    }
}

// MARK: Bytes

extension PythonLiteralParser {
    var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    mutating func skipWord() -> String {
        let start = position
        while let byte = peek, Self.isLetter(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    mutating func skipSpace() {
        while let byte = peek {
            if byte == UInt8(ascii: "#") {
                position = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    func failure(_ cause: String) -> LiteralFailure {
        LiteralFailure(offset: position, cause: cause)
    }

    /// A failure at the current position, which quotes what stands there.
    func expected(_ wanted: String) -> LiteralFailure {
        guard let byte = peek else { return failure("the \(text) ends where \(wanted) was expected") }
        // More than ASCII in a message could be half a character, or steer a terminal.
        let isPrintable = (0x21...0x7E).contains(byte)
        let found = isPrintable ? "\"\(Unicode.Scalar(byte))\"" : "the byte \(byte)"
        return failure("found \(found) where \(wanted) was expected")
    }

    private var text: String { dialect == .parameters ? "file" : "header" }
}
