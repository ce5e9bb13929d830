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
