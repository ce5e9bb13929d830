extension String {
    /// The text with everything made visible that could command a terminal or turn the direction of writing.
    ///
    /// The escapes are those of JSON, in whose texts such characters occur within strings only; so JSON stays the
    /// same value.
    package func escapingControls(keepingLines: Bool = false) -> String {
        // Nearly all text is plain.
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isHazard && !(keepingLines && scalar == "\n") {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The number of columns that the text takes in a terminal.
    package var columns: Int {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return utf8.count }
        return reduce(0) { $0 + $1.columns }
    }

    /// The text cut to a number of columns, with an ellipsis where something is missing.
    package func fitted(to width: Int) -> String {
        guard columns > width else { return self }
        var result = ""
        var used = 0
        for character in self {
            guard used + character.columns < width else { break }
            result.append(character)
            used += character.columns
        }
        return width > 0 ? result + "…" : ""
    }
}

extension Character {
    fileprivate var columns: Int {
        guard let first = unicodeScalars.first else { return 0 }
        return first.isWide ? 2 : 1
    }
}

extension Unicode.Scalar {
    /// Control characters, and those which turn the direction of writing (Unicode Standard Annex 9, 2).
    fileprivate var isHazard: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The blocks that are wide throughout (Unicode Standard Annex 11).
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
