import DirDB
import DirDBDumpers

extension TimeAxis {
    /// The bytes of each end of a file that are looked at.
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
        // Otherwise the ends are all that there is.
        guard file.size > Int64(header.byteCount) + 4 * Int64(Self.endSize) else { return false }
        let first = try file.readBytes(at: Int64(header.byteCount), count: Self.endSize)
        let last = try file.readBytes(at: file.size - Int64(Self.endSize), count: Self.endSize)
        return first.withUnsafeBufferPointer(hasFirstTimes) && last.withUnsafeBufferPointer(hasLastTimes)
    }

    private func hasFirstTimes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let lines = Self.lines(text)
        // The last of them goes on behind the text.
        guard let start = text.baseAddress, lines.count > 1 else { return false }
        return lines.dropLast().indices.allSatisfy { point in
            knownLength(point, start + lines[point], start + text.count) != nil
        }
    }

    private func hasLastTimes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        // The first of them begins before the text.
        let lines = Self.lines(text).dropFirst()
        let firstPoint = times.count - lines.count
        guard let start = text.baseAddress, !lines.isEmpty, firstPoint >= 0 else { return false }
        return zip(firstPoint..., lines).allSatisfy { point, line in
            knownLength(point, start + line, start + text.count) != nil
        }
    }

    /// Where the lines begin.
    private static func lines(_ text: UnsafeBufferPointer<UInt8>) -> [Int] {
        [0] + text.indices.dropLast().filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }
}
