import DirDB
import Glibc

/// The lines of a text file, many at a time, in a buffer that does not grow with the file.
struct LineChunks: ~Copyable {
    // A point of 40 million traces; what is longer, such as a file with a hole, must not take all memory.
    private static let longestLine = 1 << 30

    private let file: DataFile
    private var buffer: UnsafeMutableRawBufferPointer
    /// Where the line that is begun at the end of the buffer starts, and how much of the buffer is filled.
    private var (rest, filled) = (0, 0)
    private var offset: Int64

    /// The lines from a byte of the file on.
    init(_ file: consuming DataFile, from offset: Int) {
        // One byte more than a small file has, so that its end is seen at the first read; of a large one as much as
        // stays in the processor's cache until it is parsed.
        let size = Int(min(1 << 18, max(0, file.size) + 1))
        self.file = file
        self.offset = Int64(offset)
        buffer = .allocate(byteCount: size, alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    /// The next whole lines, the last of the file perhaps without its end; nil when there are none.
    ///
    /// The bytes are valid up to the next call.
    mutating func next() throws(DirDBError) -> UnsafeBufferPointer<UInt8>? {
        while true {
            moveRest()
            let free = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = try file.read(at: offset, into: free)
            offset += Int64(count)
            let searched = filled
            filled += count
            if count < free.count {
                rest = filled
                return filled == 0 ? nil : bytes(0..<filled)
            }
            if let end = memrchr(UInt8(ascii: "\n"), in: searched..<filled) {
                rest = end + 1
                return bytes(0..<rest)
            }
            try grow()
        }
    }

    private mutating func moveRest() {
        filled -= rest
        if filled > 0, let base = buffer.baseAddress { memmove(base, base + rest, filled) }
        rest = 0
    }

    /// Makes room for a line that is longer than the buffer.
    private mutating func grow() throws(DirDBError) {
        guard buffer.count < Self.longestLine else {
            throw .damagedData(file.path, "it has a line of more than \(Self.longestLine) bytes")
        }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * buffer.count, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
        buffer.deallocate()
        buffer = larger
    }

    private func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[range]).bindMemory(to: UInt8.self)
    }

    private func memrchr(_ byte: UInt8, in range: Range<Int>) -> Int? {
        var place = range.upperBound
        while place > range.lowerBound {
            place -= 1
            if buffer[place] == byte { return place }
        }
        return nil
    }
}

extension UnsafePointer<UInt8> {
    /// Behind the next line feed, or the end.
    func behindLine(_ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        guard let found = memchr(self, Int32(UInt8(ascii: "\n")), end - self) else { return end }
        return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
    }
}
