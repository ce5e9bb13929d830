extension PythonLiteralParser {
    /// An integer where there are digits only, a real where there is a point or an exponent.
    mutating func parseNumber() throws(LiteralFailure) -> PythonLiteral {
        let start = position
        let isSigned = skip(UInt8(ascii: "-")) || skip(UInt8(ascii: "+"))
        if isSigned, let byte = peek, Self.isLetter(byte) {
            return try parseInfinity(isNegative: bytes[start] == UInt8(ascii: "-"))
        }
        let wholeDigits = skipDigits()
        var isReal = skip(UInt8(ascii: "."))
        let digits = wholeDigits + (isReal ? skipDigits() : 0)
        guard digits > 0 else { throw expected("a digit") }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isReal = true
            if !skip(UInt8(ascii: "-")) { _ = skip(UInt8(ascii: "+")) }
            guard skipDigits() > 0 else { throw expected("a digit of the exponent") }
        }
        let end = position
        if !isReal, dialect != .parameters { _ = skip(UInt8(ascii: "L")) }
        if let byte = peek, Self.isLetter(byte) || byte == UInt8(ascii: ".") {
            throw expected("the end of the number")
        }
        return isReal ? try real(start..<end) : try integer(start..<end, wholeDigits)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func parseInfinity(isNegative: Bool) throws(LiteralFailure) -> PythonLiteral {
        let start = position
        let word = skipWord()
        guard dialect == .parameters, word == "Infinity" || word == "inf" else {
            position = start
            throw expected("a digit")
        }
        return .real(isNegative ? -.infinity : .infinity)
    }

    private func integer(_ range: Range<Int>, _ digits: Int) throws(LiteralFailure) -> PythonLiteral {
        let first = range.upperBound - digits
        // Python 3 refuses 010, which Python 2 took for 8.
        if digits > 1 && bytes[first] == UInt8(ascii: "0") {
            throw LiteralFailure(offset: range.lowerBound, cause: "an integer begins with 0")
        }
        guard let value = Int(String(decoding: bytes[range], as: UTF8.self)) else {
            throw LiteralFailure(
                offset: range.lowerBound, cause: "an integer is beyond 64 bits, from -2^63 to 2^63 - 1")
        }
        return .integer(value)
    }

    private func real(_ range: Range<Int>) throws(LiteralFailure) -> PythonLiteral {
        let value = bytes[range].withUnsafeBufferPointer { digits -> Double? in
            guard let first = digits.baseAddress else { return nil }
            return DecimalParser.double(first, first + digits.count)?.value
        }
        guard let value, value.isFinite else {
            throw LiteralFailure(offset: range.lowerBound, cause: "a real is beyond 1.8e308")
        }
        return .real(value)
    }
}
