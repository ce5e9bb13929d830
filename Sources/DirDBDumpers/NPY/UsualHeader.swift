import Glibc

/// A header of plain numbers as `numpy.save` writes it, byte by byte.
///
///     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
///
/// Looking at a small array would take twice as long with the parser of Python literals, which reads all other headers.
struct UsualHeader {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    /// What the header says; nil when it is written in any other way.
    mutating func parse() -> (dtype: DType, descr: Range<Int>, isFortranOrder: Bool, shape: [Int])? {
        guard skip("{'descr': '"), let end = rest.firstIndex(of: UInt8(ascii: "'")) else { return nil }
        let typeString = rest[rest.startIndex..<end]
        guard typeString.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }),
            let dtype = DType(typeString: String(decoding: typeString, as: UTF8.self))
        else { return nil }
        rest = rest[end...]
        guard skip("', 'fortran_order': ") else { return nil }
        let isFortranOrder = skip("True")
        guard isFortranOrder || skip("False"), skip(", 'shape': ("), let shape = parseLengths(), skip("), }")
        else {
            return nil
        }
        let hasPaddingOnly =
            rest.last == UInt8(ascii: "\n") && rest.dropLast().allSatisfy { $0 == UInt8(ascii: " ") }
        let descr = typeString.startIndex - 1..<typeString.endIndex + 1
        return hasPaddingOnly ? (dtype, descr, isFortranOrder, shape) : nil
    }

    /// `3, 4` and so on, `3,` for one length, nothing for none.
    private mutating func parseLengths() -> [Int]? {
        var lengths: [Int] = []
        while let length = parseNumber() {
            lengths.append(length)
            guard skip(",") else { return lengths.count > 1 ? lengths : nil }
            guard skip(" ") else { return lengths.count == 1 ? lengths : nil }
        }
        return lengths.isEmpty ? lengths : nil
    }

    private mutating func parseNumber() -> Int? {
        // 18 digits cannot overflow.
        let digits = rest.prefix(19).prefix { (48...57).contains($0) }
        guard (1...18).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            return nil
        }
        rest = rest[digits.endIndex...]
        return digits.reduce(0) { 10 * $0 + Int($1 - 48) }
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard rest.count >= length,
            rest.withUnsafeBytes({ $0.baseAddress.map { memcmp($0, text.utf8Start, length) } }) == 0
        else { return false }
        rest = rest.dropFirst(length)
        return true
    }
}
