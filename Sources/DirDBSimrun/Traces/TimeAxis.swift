import DirDB
import DirDBDumpers

/// The times of all traces, and the file that they were read from.
struct TimeAxis: Sendable {
    /// The times in ms.
    let times: [Double]
    /// The path of the file, for messages.
    let path: String
    /// A digest of the times.
    let fingerprint: String
    /// How the file writes the times; empty when it is no text.
    private let texts: [TimeText]

    init(times: [Double], texts: [TimeText] = [], path: String) {
        self.times = times
        self.texts = texts
        self.path = path
        fingerprint = SourceFiles.fingerprint(of: times)
    }

    /// The distance in ms of neighbouring times; nil when they differ by more than the rounding of text.
    var step: Double? {
        guard times.count > 1, let first = times.first, let last = times.last else { return nil }
        let mean = (last - first) / Double(times.count - 1)
        guard mean.isFinite, mean > 0 else { return nil }
        // Text has some 12 digits, so that the mean is not the step that was meant.
        let scale = 1e9
        let rounded = (mean * scale).rounded() / scale
        let step = abs(rounded - mean) < 1e-6 * mean ? rounded : mean
        let isUniform = times.indices.allSatisfy { index in
            abs(times[index] - (first + Double(index) * step)) <= 1e-6 * step
        }
        return isUniform ? step : nil
    }

    // MARK: Agreement

    /// - Throws: `.invalidArgument` when the time of a point is another in a file.
    @inline(__always)
    func require(
        _ time: Double, at point: Int, _ other: String
    ) throws(DirDBError) {
        if point < times.count && (times[point] == time || times[point].isNaN && time.isNaN) { return }
        throw difference(time, at: point, other)
    }

    private func difference(_ time: Double, at point: Int, _ other: String) -> DirDBError {
        let cause =
            point < times.count
            ? "time point \(point) is at \(times[point]) and at \(time) ms"
            : "the first has \(times.count) time points, the second more"
        return .differentTimes(path, other, cause)
    }

    /// - Throws: `.invalidArgument` when a file has fewer points.
    func require(pointCount: Int, _ other: String) throws(DirDBError) {
        if pointCount == times.count { return }
        throw .differentTimes(path, other, "they have \(times.count) and \(pointCount) time points")
    }

    /// - Throws: `.damagedData` when a file has another number of traces than the folder has runs.
    func require(traceCount: Int, of source: TraceSource, _ other: String) throws(DirDBError) {
        if traceCount != source.traceCount {
            throw .wrongTraceCount(other, traceCount, runs: source.traceCount)
        }
    }
}

// MARK: Reading

extension TimeAxis {
    /// Reads the times of a file.
    /// - Throws: `.damagedData` when a line does not begin with a number, or there is none.
    init(of source: TraceSource, in tree: SimrunTree) throws(DirDBError) {
        try self.init(of: try RawFile.open(source.relativePath, of: tree), source)
    }

    init(of file: consuming DataFile, _ source: TraceSource) throws(DirDBError) {
        var times: [Double] = []
        var texts: [TimeText] = []
        let path = file.path
        try Self.forEachTime(of: file, source) { (_, time, text) throws(DirDBError) in
            times.append(time)
            if let text { texts.append(text) }
        }
        if times.isEmpty { throw .malformed(path, "it has no time point") }
        self.init(times: times, texts: texts, path: path)
    }

    /// The length of the time at the start of a line, and what separates it from the next number, when both are written
    /// as those of the point are.
    @inline(__always)
    func knownLength(
        _ point: Int, _ line: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Int? {
        guard point < texts.count else { return nil }
        let count = texts[point].matched(line, end)
        return count > 0 ? count : nil
    }

    /// Checks that another file has these times, and traces for the runs of its folder, without reading the traces.
    /// - Throws: `.invalidArgument` when it has others; `.damagedData`.
    func check(_ source: TraceSource, in tree: SimrunTree) throws(DirDBError) {
        let file = try RawFile.open(source.relativePath, of: tree)
        let other = file.path
        var count = 0
        try Self.forEachTime(of: file, source, axis: self) { (point, time, _) throws(DirDBError) in
            try require(time, at: point, other)
            count = point + 1
        }
        try require(pointCount: count, other)
    }

    private static func forEachTime(
        of file: consuming DataFile, _ source: TraceSource, axis: TimeAxis? = nil,
        _ body: (Int, Double, TimeText?) throws(DirDBError) -> Void
    ) throws(DirDBError) {
        let path = file.path
        if source.kind == .npz {
            let (_, table) = try RawTraces.loadArchive(file)
            try axis?.require(traceCount: table.shape[1] - 1, of: source, path)
            try table.withElements { (elements) throws(DirDBError) in
                for point in 0..<table.shape[0] { try body(point, elements[point * table.shape[1]], nil) }
            }
            return
        }
        let header = try TraceHeader(file)
        try axis?.require(traceCount: header.traceCount, of: source, path)
        var lines = LineChunks(file, from: header.byteCount)
        var (point, lineNumber) = (0, 2)
        while let chunk = try lines.next() {
            guard var cursor = chunk.baseAddress else { continue }
            let end = cursor + chunk.count
            while cursor < end {
                if let axis, let count = axis.knownLength(point, cursor, end) {
                    try body(point, axis.times[point], nil)
                    point += 1
                    cursor += count
                } else {
                    let text = axis == nil ? TimeText(cursor, end) : nil
                    if let time = try TraceLine.time(&cursor, end, path, lineNumber) {
                        try body(point, time, text)
                        point += 1
                    }
                }
                cursor = cursor.behindLine(end)
                lineNumber += 1
            }
        }
    }
}
