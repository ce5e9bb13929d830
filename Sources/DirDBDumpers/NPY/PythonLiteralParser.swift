/// Why a text is no literal.
struct LiteralFailure: Error {
    let cause: String
}

/// Parses one literal, with the integers `3L` of Python 2 that `numpy.lib.format` reads too.
///
/// Nothing is evaluated. Depth is capped, numbers are checked, so no text can overflow anything.
struct PythonLiteralParser {
    private let bytes: ArraySlice<UInt8>
    private let isUTF8: Bool
    private var position: Int
    /// Where the values of the outermost dictionary lie in the text, by their keys.
    private(set) var places: [PythonLiteral: Range<Int>] = [:]
    private static let deepest = 32

    // Strings are UTF-8 in version 3.0, Latin-1 before.
    init(_ bytes: ArraySlice<UInt8>, isUTF8: Bool) {
        self.bytes = bytes
        self.isUTF8 = isUTF8
        position = bytes.startIndex
    }

    /// Parses the whole text as one literal.
    mutating func parse() throws(LiteralFailure) -> PythonLiteral {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.endIndex else { throw failure("more than one value") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(LiteralFailure) -> PythonLiteral {
        guard depth < Self.deepest else { throw failure("too deep a nesting") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try parseDictionary(depth: depth)
        case UInt8(ascii: "["):
            return .list(try parseItems(until: UInt8(ascii: "]"), depth: depth).items)
        case UInt8(ascii: "("):
            let (items, hasComma) = try parseItems(until: UInt8(ascii: ")"), depth: depth)
            // Python's parentheses around a single value make no tuple.
            return items.count == 1 && !hasComma ? items[0] : .tuple(items)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try parseStrings())
        case UInt8(ascii: "u"), UInt8(ascii: "U"), UInt8(ascii: "r"), UInt8(ascii: "R"):
            return .string(try parseStrings())
        case UInt8(ascii: "-"), UInt8(ascii: "+"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?:
            return .integer(try parseInteger())
        default:
            if skip("True") { return .boolean(true) }
            if skip("False") { return .boolean(false) }
            throw failure(peek == nil ? "an early end" : "something unknown")
        }
    }

    private mutating func parseDictionary(
        depth: Int
    ) throws(LiteralFailure) -> PythonLiteral {
        var items: [PythonLiteral: PythonLiteral] = [:]
        position += 1
        while true {
            skipSpace()
            if skip("}") { return .dictionary(items) }
            let key = try parseValue(depth: depth + 1)
            skipSpace()
            guard skip(":") else { throw failure("a missing colon") }
            skipSpace()
            let start = position
            items[key] = try parseValue(depth: depth + 1)
            if depth == 0 { places[key] = start..<position }
            skipSpace()
            guard skip(",") || peek == UInt8(ascii: "}") else { throw failure("a missing comma") }
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
            if peek == end {
                position += 1
                return (items, hasComma)
            }
            items.append(try parseValue(depth: depth + 1))
            skipSpace()
            if skip(",") { hasComma = true } else if peek != end { throw failure("a missing comma") }
        }
    }

    private mutating func parseInteger() throws(LiteralFailure) -> Int {
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        let start = position
        var value = 0
        var digits = 0
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = tenfold.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            if overflows || overflowsToo { throw failure("too large a number") }
            value = sum
            digits += 1
            position += 1
        }
        guard digits > 0 else { throw failure("a number without digits") }
        if value > 0, bytes[start] == UInt8(ascii: "0") { throw failure("a number that begins with 0") }
        _ = skip("L")
        return isNegative ? -value : value
    }

    // MARK: Bytes

    private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func skip(_ word: StaticString) -> Bool {
        let found = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if found { position += word.utf8CodeUnitCount }
        return found
    }

    private mutating func skipSpace() {
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

    private func failure(_ cause: String) -> LiteralFailure {
        LiteralFailure(cause: "\(cause) at byte \(position)")
    }
}

// MARK: Strings

extension PythonLiteralParser {
    /// A string, which may be written as several that follow each other.
    private mutating func parseStrings() throws(LiteralFailure) -> String {
        var value = try parseString()
        while true {
            let end = position
            skipSpace()
            guard peek == UInt8(ascii: "'") || peek == UInt8(ascii: "\"") else {
                position = end
                return value
            }
            value += try parseString()
        }
    }

    private mutating func parseString() throws(LiteralFailure) -> String {
        let isRaw = skip("r") || skip("R")
        if !isRaw { _ = skip("u") || skip("U") }
        let quote = peek
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw failure("something unknown")
        }
        position += 1
        var content: [UInt8] = []
        while let byte = peek, byte != quote {
            position += 1
            if byte == UInt8(ascii: "\\") && !isRaw {
                content += try parseEscape().utf8
            } else if isUTF8 {
                content.append(byte)
            } else {
                content += String(Unicode.Scalar(byte)).utf8
            }
        }
        guard peek != nil else { throw failure("an unfinished string") }
        position += 1
        guard let value = String(validating: content, as: UTF8.self) else {
            throw failure("a string that is not UTF-8")
        }
        return value
    }

    private mutating func parseEscape() throws(LiteralFailure) -> String {
        guard let byte = peek else { throw failure("an unfinished string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): return String(Unicode.Scalar(byte))
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "x"): return try parseCodePoint(digits: 2)
        case UInt8(ascii: "u"): return try parseCodePoint(digits: 4)
        case UInt8(ascii: "U"): return try parseCodePoint(digits: 8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func parseCodePoint(digits: Int) throws(LiteralFailure) -> String {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("an unfinished escape")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard let scalar = Unicode.Scalar(value) else { throw failure("an escape of no character") }
        return String(scalar)
    }
}
