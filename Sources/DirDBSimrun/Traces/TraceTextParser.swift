import DirDB

/// Turns lines of time points into rows of traces, in place.
struct TraceTextParser {
    private let path: String
    private let axis: TimeAxis
    private let target: UnsafeMutableBufferPointer<Double>
    private let traceCount: Int
    private var pointCount = 0
    private var lineNumber = 2
    private var endsWithinLine = false

    /// Begins behind the header; `target` has room for a row of the axis' length for each trace.
    init(path: String, source: TraceSource, axis: TimeAxis, target: UnsafeMutableBufferPointer<Double>) {
        self.path = path
        self.axis = axis
        self.target = target
        traceCount = source.traceCount
    }

    /// Parses whole lines.
    mutating func parse(_ lines: UnsafeBufferPointer<UInt8>) throws(DirDBError) {
        guard var cursor = lines.baseAddress, let start = target.baseAddress else { return }
        let end = cursor + lines.count
        endsWithinLine = lines.last != UInt8(ascii: "\n")
        while cursor < end {
            if let length = axis.knownLength(pointCount, cursor, end) {
                cursor += length
            } else if let time = try TraceLine.time(&cursor, end, path, lineNumber) {
                try axis.require(time, at: pointCount, path)
            } else {
                cursor = cursor.behindLine(end)
                lineNumber += 1
                continue
            }
            switch TraceLine.parse(
                &cursor, end, into: start + pointCount, stride: axis.times.count, count: traceCount)
            {
            case .complete: break
            case .tooFew(let count): throw wrong("\(count + 1)")
            case .tooMany: throw wrong("more")
            case .notANumber(let place): throw TraceLine.malformed(path, lineNumber, place, end)
            }
            pointCount += 1
            lineNumber += 1
        }
    }

    private func wrong(_ count: String) -> DirDBError {
        .malformed(
            path, line: lineNumber,
            expected:
                "the time and \(traceCount) voltages, \(traceCount + 1) numbers, as the header has names",
            found: "\(count)")
    }

    /// Ends the parsing.
    /// - Returns: Whether the last line has no end.
    func finish() throws(DirDBError) -> Bool {
        try axis.require(pointCount: pointCount, path)
        return endsWithinLine
    }
}
