import DirDB
import DirDBDumpers

extension ParameterParser {
    /// An integer where there are digits only, a real where there is a point or an exponent.
    mutating func parseNumber() throws(ParameterFailure) -> JSON {
        let start = position
        let isSigned = skip(UInt8(ascii: "-")) || skip(UInt8(ascii: "+"))
        if isSigned, let byte = peek, Self.isLetter(byte) { return try parseInfinity(start) }
        let wholeDigits = skipDigits()
        var isReal = skip(UInt8(ascii: "."))
        let digits = wholeDigits + (isReal ? skipDigits() : 0)
        guard digits > 0 else { throw expected("a digit") }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isReal = true
            if !skip(UInt8(ascii: "-")) { _ = skip(UInt8(ascii: "+")) }
            guard skipDigits() > 0 else { throw expected("a digit of the exponent") }
        }
        if let byte = peek, Self.isLetter(byte) || byte == UInt8(ascii: ".") {
            throw expected("the end of the number")
        }
        return isReal ? try real(start) : try integer(start, wholeDigits)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func parseInfinity(_ start: Int) throws(ParameterFailure) -> JSON {
        let words = position
        while let byte = peek, Self.isLetter(byte) { position += 1 }
        let word = String(decoding: bytes[words..<position], as: UTF8.self)
        guard word == "Infinity" || word == "inf" else {
            position = words
            throw expected("a digit")
        }
        return .real(bytes[start] == UInt8(ascii: "-") ? -.infinity : .infinity)
    }

    private func integer(_ start: Int, _ digits: Int) throws(ParameterFailure) -> JSON {
        let first = position - digits
        // Python 3 refuses 010, which Python 2 took for 8.
        if digits > 1 && bytes[first] == UInt8(ascii: "0") {
            throw ParameterFailure(offset: start, cause: "an integer begins with 0")
        }
        guard let value = Int64(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw ParameterFailure(
                offset: start, cause: "an integer is beyond 64 bits, from -2^63 to 2^63 - 1")
        }
        return .integer(value)
    }

    private func real(_ start: Int) throws(ParameterFailure) -> JSON {
        let range = start..<position
        let value = bytes.withUnsafeBufferPointer { buffer -> Double? in
            guard let base = buffer.baseAddress else { return nil }
            return DecimalParser.double(base + range.lowerBound, base + range.upperBound)?.value
        }
        guard let value, value.isFinite else {
            throw ParameterFailure(offset: start, cause: "a real is beyond 1.8e308")
        }
        return .real(value)
    }
}
