/// Strings in a row, as valid UTF-8 in one buffer.
public struct StringDictionary: Sendable, Equatable {
    /// The bytes of all strings.
    package let bytes: [UInt8]
    /// Where each string ends in ``bytes``; it begins where the one before it ends.
    package let ends: [Int]

    // The bytes between any two ends are valid UTF-8.
    init(unchecked bytes: [UInt8], ends: [Int]) {
        self.bytes = bytes
        self.ends = ends
    }

    /// Takes strings over from untrusted bytes; they need not be distinct.
    ///
    /// Nil when an end is out of order or beyond the bytes, bytes are left over, or a string is not UTF-8.
    /// - Parameters:
    ///   - bytes: The bytes of all strings.
    ///   - ends: Where each ends.
    package init?(validating bytes: [UInt8], ends: [Int]) {
        guard ends.last ?? 0 == bytes.count, (try? UTF8Span(validating: bytes.span)) != nil else {
            return nil
        }
        var start = 0
        for end in ends {
            // Where the whole is valid, a part is if it begins with no continuation byte.
            guard end >= start, end <= bytes.count, end == bytes.count || bytes[end] & 0xC0 != 0x80 else {
                return nil
            }
            start = end
        }
        self.init(unchecked: bytes, ends: ends)
    }

    /// The number of strings.
    public var count: Int { ends.count }

    /// A string by its code; a code that does not exist is a programming error.
    public subscript(code: Int) -> String {
        withBytes(code) { String(decoding: $0, as: UTF8.self) }
    }

    /// Gives scoped access to the UTF-8 bytes of a string, without making a `String`.
    /// - Throws: What `body` throws.
    public func withBytes<Result, Failure: Error>(
        _ code: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = range(code)
        return try bytes.withUnsafeBufferPointer { (all) throws(Failure) in
            try body(UnsafeBufferPointer(rebasing: all[range]))
        }
    }

    /// Where the bytes of a string lie.
    package func range(_ code: Int) -> Range<Int> {
        (code == 0 ? 0 : ends[code - 1])..<ends[code]
    }

    func hasSameBytes(_ code: Int, as theirs: Int, in other: StringDictionary) -> Bool {
        bytes[range(code)].elementsEqual(other.bytes[other.range(theirs)])
    }
}
