/// The text of a time at the start of a line, with what separates it from the next number.
///
/// The files of an import nearly always have the same texts, which are compared faster than they are parsed.
struct TimeText: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// 0 for a text that is not kept, because it is longer than 16 bytes or not followed by another number.
    private let count: Int

    /// The text at the start of a line.
    init(_ line: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        var count = 0
        while count < min(end - line, 16) {
            let byte = line[count]
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
            if count < 8 {
                low |= UInt64(byte) << (8 * count)
            } else {
                high |= UInt64(byte) << (8 * count - 64)
            }
            count += 1
            if byte == UInt8(ascii: "\t") || byte == UInt8(ascii: " ") {
                // White space alone, at the start of the line, is no time.
                self.count = count > 1 ? count : 0
                return
            }
        }
        self.count = 0
    }

    /// The number of bytes at the start of another line that are this text; 0 when it has another.
    @inline(__always)
    func matched(_ line: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
        guard count > 0, end - line >= 16 else { return 0 }
        let start = UnsafeRawPointer(line)
        let lowChange = low ^ UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
        if count <= 8 { return lowChange &<< UInt64(64 &- 8 &* count) == 0 ? count : 0 }
        let highChange = high ^ UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return lowChange == 0 && highChange &<< UInt64(128 &- 8 &* count) == 0 ? count : 0
    }
}
