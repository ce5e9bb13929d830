import DirDB
import DirDBDumpers
import Glibc

/// The lines of a file of activations that begin in a range of its bytes: all of them, unless the file is very large.
struct ActivationPart: Sendable {
    /// The index of the file.
    let file: Int
    /// Where the lines begin.
    let range: Range<Int64>
    /// The size of the whole file.
    let fileSize: Int64

    /// So many bytes are read at once, unless a line is longer.
    static let size: Int64 = 8 << 20

    /// The parts of all files, in order.
    /// - Throws: `.damagedData` when a file is empty; `.notFound` when it is not there any more.
    static func all(
        _ files: [ActivationFile], of tree: SimrunTree, size: Int64 = size
    ) throws(DirDBError) -> [ActivationPart] {
        var parts: [ActivationPart] = []
        var folder = RawFolder()
        for (index, file) in files.enumerated() {
            let fileSize = try folder.status(file.path, of: tree).size
            if fileSize == 0 {
                throw .malformed(
                    tree.path(of: file.path), line: 1, expected: "a header; the file is empty")
            }
            for start in stride(from: 0, to: fileSize, by: Int(size)) {
                let range = start..<min(start + size, fileSize)
                parts.append(ActivationPart(file: index, range: range, fileSize: fileSize))
            }
        }
        return parts
    }
}

// MARK: Reading

extension ActivationPart {
    /// Where lines are that were read.
    struct Lines {
        /// Where they lie in the memory.
        let range: Range<Int>
        /// Where the first one begins in the file.
        let offset: Int64
        /// Whether the file ends with them, but not with a line feed.
        let endsWithinLine: Bool
    }

    /// Reads the lines, without the header and without blank lines at the end of the file.
    ///
    /// - Parameters:
    ///   - data: The file.
    ///   - memory: Where the bytes go.
    /// - Returns: Where the lines are.
    /// - Throws: `.invalidArgument` when the file has another size now.
    func read(
        _ data: borrowing DataFile, into memory: inout Block<UInt8>
    ) throws(DirDBError) -> Lines {
        // The byte before the range tells whether a line begins with its first byte.
        let first = max(0, range.lowerBound - 1)
        let upper = Int(range.upperBound - first)
        // The last line may go on behind the range.
        var room: Int64 = 1 << 16
        while true {
            let length = Int(min(range.upperBound + room, fileSize) - first)
            memory.require(length)
            let bytes = UnsafeMutableRawBufferPointer(start: memory.start, count: length)
            guard data.size == fileSize, try data.read(at: first, into: bytes) == length else {
                throw .changed(data.path)
            }
            let isAll = first + Int64(length) == fileSize
            if let end = Self.behindLineFeed(memory.start, upper - 1..<length) ?? (isAll ? length : nil) {
                return lines(memory.prefix(end), from: first, upper: upper)
            }
            room *= 16
        }
    }

    /// The lines that begin behind the first line feed, up to the end of the bytes.
    private func lines(_ bytes: UnsafeBufferPointer<UInt8>, from first: Int64, upper: Int) -> Lines {
        let isEnd = first + Int64(bytes.count) == fileSize
        let isUnended = isEnd && bytes.last != UInt8(ascii: "\n")
        // A line that begins at the end of the range belongs to the next part.
        guard let base = bytes.baseAddress, let start = Self.behindLineFeed(base, 0..<upper - 1) else {
            return Lines(
                range: 0..<0, offset: first, endsWithinLine: isUnended && range.lowerBound == 0)
        }
        var end = bytes.count
        while isEnd && end > start {
            var place = end - (bytes[end - 1] == UInt8(ascii: "\n") ? 1 : 0)
            if place > start && bytes[place - 1] == UInt8(ascii: "\r") { place -= 1 }
            guard place < end, place == start || bytes[place - 1] == UInt8(ascii: "\n") else { break }
            end = place
        }
        return Lines(range: start..<end, offset: first + Int64(start), endsWithinLine: isUnended)
    }

    private static func behindLineFeed(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
        guard let found = memchr(bytes + range.lowerBound, Int32(UInt8(ascii: "\n")), range.count) else {
            return nil
        }
        return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - bytes + 1
    }

    /// The number of the line, from 1, that begins at an offset of a file.
    static func lineNumber(
        at offset: Int64, of data: borrowing DataFile, _ memory: inout Block<UInt8>
    ) throws(DirDBError) -> Int {
        var (number, done): (Int, Int64) = (1, 0)
        while done < offset {
            let length = Int(min(offset - done, size))
            memory.require(length)
            let bytes = UnsafeMutableRawBufferPointer(start: memory.start, count: length)
            let count = try data.read(at: done, into: bytes)
            if count == 0 { throw .changed(data.path) }
            number += bytes[..<count].count { $0 == UInt8(ascii: "\n") }
            done += Int64(count)
        }
        return number
    }
}
