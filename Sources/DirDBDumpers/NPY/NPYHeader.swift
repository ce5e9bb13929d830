import DirDB

/// What the header of an npy file says, checked: no number in it can overflow.
///
/// The format is that of NEP 1 and `numpy.lib.format`: the bytes `\x93NUMPY`, major and minor version, the length
/// of the header (2 bytes in version 1.0, 4 later, little-endian), and the header, a Python dictionary padded
/// with spaces and a line feed so that the data starts at a multiple of 64.
struct NPYHeader: Sendable {
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    let dtype: DType
    /// Where the dtype is written in the file, as a Python literal.
    let descr: Range<Int>
    /// Whether it is written in UTF-8, as in version 3.0, and not in Latin-1.
    let isUTF8: Bool
    let isFortranOrder: Bool
    let shape: [Int]
    /// The number of elements.
    let count: Int
    /// The size of the data; nil for pickled objects.
    let byteCount: Int?
    /// Where the data starts in the file.
    let dataOffset: Int

    /// Where the data ends in the file; nil for pickled objects.
    var end: Int64? { byteCount.map { Int64(dataOffset) + Int64($0) } }

    /// Whether the elements are in C order, because the file says so or there is no difference.
    var isCOrder: Bool { !isFortranOrder || shape.count { $0 > 1 } < 2 }

    var info: FormatInfo {
        FormatInfo(
            dtype: dtype.name, shape: shape, rows: shape.first, columns: shape.count > 1 ? shape[1] : nil)
    }
}

// MARK: Writing

extension NPYHeader {
    // numpy leaves room to rewrite the first length in place: 21 digits, the length of 8 * 2^64 - 1.
    private static let growthDigits = 21
    private static let alignment = 64

    /// The bytes that `numpy.save` writes before the data of a C-ordered array.
    static func bytes<Element: NumpyElement>(of type: Element.Type, shape: [Int]) -> [UInt8] {
        bytes(descr: Array("'\(Element.numpyTypeString)'".utf8), shape: shape)
    }

    /// The bytes that `numpy.save` writes before the data of an array whose dtype is `descr`, a Python literal: in UTF-8,
    /// for which version 3.0 is written, or in Latin-1.
    static func bytes(
        descr: [UInt8], isUTF8: Bool = false, isFortranOrder: Bool = false, shape: [Int]
    ) -> [UInt8] {
        let growing = isFortranOrder ? shape.last : shape.first
        let growth = growing.map { max(0, growthDigits - String($0).utf8.count) } ?? 0
        var text = Array("{'descr': ".utf8) + descr
        text += ", 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': \(shape.tupleText), }".utf8
        text += repeatElement(UInt8(ascii: " "), count: growth)
        let isShort = !isUTF8 && padded(text.count, prefix: 10) <= UInt16.max
        let length = padded(text.count, prefix: isShort ? 10 : 12)
        var bytes = magic + [isUTF8 ? 3 : isShort ? 1 : 2, 0]
        for shift in 0..<(isShort ? 2 : 4) { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
        bytes += text
        bytes += repeatElement(UInt8(ascii: " "), count: length - text.count - 1)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// The length of the header with padding, when `prefix` bytes stand before it; at least one space is added.
    private static func padded(_ count: Int, prefix: Int) -> Int {
        let length = count + 1
        return length + alignment - (prefix + length) % alignment
    }
}
