import CJansson

/// Why jansson, or the conversion of its tree, refused a text.
enum JanssonFailure: Error, Equatable {
    case syntax(offset: Int, problem: String)
    case overflow(offset: Int, problem: String)
    case tooDeep
}

extension JSON {
    /// Parses a text that is neither empty nor holds a NUL byte.
    ///
    /// - Parameters:
    ///   - text: The text in UTF-8.
    ///   - isMarked: Whether the first character of each string says what it stands for, see ``NumberMarks``.
    /// - Throws: ``JanssonFailure`` with offsets into `text`.
    init(jansson text: [UInt8], isMarked: Bool = false) throws(JanssonFailure) {
        var error = json_error_t()
        let flags = JSON_DECODE_ANY | JSON_ALLOW_NUL
        let tree = text.withUnsafeBytes { bytes in
            json_loadb(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, size_t(flags), &error)
        }
        guard let tree else { throw JanssonFailure(&error, in: text) }
        defer { json_decref(tree) }
        self = try JSON(tree: tree, isMarked: isMarked, depth: 0)
    }

    private init(
        tree: UnsafeMutablePointer<json_t>, isMarked: Bool, depth: Int
    ) throws(JanssonFailure) {
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
    ) throws(JanssonFailure) -> [JSON] {
        guard depth <= nestingLimit else { throw .tooDeep }
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
    ) throws(JanssonFailure) -> JSONObject {
        guard depth <= nestingLimit else { throw .tooDeep }
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

extension JanssonFailure {
    fileprivate init(_ error: inout json_error_t, in text: [UInt8]) {
        let problem = withUnsafeBytes(of: error.text) { message in
            String(decoding: message.prefix { $0 != 0 }, as: UTF8.self).escapingInvisibleCharacters
        }
        // The position is an int, which wraps beyond 2 GiB.
        let end = min(max(Int(error.position), 0), text.count)
        var last = max(end - 1, 0)
        while last > 0, text[last] & 0xC0 == 0x80 { last -= 1 }
        self =
            switch json_error_code(&error) {
            case json_error_stack_overflow: .tooDeep
            case json_error_numeric_overflow: .overflow(offset: last, problem: problem)
            // Here the position is that of the byte which could not be read.
            case json_error_premature_end_of_input, json_error_invalid_utf8:
                .syntax(offset: end, problem: problem)
            default: .syntax(offset: last, problem: problem)
            }
    }
}
