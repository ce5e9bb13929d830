import DirDB
import DirDBDumpers

extension TimeAxis {
    /// The bytes of each end of a file that are looked at, of files with few traces.
    static let endSize = 4096

    /// Checks the times of a file as far as its two ends show them, and all that it has where these are not written as
    /// here.
    ///
    /// Jobs of other durations, steps or starts are found so, in a hundredth of the time that reading takes. Times that
    /// differ amid a file alone are found by who reads its traces, which compares each of them.
    /// - Throws: What ``check(_:in:)`` throws.
    func checkEnds(_ source: TraceSource, in tree: SimrunTree) throws(DirDBError) {
        if source.kind == .csv {
            let file = try RawFile.open(source.relativePath, of: tree)
            if try hasEnds(of: file, source) { return }
        }
        try check(source, in: tree)
    }

    private func hasEnds(of file: borrowing DataFile, _ source: TraceSource) throws(DirDBError) -> Bool {
        let header = try TraceHeader(file)
        try require(traceCount: header.traceCount, of: source, file.path)
        // Several lines, however many traces there are: a number has twice as many bytes as its place in the header.
        let size = max(Self.endSize, 4 * header.byteCount)
        // Otherwise the ends are all that there is.
        guard file.size / 4 > Int64(size) + Int64(header.byteCount) else { return false }
        let first = try file.readBytes(at: Int64(header.byteCount), count: size)
        let last = try file.readBytes(at: file.size - Int64(size), count: size)
        // The last line of the first part goes on behind it, the first of the last part begins before it.
        let firstLines = Self.lineStarts(first).dropLast()
        let lastLines = Self.lineStarts(last).dropFirst()
        return hasTimes(first, firstLines, from: 0)
            && hasTimes(last, lastLines, from: times.count - lastLines.count)
    }

    /// Whether lines begin with the times from a point on, as this file writes them.
    private func hasTimes(_ text: [UInt8], _ lines: ArraySlice<Int>, from firstPoint: Int) -> Bool {
        guard !lines.isEmpty, firstPoint >= 0 else { return false }
        return text.withUnsafeBufferPointer { text in
            guard let start = text.baseAddress else { return false }
            return zip(firstPoint..., lines).allSatisfy { point, line in
                knownLength(point, start + line, start + text.count) != nil
            }
        }
    }

    private static func lineStarts(_ text: [UInt8]) -> [Int] {
        [0] + text.indices.dropLast().filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }
}
