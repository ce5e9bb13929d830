import DirDB

/// Lines of one file: what one read takes into memory.
struct ActivationPiece: Sendable {
    /// The index of the file.
    let file: Int
    /// Where the lines lie in the file.
    let range: Range<Int64>
    /// The number of the first line, from 1.
    let firstLine: Int
    /// The number of lines.
    let rowCount: Int
    /// The number of times in all of them.
    let timeCount: Int
}

/// The first pass over files of activations: how many rows they have, and how many times the longest row has.
struct ActivationSurvey: Sendable {
    /// The lines of all files, in order; none of files without lines.
    private(set) var pieces: [ActivationPiece] = []
    /// The most times of any row.
    private(set) var widest = 0
    /// The indices of files whose last line has no end.
    private(set) var unended: [Int] = []

    /// So many bytes are read at once, unless a line is longer.
    static let pieceSize = 8 << 20

    /// Looks through all files, on all processors.
    /// - Throws: `.damagedData` when one is empty; ``DirDBError`` when one cannot be read.
    init(_ files: [ActivationFile], of tree: SimrunTree) throws {
        try OrderedWork.run(count: files.count) {
            Block<UInt8>()
        } _: { (text: inout Block<UInt8>, index) in
            try Self(index, files[index].path, of: tree, &text)
        } consume: { _, survey in
            pieces += survey.pieces
            widest = max(widest, survey.widest)
            unended += survey.unended
        }
    }

    private init(
        _ index: Int, _ relativePath: String, of tree: SimrunTree, _ text: inout Block<UInt8>
    ) throws(DirDBError) {
        let file = try RawFile.open(relativePath, of: tree)
        let size = file.size
        var length = Int(min(size, Int64(Self.pieceSize)))
        var (offset, line): (Int64, Int) = (0, 1)
        while offset < size || line == 1 {
            text.require(length)
            let buffer = UnsafeMutableRawBufferPointer(start: text.start, count: length)
            let count = try file.read(at: offset, into: buffer)
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let isLast = offset + Int64(count) >= size
            if count == 0 && line == 1 {
                throw .malformed(
                    file.path, line: 1, expected: "a header; the file is empty")
            }
            if count == 0 { break }
            guard let taken = isLast ? count : Self.lengthOfLines(bytes) else {
                length = Int(min(size, Int64(length) * 2))
                continue
            }
            let header = line == 1 ? Self.lengthOfFirstLine(bytes) ?? taken : 0
            if line == 1 { line = 2 }
            let counts = Self.count(UnsafeRawBufferPointer(rebasing: bytes[header..<taken]))
            if counts.rows > 0 {
                pieces.append(
                    ActivationPiece(
                        file: index, range: offset + Int64(header)..<offset + Int64(taken), firstLine: line,
                        rowCount: counts.rows, timeCount: counts.times))
            }
            widest = max(widest, counts.widest)
            line += counts.rows
            offset += Int64(taken)
            if isLast && bytes.last != UInt8(ascii: "\n") { unended.append(index) }
        }
    }

    private static func lengthOfFirstLine(_ bytes: UnsafeRawBufferPointer) -> Int? {
        bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    }

    private static func lengthOfLines(_ bytes: UnsafeRawBufferPointer) -> Int? {
        bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    }
}

// MARK: Counting

extension ActivationSurvey {
    /// What lines hold.
    struct Counts: Equatable {
        var rows = 0
        /// Commas behind the last tab of a line.
        var times = 0
        var widest = 0
        private var inLine = 0

        @inline(__always)
        mutating func take(_ byte: UInt8) {
            let isEnd = byte == UInt8(ascii: "\n")
            if isEnd {
                rows &+= 1
                times &+= inLine
                widest = max(widest, inLine)
            }
            // A text with a comma is before a tab.
            inLine =
                byte == UInt8(ascii: ",") ? inLine &+ 1 : isEnd || byte == UInt8(ascii: "\t") ? 0 : inLine
        }

        mutating func end() { take(UInt8(ascii: "\n")) }
    }

    /// Counts rows and times; a last line without end is a row too.
    static func count(_ bytes: UnsafeRawBufferPointer) -> Counts {
        var counts = Counts()
        guard let start = bytes.baseAddress, let last = bytes.last else { return counts }
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            let word = UInt64(
                littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            // The high bit of each byte that is below "-", and so neither digit, point nor letter.
            let others = (word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x5353_5353_5353_5353
            var marks = ~(others | word) & 0x8080_8080_8080_8080
            while marks != 0 {
                let shift = UInt64(truncatingIfNeeded: marks.trailingZeroBitCount & ~7)
                counts.take(UInt8(truncatingIfNeeded: word &>> shift))
                marks &= marks &- 1
            }
        }
        for offset in whole..<bytes.count { counts.take(bytes[offset]) }
        if last != UInt8(ascii: "\n") { counts.end() }
        return counts
    }
}
