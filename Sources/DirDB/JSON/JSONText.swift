/// A place in a text for people: both numbers count from 1, the column in code points.
struct JSONPlace: Equatable {
    let line: Int
    let column: Int

    /// The place of the character which begins at an offset.
    init(of offset: Int, in text: [UInt8]) {
        let before = text[..<offset]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        // A code point begins at every byte that is no continuation byte.
        column = 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 }
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

/// The offset of the first bracket that opens one level more than the limit.
func offsetOfExcessNesting(in text: [UInt8]) -> Int {
    var depth = 0
    for offset in JSONOffsetsOutsideStrings(text) {
        switch text[offset] {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            depth += 1
            if depth > JSON.nestingLimit { return offset }
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            depth -= 1
        default:
            break
        }
    }
    return text.count
}
