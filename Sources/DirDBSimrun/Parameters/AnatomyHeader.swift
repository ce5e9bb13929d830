import DirDB
import DirDBDumpers

/// Line 2 of a `.syn` or `.con` file, a comment that names the file which this one belongs to.
///
///     # Synapse distribution file                      # Anatomical connectivity realization file; …
///     # corresponding to cell: 86_C2_center            # 86_C2_center.syn
struct AnatomyHeader {
    /// The bytes of line 1 and of its end, with a line feed alone.
    let firstLine: [UInt8]
    /// Where line 3 begins.
    let end: Int64
    /// The base names that line 2 can be read as; none when it names nothing.
    let names: [String]

    /// The two lines must end within so many bytes.
    private static let longest = 1 << 16

    /// - Throws: `.damagedData` when there is no second line, or it is no comment and would be lost.
    init(_ file: borrowing ReferencedFile) throws(DirDBError) {
        let start = try file.start(Self.longest)
        let lineFeed = UInt8(ascii: "\n")
        guard let first = start.firstIndex(of: lineFeed), first + 1 < start.count else {
            throw .malformed(file.path, line: 2, expected: Self.expected)
        }
        let second = start[(first + 1)...].firstIndex(of: lineFeed)
        // Only in a short file line 2 may be the last one.
        guard second != nil || start.count < Self.longest, start[first + 1] == UInt8(ascii: "#") else {
            throw .malformed(file.path, line: 2, expected: Self.expected)
        }
        let secondEnd = second ?? start.count
        var firstEnd = first
        if first > 0 && start[first - 1] == UInt8(ascii: "\r") { firstEnd -= 1 }
        firstLine = start[..<firstEnd] + [lineFeed]
        end = Int64(min(secondEnd + 1, start.count))
        names = Self.names(String(decoding: start[(first + 1)..<secondEnd], as: UTF8.self))
    }

    private static let expected = "a comment that begins with # and names the file which this one belongs to"

    /// A name is all that follows a colon, or the last word: names may have spaces, and prose may lack the colon.
    private static func names(_ line: String) -> [String] {
        let words = line.drop { $0 == "#" }.split { $0.isWhitespace }
        guard let last = words.last else { return [] }
        let text = words.joined(separator: " ")
        let behindColon = text.split(separator: ": ", omittingEmptySubsequences: true).last ?? last
        let candidates = [String(behindColon), String(last)]
        return candidates.map { $0.splitAtLastSlash().name }.filter { !$0.isEmpty }
    }

    /// The names with an extension, which some files leave out.
    func names(withExtension fileExtension: String) -> [String] {
        names.map { $0.hasSuffix(".\(fileExtension)") ? $0 : "\($0).\(fileExtension)" }
    }
}

// MARK: Writing

extension AnatomyHeader {
    /// Writes the file with another line 2 and an empty line behind it; CRLF becomes LF.
    static func write(
        _ file: borrowing ReferencedFile, line: String, to sink: inout DataSink
    ) throws(DirDBError) {
        let header = try AnatomyHeader(file)
        try sink.write(header.firstLine + Array("\(line)\n\n".utf8))
        var endsInReturn = false
        try file.forEachPiece(from: header.end) { (piece) throws(DirDBError) in
            try sink.write(lineFeeds(piece, &endsInReturn))
        }
        if endsInReturn { try sink.write([UInt8(ascii: "\r")]) }
    }

    /// A piece without the returns that stand before line feeds; one at the end is held back for the next piece.
    private static func lineFeeds(_ piece: UnsafeRawBufferPointer, _ endsInReturn: inout Bool) -> [UInt8] {
        let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        let hadReturn = endsInReturn
        endsInReturn = piece.last == carriageReturn
        let kept = endsInReturn ? piece.count - 1 : piece.count
        return [UInt8](unsafeUninitializedCapacity: kept + 1) { output, count in
            if hadReturn && piece.first != lineFeed {
                output[0] = carriageReturn
                count = 1
            }
            for index in 0..<kept {
                let byte = piece[index]
                if byte == carriageReturn && index + 1 < piece.count && piece[index + 1] == lineFeed {
                    continue
                }
                output[count] = byte
                count += 1
            }
        }
    }
}
