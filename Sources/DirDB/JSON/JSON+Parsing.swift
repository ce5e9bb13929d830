import CJansson

extension JSON {
    /// Parses JSON text.
    ///
    /// What Python's json writes beyond the standard is read too: the bare tokens NaN, Infinity and -Infinity as
    /// reals, and integers of any size. The last of several values of a key wins. Line and column of an error count from 1, the column in code
    /// points, and are those of the last character that was read.
    ///
    /// - Parameter text: One JSON value, with white space around it at most.
    /// - Throws: ``DirDBError`` with the code `invalidJSON` if the text is malformed or nested over
    ///   500 levels deep; with `unsupportedFormat` if it is JSON that is not kept: a real beyond the range of `Double`, a
    ///   key with NUL, half of a surrogate pair.
    /// - Complexity: O(*n*).
    public init(parsing text: String) throws(DirDBError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Parses JSON text in UTF-8, as ``init(parsing:)-(String)`` does.
    ///
    /// - Parameter text: One JSON value, with white space around it at most.
    /// - Throws: As that does; `invalidJSON` also if the text is not UTF-8.
    /// - Complexity: O(*n*).
    public init(parsing text: [UInt8]) throws(DirDBError) {
        guard !text.isEmpty else { throw .invalidJSON(line: 1, column: 1, "the text is empty") }
        // jansson loses a NUL byte after a number and so would accept it.
        if let offset = text.firstIndex(of: 0) { throw .invalidJSON(text, offset, "a NUL byte") }
        do {
            self = try JSON(jansson: text)
        } catch {
            guard let marked = NumberMarks.marked(text) else { throw error }
            // What else is wrong with the text is found where it stands.
            _ = try JSON(jansson: NumberMarks.blanked(text))
            self = try JSON(jansson: marked, isMarked: true)
        }
    }
}

// MARK: jansson

extension JSON {
    /// Parses a text that is neither empty nor holds a NUL byte.
    ///
    /// - Parameters:
    ///   - text: The text in UTF-8.
    ///   - isMarked: Whether the first character of each string says what it stands for, see ``NumberMarks``.
    /// - Throws: `.invalidJSON`.
    fileprivate init(jansson text: [UInt8], isMarked: Bool = false) throws(DirDBError) {
        var error = json_error_t()
        let flags = JSON_DECODE_ANY | JSON_ALLOW_NUL
        let tree = text.withUnsafeBytes { bytes in
            json_loadb(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, size_t(flags), &error)
        }
        guard let tree else { throw .refused(&error, text) }
        defer { json_decref(tree) }
        do { self = try JSON(tree: tree, isMarked: isMarked, depth: 0) } catch { throw .tooDeep(text) }
    }

    private struct TooDeep: Error {}

    private init(tree: UnsafeMutablePointer<json_t>, isMarked: Bool, depth: Int) throws(TooDeep) {
        switch tree.pointee.type {
        case JSON_TRUE:
            self = .bool(true)
        case JSON_FALSE:
            self = .bool(false)
        case JSON_INTEGER:
            self = .integer(json_integer_value(tree))
        case JSON_REAL:
            self = .real(json_real_value(tree))
        case JSON_STRING:
            // jansson checked the UTF-8, so nothing is substituted; the string may hold NUL.
            let bytes = UnsafeRawBufferPointer(
                start: json_string_value(tree), count: json_string_length(tree))
            let string = String(decoding: bytes, as: UTF8.self)
            self = isMarked ? NumberMarks.value(of: string) : .string(string)
        case JSON_ARRAY:
            self = .array(try JSON.elements(of: tree, isMarked: isMarked, depth: depth + 1))
        case JSON_OBJECT:
            self = .object(try JSON.members(of: tree, isMarked: isMarked, depth: depth + 1))
        default:
            self = .null
        }
    }

    private static func elements(
        of tree: UnsafeMutablePointer<json_t>, isMarked: Bool, depth: Int
    ) throws(TooDeep) -> [JSON] {
        guard depth <= nestingLimit else { throw TooDeep() }
        let count = json_array_size(tree)
        var elements: [JSON] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            guard let element = json_array_get(tree, index) else { break }
            elements.append(try JSON(tree: element, isMarked: isMarked, depth: depth))
        }
        return elements
    }

    private static func members(
        of tree: UnsafeMutablePointer<json_t>, isMarked: Bool, depth: Int
    ) throws(TooDeep) -> JSONObject {
        guard depth <= nestingLimit else { throw TooDeep() }
        var keys: [String] = []
        var values: [JSON] = []
        keys.reserveCapacity(json_object_size(tree))
        values.reserveCapacity(json_object_size(tree))
        var iterator = json_object_iter(tree)
        while let position = iterator {
            guard let key = json_object_iter_key(position), let value = json_object_iter_value(position)
            else { break }
            // jansson refuses NUL in keys, so a C string is the whole key.
            keys.append(isMarked ? NumberMarks.text(of: String(cString: key)) : String(cString: key))
            values.append(try JSON(tree: value, isMarked: isMarked, depth: depth))
            iterator = json_object_iter_next(tree, position)
        }
        return JSONObject(uniqueKeys: keys, values: values)
    }
}

// MARK: Places

extension DirDBError {
    /// JSON text is malformed, or holds something that has no value here.
    static func invalidJSON(
        line: Int, column: Int, _ problem: String, remedy: String = "correct the text",
        code: Code = .invalidJSON
    ) -> DirDBError {
        DirDBError(code, path: "", subject: "line \(line), column \(column)", problem, remedy: remedy)
    }

    /// The same of the character that begins at an offset.
    fileprivate static func invalidJSON(
        _ text: [UInt8], _ offset: Int, _ problem: String, remedy: String = "correct the text",
        code: Code = .invalidJSON
    ) -> DirDBError {
        let before = text[..<offset]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // A code point begins at every byte that is no continuation byte.
        return .invalidJSON(
            line: 1 + before.count { $0 == UInt8(ascii: "\n") },
            column: 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 }, problem, remedy: remedy, code: code)
    }

    /// What jansson says of a text.
    fileprivate static func refused(_ error: inout json_error_t, _ text: [UInt8]) -> DirDBError {
        let problem = withUnsafeBytes(of: error.text) { message in
            String(decoding: message.prefix { $0 != 0 }, as: UTF8.self).escapingInvisibleCharacters
        }
        // The position is an int, which wraps beyond 2 GiB.
        let end = min(max(Int(error.position), 0), text.count)
        var last = max(end - 1, 0)
        while last > 0, text[last] & 0xC0 == 0x80 { last -= 1 }
        return switch json_error_code(&error) {
        case json_error_stack_overflow: .tooDeep(text)
        case json_error_numeric_overflow:
            .invalidJSON(
                text, last, problem, remedy: "write a number up to 1.8e308, or a string",
                code: .unsupportedFormat)
        case json_error_null_byte_in_key:
            .invalidJSON(text, last, problem, remedy: "choose a key without NUL", code: .unsupportedFormat)
        // Half of a surrogate pair, which Python writes of a file name that is not UTF-8.
        case json_error_invalid_syntax where problem.hasPrefix("invalid Unicode"):
            .invalidJSON(text, last, problem, remedy: "write text that is Unicode", code: .unsupportedFormat)
        // Here the position is that of the byte which could not be read.
        case json_error_premature_end_of_input, json_error_invalid_utf8: .invalidJSON(text, end, problem)
        default: .invalidJSON(text, last, problem)
        }
    }

    /// The place is that of the first bracket that opens one level more than the limit.
    fileprivate static func tooDeep(_ text: [UInt8]) -> DirDBError {
        var depth = 0
        let excess = JSONOffsetsOutsideStrings(text).first { offset in
            switch text[offset] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            return depth > JSON.nestingLimit
        }
        return .invalidJSON(
            text, excess ?? text.count, "the nesting is deeper than \(JSON.nestingLimit) levels",
            remedy: "flatten the value")
    }
}

/// The offsets of the bytes outside strings; of a string, only that of its opening quote.
///
/// Up to the first error in a text this agrees with the parser about what is in a string.
struct JSONOffsetsOutsideStrings: Sequence, IteratorProtocol {
    private let text: [UInt8]
    private var offset = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    mutating func next() -> Int? {
        guard offset < text.count else { return nil }
        let start = offset
        offset += 1
        if text[start] == UInt8(ascii: "\"") {
            while offset < text.count, text[offset] != UInt8(ascii: "\"") {
                offset += text[offset] == UInt8(ascii: "\\") ? 2 : 1
            }
            offset += 1
        }
        return start
    }
}

/// The numbers of a JSON text that jansson cannot hold: NaN, ±Infinity, and integers beyond `Int64`.
///
/// Python's json writes them. Where jansson refuses a text, each such number becomes a string that begins with `n`, and each
/// string begins with `s`; what jansson then reads says which of the two it was.
enum NumberMarks {
    /// The text with marks; nil if it holds no such number.
    static func marked(_ text: [UInt8]) -> [UInt8]? {
        let numbers = ranges(in: text)
        if numbers.isEmpty { return nil }
        var marked: [UInt8] = []
        marked.reserveCapacity(text.count + 64 * numbers.count)
        var rest = numbers[...]
        var copied = 0
        for offset in JSONOffsetsOutsideStrings(text) {
            if let number = rest.first, offset == number.lowerBound {
                marked += text[copied..<offset]
                marked += "\"n\(String(decoding: text[number], as: UTF8.self))\"".utf8
                copied = number.upperBound
                rest.removeFirst()
            } else if text[offset] == UInt8(ascii: "\"") {
                marked += text[copied...offset]
                marked.append(UInt8(ascii: "s"))
                copied = offset + 1
            }
        }
        return marked + text[copied...]
    }

    /// The text with 0 and spaces in the place of each such number: what else is wrong with it stands where it stood.
    static func blanked(_ text: [UInt8]) -> [UInt8] {
        var blanked = text
        for number in ranges(in: text) {
            for offset in number { blanked[offset] = UInt8(ascii: offset == number.lowerBound ? "0" : " ") }
        }
        return blanked
    }

    static func value(of marked: String) -> JSON {
        let text = text(of: marked)
        guard marked.utf8.first == UInt8(ascii: "n") else { return .string(text) }
        return number(text[...]) ?? .string(text)
    }

    static func text(of marked: String) -> String {
        String(Substring(marked.utf8.dropFirst()))
    }

    private static func number(_ text: Substring) -> JSON? {
        switch text {
        case "NaN": .real(.nan)
        case "Infinity": .real(.infinity)
        case "-Infinity": .real(-.infinity)
        default: LargeInteger(String(text)).map(JSON.largeInteger)
        }
    }

    private static func ranges(in text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start: Int?
        func endToken(at end: Int) {
            guard let begin = start else { return }
            start = nil
            guard number(String(decoding: text[begin..<end], as: UTF8.self)[...]) != nil else { return }
            found.append(begin..<end)
        }
        for offset in JSONOffsetsOutsideStrings(text) {
            if delimiters.contains(text[offset]) {
                endToken(at: offset)
            } else if start == nil {
                start = offset
            }
        }
        endToken(at: text.count)
        return found
    }

    private static let delimiters = Array(" \t\r\n[]{},:\"".utf8)
}
