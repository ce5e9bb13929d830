import DirDB
import DirDBDumpers

/// One file of traces, as an import reads it.
struct TraceSource: Sendable, Hashable {
    /// The index of the result folder.
    let folder: Int
    /// The path below the root.
    let relativePath: String
    let kind: ResultFolder.TraceKind
    /// The number of traces that belong to the folder's runs.
    let traceCount: Int
}

/// The traces of one file, one after the other.
struct ParsedTraces: Sendable {
    /// The voltages in mV, a row of the axis' length for each trace.
    let values: [Double]
    /// The size of the file in bytes.
    let byteCount: Int64
    /// Whether the last line has no end, so that its last number may be cut off.
    let endsWithinLine: Bool
}

extension RawTraces {
    /// Reads the traces of a file, whose time axis must be the one given.
    ///
    /// - Throws: `.damagedData` with the line that is malformed; `.invalidArgument` for another time axis.
    /// - Complexity: Memory is that of the result, which is never larger than four times the file.
    static func read(
        _ source: TraceSource, of tree: SimrunTree, _ axis: TimeAxis
    ) throws(DirDBError) -> ParsedTraces {
        try read(try RawFile.open(source.relativePath, of: tree), source, axis)
    }

    static func read(
        _ file: consuming DataFile, _ source: TraceSource, _ axis: TimeAxis
    ) throws(DirDBError) -> ParsedTraces {
        switch source.kind {
        case .csv: return try readText(file, source, axis)
        case .npz: return try readArchive(file, source, axis)
        }
    }

    private static func readText(
        _ file: consuming DataFile, _ source: TraceSource, _ axis: TimeAxis
    ) throws(DirDBError) -> ParsedTraces {
        let (path, size) = (file.path, file.size)
        let header = try TraceHeader(file)
        try axis.require(traceCount: header.traceCount, of: source, path)
        // Each number is a digit and what separates it from the next.
        let (count, overflow) = axis.times.count.multipliedReportingOverflow(by: source.traceCount)
        guard !overflow, Int64(count) <= size / 2 else {
            throw .malformed(
                path, "it is too short for \(axis.times.count) time points of \(source.traceCount) traces")
        }
        var lines = LineChunks(file, from: header.byteCount)
        var outcome: Result<Bool, DirDBError> = .success(false)
        let values = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            outcome = Result { () throws(DirDBError) in
                var parser = TraceTextParser(path: path, source: source, axis: axis, target: buffer)
                while let chunk = try lines.next() { try parser.parse(chunk) }
                return try parser.finish()
            }
            if case .success = outcome { initialized = count }
        }
        return ParsedTraces(values: values, byteCount: size, endsWithinLine: try outcome.get())
    }

    private static func readArchive(
        _ file: consuming DataFile, _ source: TraceSource, _ axis: TimeAxis
    ) throws(DirDBError) -> ParsedTraces {
        let size = file.size
        let (path, table) = try loadArchive(file)
        let (pointCount, width) = (table.shape[0], table.shape[1])
        try axis.require(traceCount: width - 1, of: source, path)
        let outcome: Result<[Double], DirDBError> = table.withElements { elements in
            Result { () throws(DirDBError) in
                for point in 0..<pointCount { try axis.require(elements[point * width], at: point, path) }
                try axis.require(pointCount: pointCount, path)
                return [Double](unsafeUninitializedCapacity: pointCount * (width - 1)) {
                    target, initialized in
                    var start = 0
                    while start < pointCount {
                        let rows = start..<min(start + blockHeight, pointCount)
                        let block = UnsafeBufferPointer(rebasing: elements[(rows.lowerBound * width)...])
                        transpose(block, width: width, rows, into: target, pointCount)
                        start = rows.upperBound
                    }
                    initialized = target.count
                }
            }
        }
        return ParsedTraces(values: try outcome.get(), byteCount: size, endsWithinLine: false)
    }

    /// How many time points are turned at a time: so many stay in the processor's cache until all traces have theirs.
    private static let blockHeight = 64

    /// Writes rows of time points, without their first number, to traces that are `stride` apart.
    private static func transpose(
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

    /// The array of an archive, a row for each time point.
    static func loadArchive(
        _ file: consuming DataFile
    ) throws(DirDBError) -> (path: String, NDArray<Double>) {
        let archive = try NPZFile(file)
        _ = try shape(archive)
        let array = try archive.loadAny(member)
        if let reals = array as? NDArray<Double> { return (archive.path, reals) }
        guard let singles = array as? NDArray<Float> else {
            throw .malformed(archive.path, "\(member) has \(array.dtype) elements, not float64")
        }
        let elements = singles.withElements { $0.map(Double.init) }
        return (archive.path, try NDArray(shape: singles.shape, elements: elements))
    }
}
