import DirDB
import DirDBDumpers

// The files are meant to be JSON, but are often written by hand or by Python's `print`. What is read is the union of
// JSON and of Python's literals of the same values; a tuple becomes an array, `None` becomes null.

/// Parses one parameter file into the value that Python's `json` would make of it.
///
/// Beyond JSON: trailing commas, strings in single quotes, `u''`, tuples, `None`, `True`, `False`, comments from `#` to
/// the end of the line. Nothing is evaluated; depth is capped and numbers are checked.
struct ParameterParser {
    let bytes: [UInt8]
    var position = 0
    /// How deeply lists, tuples and objects may be nested.
    static let nestingLimit = 100

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Parses a whole file.
    /// - Throws: `.damagedData` with line and column, and what was expected there.
    static func parse(_ bytes: [UInt8], path: String) throws(DirDBError) -> JSON {
        var parser = ParameterParser(bytes)
        do {
            return try parser.parseDocument()
        } catch {
            throw .malformedParameters(path, error, in: bytes)
        }
    }

    private mutating func parseDocument() throws(ParameterFailure) -> JSON {
        // Some editors put a byte order mark before UTF-8.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw expected("the end of the file behind the value") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(ParameterFailure) -> JSON {
        guard depth < Self.nestingLimit else {
            throw failure("the nesting is deeper than \(Self.nestingLimit) levels")
        }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return .array(try parseItems(until: UInt8(ascii: "]"), depth: depth).items)
        case UInt8(ascii: "("):
            let (items, hasComma) = try parseItems(until: UInt8(ascii: ")"), depth: depth)
            // Python's parentheses around a single value make no tuple.
            return items.count == 1 && !hasComma ? items[0] : .array(items)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try parseString())
        case UInt8(ascii: "u") where isQuote(at: position + 1):
            position += 1
            return .string(try parseString())
        case (UInt8(ascii: "0")...UInt8(ascii: "9"))?, UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."):
            return try parseNumber()
        default: return try parseWord()
        }
    }

    private mutating func parseObject(depth: Int) throws(ParameterFailure) -> JSON {
        var pairs: [(String, JSON)] = []
        position += 1
        while true {
            skipSpace()
            if skip(UInt8(ascii: "}")) { return .object(JSONObject(pairs)) }
            if peek == UInt8(ascii: "u") && isQuote(at: position + 1) { position += 1 }
            guard isQuote(at: position) else { throw expected("a key in quotes or }") }
            let key = try parseString()
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { throw expected("a colon behind the key") }
            pairs.append((key, try parseValue(depth: depth + 1)))
            skipSpace()
            if !skip(UInt8(ascii: ",")) && peek != UInt8(ascii: "}") { throw expected("a comma or }") }
        }
    }

    private mutating func parseItems(
        until end: UInt8, depth: Int
    ) throws(ParameterFailure) -> (items: [JSON], hasComma: Bool) {
        var items: [JSON] = []
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

    private mutating func parseWord() throws(ParameterFailure) -> JSON {
        let start = position
        while let byte = peek, Self.isLetter(byte) { position += 1 }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "None", "null": return .null
        case "True", "true": return .bool(true)
        case "False", "false": return .bool(false)
        case "NaN", "nan": return .real(.nan)
        case "Infinity", "inf": return .real(.infinity)
        default:
            position = start
            throw expected("a value")
        }
    }
}

// MARK: Bytes

/// Why a parameter file cannot be read, and where.
struct ParameterFailure: Error {
    let offset: Int
    let cause: String
}

extension ParameterParser {
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    func isQuote(at offset: Int) -> Bool {
        offset < bytes.count && (bytes[offset] == UInt8(ascii: "\"") || bytes[offset] == UInt8(ascii: "'"))
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while let byte = peek {
            if byte == UInt8(ascii: "#") {
                while let byte = peek, byte != UInt8(ascii: "\n") { position += 1 }
            } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    func failure(_ cause: String) -> ParameterFailure {
        ParameterFailure(offset: position, cause: cause)
    }

    /// A failure at the current position, which quotes what stands there.
    func expected(_ wanted: String) -> ParameterFailure {
        guard let byte = peek else { return failure("the file ends where \(wanted) was expected") }
        // More than ASCII in a message could be half a character, or steer a terminal.
        let isPrintable = (0x21...0x7E).contains(byte)
        let found = isPrintable ? "\"\(Unicode.Scalar(byte))\"" : "the byte \(byte)"
        return failure("found \(found) where \(wanted) was expected")
    }
}
