import DirDB

/// Values from the whole text of a field.
enum CSVScalar {
    typealias Text = UnsafeBufferPointer<UInt8>

    static func int64(_ text: Text) -> Int64? {
        withTrimmed(text) { start, end in
            guard let (value, next) = DecimalParser.int64(start, end), next == end else { return nil }
            return value
        }
    }

    static func double(_ text: Text) -> Double? {
        withTrimmed(text) { start, end in
            guard let (value, next) = DecimalParser.double(start, end), next == end else {
                return special(start, end)
            }
            return value
        }
    }

    /// The nearest `Float`, rounded once.
    static func float(_ text: Text) -> Float? {
        guard let value = double(text) else { return nil }
        // Where rounding to Double may have ended halfway between two Floats, rounding again could go astray.
        let isHalfway = value.bitPattern & 0x1FFF_FFFF == 0x1000_0000
        let isSubnormal = value.magnitude < Double(Float.leastNormalMagnitude)
        guard value.isFinite, isHalfway || isSubnormal else { return Float(value) }
        return withTrimmed(text) { start, end in
            Float(String(decoding: Text(start: start, count: end - start), as: UTF8.self))
        } ?? Float(value)
    }

    static func bool(_ text: Text) -> Bool? {
        withTrimmed(text) { start, end in
            let word = Text(start: start, count: end - start)
            for name in ["true", "True", "TRUE"] where word.elementsEqual(name.utf8) { return true }
            for name in ["false", "False", "FALSE"] where word.elementsEqual(name.utf8) { return false }
            return nil
        }
    }

    /// NaN and the infinities.
    private static func special(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double? {
        guard start < end else { return nil }
        let isNegative = start.pointee == UInt8(ascii: "-")
        let first = isNegative || start.pointee == UInt8(ascii: "+") ? start + 1 : start
        let word = Text(start: first, count: end - first)
        func matches(_ name: String) -> Bool {
            word.count == name.utf8.count && zip(word, name.utf8).allSatisfy { $0 | 0x20 == $1 }
        }
        let value: Double
        if matches("nan") {
            value = .nan
        } else if matches("inf") || matches("infinity") {
            value = .infinity
        } else {
            return nil
        }
        return isNegative ? -value : value
    }

    /// Gives the text without spaces and tabs around it.
    private static func withTrimmed<Value>(
        _ text: Text, _ body: (UnsafePointer<UInt8>, UnsafePointer<UInt8>) -> Value?
    ) -> Value? {
        guard var start = text.baseAddress else { return nil }
        var end = start + text.count
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        while start < end, isSpace(start.pointee) { start += 1 }
        while start < end, isSpace((end - 1).pointee) { end -= 1 }
        return body(start, end)
    }
}
