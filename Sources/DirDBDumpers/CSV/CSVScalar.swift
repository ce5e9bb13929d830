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

    /// What a text is if its type is not given.
    enum Number {
        case integer(Int64, isNegative: Bool)
        case large(UInt64)
        case real(Double)
    }

    /// The number that a text can be given back from; nil where there is none, by the rule of ``CSVDumper``.
    static func number(_ text: Text) -> Number? {
        withTrimmed(text) { start, end in
            guard start < end, !DecimalParser.hasLeadingZero(start, end) else { return nil }
            let isNegative = start.pointee == UInt8(ascii: "-")
            if let magnitude = DecimalParser.uint64(isNegative ? start + 1 : start, end) {
                if isNegative {
                    guard magnitude <= Int64.min.magnitude else { return nil }
                    return .integer(Int64(truncatingIfNeeded: 0 &- magnitude), isNegative: true)
                }
                return Int64(exactly: magnitude).map { .integer($0, isNegative: false) } ?? .large(magnitude)
            }
            if let (value, next) = DecimalParser.double(start, end) {
                // An integer that came so far has a plus, or is beyond all types of integers.
                let isReal =
                    next == end && !isDigits(start, end) && DecimalParser.isFaithful(start, end, value)
                return isReal ? .real(value) : nil
            }
            return special(start, end).map(Number.real)
        }
    }

    private static func isDigits(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        Text(start: start + 1, count: end - start - 1).allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
    }

    /// The nearest real to a text whose type was given; nil for an integer that does not equal it, or one too large.
    static func given<Real: BinaryFloatingPoint>(_ value: Real?, _ text: Text) -> Real? {
        guard let value else { return nil }
        let isInteger = text.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 || $0 <= UInt8(ascii: "-") }
        // From here on not every integer is a real.
        if isInteger && value.magnitude >= 2 / Real.ulpOfOne {
            return (uint64(text) ?? int64(text)?.magnitude).flatMap(Real.init(exactly:)) == value.magnitude
                ? value : nil
        }
        // A word of letters may mean infinity.
        return value.isInfinite && text.contains { $0 &- UInt8(ascii: "0") <= 9 } ? nil : value
    }

    static func uint64(_ text: Text) -> UInt64? {
        withTrimmed(text) { start, end in
            DecimalParser.uint64(start < end && start.pointee == UInt8(ascii: "+") ? start + 1 : start, end)
        }
    }

    /// An integer that is kept as a type says.
    static func typed(_ text: Text, _ type: ColumnType) -> Int64? {
        if let time = type.time { return time.value(text) }
        return int64(text).flatMap { type.range?.contains($0) == true ? $0 : nil }
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
