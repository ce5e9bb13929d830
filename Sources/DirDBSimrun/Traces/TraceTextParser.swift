import DirDB

/// Turns lines of time points into rows of traces.
///
/// Some lines at a time are parsed into a small block, which stays in the processor's cache, and from there written to
/// the traces: so each trace is written in long runs.
struct TraceTextParser {
    /// How many lines are turned at a time.
    static let blockHeight = 64

    private let path: String
    private let axis: TimeAxis
    private let target: UnsafeMutableBufferPointer<Double>
    /// The numbers of a line: the time and a voltage for each trace.
    private let width: Int
    private let height: Int
    private var block: [Double]
    private var rowsInBlock = 0
    private var pointCount = 0
    private var lineNumber = 2
    private var endsWithinLine = false

    /// Begins behind the header; `target` has room for a row of the axis' length for each trace.
    init(path: String, source: TraceSource, axis: TimeAxis, target: UnsafeMutableBufferPointer<Double>) {
        self.path = path
        self.axis = axis
        self.target = target
        width = source.traceCount + 1
        height = min(Self.blockHeight, axis.times.count)
        block = [Double](repeating: 0, count: height * width)
    }

    /// Parses whole lines.
    mutating func parse(_ lines: UnsafeBufferPointer<UInt8>) throws(DirDBError) {
        guard var cursor = lines.baseAddress else { return }
        let end = cursor + lines.count
        endsWithinLine = lines.last != UInt8(ascii: "\n")
        while cursor < end {
            let (outcome, lineCount) = block.withUnsafeMutableBufferPointer { block in
                Self.fill(block, rowsInBlock..<height, width: width, &cursor, end, axis, pointCount)
            }
            let first = rowsInBlock
            rowsInBlock += lineCount
            for row in first..<rowsInBlock {
                try axis.require(
                    block[row * width], at: pointCount + row, path, line: lineNumber + row - first)
            }
            lineNumber += lineCount
            switch outcome {
            case .complete: break
            case .blank: lineNumber += 1
            case .tooFew(let count): throw wrong("\(count)")
            case .tooMany: throw wrong("more")
            case .notANumber(let place):
                throw .malformed(
                    path, line: lineNumber, expected: "a number", found: TraceLine.token(place, end))
            }
            if rowsInBlock == height { flush() }
        }
    }

    private func wrong(_ count: String) -> DirDBError {
        .malformed(
            path, line: lineNumber,
            expected: "the time and \(width - 1) voltages, \(width) numbers, as the header has names",
            found: "\(count)")
    }

    /// Parses lines until the block is full, the text ends, or a line is not complete.
    /// - Returns: How the last line was, and how many complete ones there were.
    private static func fill(
        _ block: UnsafeMutableBufferPointer<Double>, _ rows: Range<Int>, width: Int,
        _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ axis: TimeAxis,
        _ firstPoint: Int
    ) -> (TraceLine.Outcome, lineCount: Int) {
        guard let base = block.baseAddress else { return (.complete, 0) }
        var row = rows.lowerBound
        while row < rows.upperBound && cursor < end {
            let target = base + row * width
            var known = 0
            if let (time, count) = axis.known(firstPoint + row, cursor, end) {
                target[0] = time
                cursor += count
                known = 1
            }
            let outcome = TraceLine.parse(&cursor, end, into: target, count: width, known: known)
            guard case .complete = outcome else { return (outcome, row - rows.lowerBound) }
            row += 1
        }
        return (.complete, row - rows.lowerBound)
    }

    private mutating func flush() {
        block.withUnsafeBufferPointer { block in
            Self.transpose(
                block, width: width, pointCount..<pointCount + rowsInBlock, into: target, axis.times.count)
        }
        pointCount += rowsInBlock
        rowsInBlock = 0
    }

    /// Ends the parsing.
    /// - Returns: Whether the last line has no end.
    mutating func finish() throws(DirDBError) -> Bool {
        flush()
        try axis.require(pointCount: pointCount, path)
        return endsWithinLine
    }

    /// Writes rows of time points, without their first number, to traces that are `stride` apart.
    static func transpose(
        _ block: UnsafeBufferPointer<Double>, width: Int, _ points: Range<Int>,
        into target: UnsafeMutableBufferPointer<Double>, _ stride: Int
    ) {
        guard let source = block.baseAddress, let traces = target.baseAddress else { return }
        for trace in 0..<width - 1 {
            let row = traces + trace * stride + points.lowerBound
            var value = source + trace + 1
            for point in 0..<points.count {
                row[point] = value.pointee
                value += width
            }
        }
    }
}
