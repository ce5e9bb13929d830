extension JSON {
    /// The value as JSON text on one line, in the style of Python's json: `{"a": 1, "b": [1, 2.5]}`.
    ///
    /// Keys stay in order, reals have the fewest digits that read back as the same value, and a real is
    /// never written as an integer. Strings are UTF-8 with nothing escaped but what must be.
    ///
    /// - Parameter isStrict: Whether NaN, Infinity and -Infinity are refused. They are written as bare tokens, as
    ///   Python's json does; software that follows the standard to the letter does not read them.
    /// - Returns: The text, without a line end.
    /// - Throws: ``DirDBError`` with the code `invalidJSON` and the key path if the value holds a NaN or an
    ///   infinity that is refused, a key with a NUL character, or over 500 levels of nesting.
    /// - Complexity: O(*n*) in the length of the text.
    public func serialized(isStrict: Bool = false) throws(DirDBError) -> String {
        String(decoding: try serializedBytes(isStrict: isStrict), as: UTF8.self)
    }

    /// The value as JSON text in UTF-8, as ``serialized(isStrict:)`` gives it.
    package func serializedBytes(isStrict: Bool = false) throws(DirDBError) -> [UInt8] {
        var writer = JSONWriter(isStrict: isStrict)
        do { try writer.write(self, depth: 0) } catch { throw error.error }
        return writer.bytes
    }
}

/// Appends JSON text to a buffer.
private struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    let isStrict: Bool

    init(isStrict: Bool) {
        self.isStrict = isStrict
    }

    mutating func write(_ value: JSON, depth: Int) throws(JSONWriteFailure) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += value.description.utf8
        case .largeInteger(let value): bytes += value.text.utf8
        case .real(let value): try write(value)
        case .string(let value): write(value)
        case .array(let elements): try write(elements, depth: depth + 1)
        case .object(let object): try write(object, depth: depth + 1)
        }
    }

    private mutating func write(_ value: Double) throws(JSONWriteFailure) {
        if value.isFinite {
            bytes += value.description.utf8
            return
        }
        let token = value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
        if isStrict {
            throw JSONWriteFailure(
                cause: "\(token) is not a number of the JSON standard",
                remedy: "store null or a string, or do not ask for strict JSON")
        }
        bytes += token.utf8
    }

    private mutating func write(_ elements: [JSON], depth: Int) throws(JSONWriteFailure) {
        guard depth <= JSON.nestingLimit else { throw .tooDeep }
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes += ", ".utf8 }
            do { try write(element, depth: depth) } catch { throw error.within("[\(index)]") }
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject, depth: Int) throws(JSONWriteFailure) {
        guard depth <= JSON.nestingLimit else { throw .tooDeep }
        bytes.append(UInt8(ascii: "{"))
        for (index, (key, value)) in object.enumerated() {
            if index > 0 { bytes += ", ".utf8 }
            do throws(JSONWriteFailure) {
                // jansson, and so the parser here, would refuse the text.
                if key.utf8.contains(0) {
                    throw JSONWriteFailure(cause: "the key holds a NUL character", remedy: "rename the key")
                }
                write(key)
                bytes += ": ".utf8
                try write(value, depth: depth)
            } catch {
                throw error.within(".\(key)")
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ string: String) {
        var string = string
        bytes.append(UInt8(ascii: "\""))
        string.withUTF8 { text in
            var copied = 0
            for (offset, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                bytes += text[copied..<offset]
                writeEscape(of: byte)
                copied = offset + 1
            }
            bytes += text[copied...]
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(of byte: UInt8) {
        switch byte {
        case 0x08: bytes += "\\b".utf8
        case 0x09: bytes += "\\t".utf8
        case 0x0A: bytes += "\\n".utf8
        case 0x0C: bytes += "\\f".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0x22, 0x5C: bytes += [UInt8(ascii: "\\"), byte]
        default: bytes += "\\u00\(byte.hexadecimal)".utf8
        }
    }
}

/// Why a value cannot be written, and where; the key path grows as the recursion ends.
private struct JSONWriteFailure: Error {
    let cause: String
    let remedy: String
    var keyPath = ""

    static let tooDeep = JSONWriteFailure(
        cause: "the nesting is deeper than \(JSON.nestingLimit) levels", remedy: "flatten the value")

    func within(_ step: String) -> JSONWriteFailure {
        JSONWriteFailure(cause: cause, remedy: remedy, keyPath: step + keyPath)
    }

    var error: DirDBError {
        // Only a key at the beginning has a dot too many; what is nested too deeply has a path without end.
        let path = keyPath.hasPrefix(".") ? keyPath.dropFirst() : keyPath[...]
        let subject = path.count > 200 ? "\(path.prefix(60))…" : String(path)
        return DirDBError(
            .invalidJSON, path: "",
            subject: path.isEmpty ? "the value" : subject.escapingInvisibleCharacters, cause, remedy: remedy)
    }
}
