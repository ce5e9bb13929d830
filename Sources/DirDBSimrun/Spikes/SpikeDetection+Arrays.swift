public import DirDB
public import DirDBDumpers

extension SpikeDetection {
    /// The times of the spikes of all traces of an array.
    ///
    /// - Parameters:
    ///   - traces: A row for each trace, in mV.
    ///   - times: The time of each point, in ms.
    /// - Returns: For each trace the times of its spikes.
    /// - Throws: `.invalidArgument` when the array has no rows as long as there are times.
    /// - Complexity: O(n) in the number of elements.
    public func spikeTimes(
        of traces: NDArray<Double>, at times: NDArray<Double>
    ) throws(DirDBError) -> [[Double]] {
        try Self.requireRows(traces.shape, times.count, path: "")
        let points = times.count
        return traces.withElements { voltages in
            times.withElements { times in
                (0..<traces.shape[0]).map { row in
                    let trace = UnsafeBufferPointer(rebasing: voltages[(row * points)..<((row + 1) * points)])
                    return spikeTimes(of: trace, at: times)
                }
            }
        }
    }

    /// The times of the spikes of all traces of an array of 32-bit reals.
    ///
    /// - Parameters:
    ///   - traces: A row for each trace, in mV.
    ///   - times: The time of each point, in ms.
    /// - Returns: For each trace the times of its spikes.
    /// - Throws: `.invalidArgument` when the array has no rows as long as there are times.
    /// - Complexity: O(n) in the number of elements; memory for one trace.
    public func spikeTimes(
        of traces: NDArray<Float>, at times: NDArray<Double>
    ) throws(DirDBError) -> [[Double]] {
        try Self.requireRows(traces.shape, times.count, path: "")
        return times.withElements { times in
            (0..<traces.shape[0]).map { row in
                let trace = traces.row(row).withElements { $0.map(Double.init) }
                return trace.withUnsafeBufferPointer { spikeTimes(of: $0, at: times) }
            }
        }
    }

    /// The times of the spikes of all traces of a stored npy file, of 64-bit or 32-bit reals.
    ///
    /// - Parameters:
    ///   - entry: The traces, a row for each, in mV.
    ///   - times: The entry of the times of the points, in ms.
    /// - Returns: For each trace the times of its spikes.
    /// - Throws: `.invalidArgument` when the traces are not as long as there are times; `.formatMismatch` when either
    ///   holds something else; what ``DirDB/Entry/get(_:)`` throws.
    /// - Complexity: O(n) in the number of elements; the file is mapped.
    public func spikeTimes(of entry: Entry, at times: Entry) throws -> [[Double]] {
        let axis: NDArray<Double> = try times.get()
        if try entry.info().content.dtype == "float32" {
            return try spikeTimes(of: try entry.get(NDArray<Float>.self), at: axis)
        }
        return try spikeTimes(of: try entry.get(NDArray<Double>.self), at: axis)
    }

    private static func requireRows(_ shape: [Int], _ pointCount: Int, path: String) throws(DirDBError) {
        if shape.count == 2 && shape[1] == pointCount { return }
        throw DirDBError(
            .invalidArgument, path: path,
            "an array of shape \(shape) has no rows of \(pointCount) points, as many as there are times",
            remedy: "give the times of these traces")
    }
}
