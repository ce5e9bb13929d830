/// The bare tokens NaN, Infinity and -Infinity of a text, and the text with strings in their places.
///
/// Each token becomes a string of a random number, the nonce, and one more letter. The nonce is drawn again
/// while it occurs in the text, literally or with escapes; hence a string of the parsed text that equals
/// one of ``reals`` stood for a token, and nobody can write a text that says otherwise. A token before a
/// colon is left alone: it is in the place of a key, and the parser refuses it there.
struct JSONNaNTokens {
    /// The text with strings in the places of the tokens.
    private(set) var replacedText: [UInt8] = []
    /// The values for which the strings stand.
    let reals: [String: Double]

    private var replacements: [(original: Range<Int>, offset: Int)] = []
    private let nonce: String

    private static let tokens: [(token: String, letter: String, value: Double)] = [
        ("NaN", "a", .nan), ("Infinity", "b", .infinity), ("-Infinity", "c", -.infinity),
    ]
    /// Two quotes, 16 hexadecimal digits of the nonce, and the letter; jansson quotes up to 20 bytes in
    /// errors.
    private static let replacementCount = 19

    /// Replaces the tokens; nil if there are none.
    init?(in text: [UInt8], using random: inout some RandomNumberGenerator) {
        let found = JSONNaNTokens.find(in: text)
        guard !found.isEmpty else { return nil }
        var nonce = JSONNaNTokens.draw(using: &random)
        while text.hasString(containing: nonce) { nonce = JSONNaNTokens.draw(using: &random) }
        self.nonce = nonce
        reals = Dictionary(uniqueKeysWithValues: JSONNaNTokens.tokens.map { (nonce + $0.letter, $0.value) })

        replacedText.reserveCapacity(text.count + found.count * JSONNaNTokens.replacementCount)
        var copied = 0
        for (range, letter) in found {
            replacedText += text[copied..<range.lowerBound]
            replacements.append((range, replacedText.count))
            replacedText += "\"\(nonce)\(letter)\"".utf8
            copied = range.upperBound
        }
        replacedText += text[copied...]
    }

    /// A failure to parse the replaced text, told in terms of the original.
    func inOriginal(_ failure: JanssonFailure) -> JanssonFailure {
        switch failure {
        case .syntax(let offset, let problem):
            .syntax(offset: originalOffset(offset), problem: original(problem))
        case .integerOverflow(let offset, let problem):
            .integerOverflow(offset: originalOffset(offset), problem: problem)
        case .realOverflow(let offset, let problem):
            .realOverflow(offset: originalOffset(offset), problem: problem)
        case .tooDeep: .tooDeep
        }
    }

    private func originalOffset(_ offset: Int) -> Int {
        guard let last = replacements.last(where: { $0.offset <= offset }) else { return offset }
        let distance = offset - last.offset
        return distance < JSONNaNTokens.replacementCount
            ? last.original.lowerBound + min(distance, last.original.count - 1)
            : last.original.upperBound + distance - JSONNaNTokens.replacementCount
    }

    private func original(_ problem: String) -> String {
        for (token, letter, _) in JSONNaNTokens.tokens {
            let quoted = "'\"\(nonce)\(letter)\"'"
            if problem.hasSuffix(quoted) { return problem.dropLast(quoted.count) + "'\(token)'" }
        }
        return problem
    }

    /// Sixteen hexadecimal digits, which is to say that the first is not 0.
    private static func draw(using random: inout some RandomNumberGenerator) -> String {
        String(UInt64.random(in: (1 << 60)...UInt64.max, using: &random), radix: 16)
    }

    private static func find(in text: [UInt8]) -> [(range: Range<Int>, letter: String)] {
        var found: [(range: Range<Int>, letter: String)] = []
        var start: Int?
        func endToken(at end: Int) {
            guard let begin = start else { return }
            start = nil
            let bytes = text[begin..<end]
            guard let match = tokens.first(where: { bytes.elementsEqual($0.token.utf8) }) else { return }
            guard text[end...].first(where: { !whiteSpace.contains($0) }) != UInt8(ascii: ":") else { return }
            found.append((begin..<end, match.letter))
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

    private static let whiteSpace = Array(" \t\r\n".utf8)
    private static let delimiters = whiteSpace + Array("[]{},:\"".utf8)
}

extension [UInt8] {
    /// Whether a string in this JSON text may hold some letters and digits, each literally or as `\u00XX`.
    fileprivate func hasString(containing nonce: String) -> Bool {
        let wanted = Array(nonce.utf8)
        return indices.contains { start in
            var offset = start
            for byte in wanted {
                guard offset < count else { return false }
                if self[offset] == byte {
                    offset += 1
                } else if escapedByte(at: offset) == byte {
                    offset += 6
                } else {
                    return false
                }
            }
            return true
        }
    }

    private func escapedByte(at offset: Int) -> UInt8? {
        guard offset + 6 <= count, self[offset] == UInt8(ascii: "\\"), self[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt8(String(decoding: self[(offset + 2)..<(offset + 6)], as: UTF8.self), radix: 16)
    }
}
