/// How spikes are found in a trace: where it crosses a threshold from below.
///
/// As the In Silico Framework does: `simple_spike_detection` in its `single_cell_parser.analyze.membrane_potential_analysis`.
public struct SpikeDetection: Sendable, Hashable {
    /// What has to cross the threshold.
    public enum Mode: String, Sendable, Hashable {
        /// The voltage: a spike is at t[i] where v[i-1] < threshold and v[i] ≥ threshold.
        case regular
        /// The slope to the next point, s[i] = (v[i+1] - v[i]) / (t[i+1] - t[i]): a spike is at t[i] where
        /// s[i-1] < threshold and s[i] ≥ threshold.
        case slope
    }

    /// The threshold, in mV or, for slopes, mV/ms.
    public var threshold: Double
    /// What has to cross it.
    public var mode: Mode
    /// The times in ms at which spikes count; nil for all.
    public var window: Range<Double>?

    /// Creates a description of spikes.
    ///
    /// - Parameters:
    ///   - threshold: The threshold, in mV or, for slopes, mV/ms.
    ///   - mode: What has to cross it.
    ///   - window: The times in ms at which spikes count; nil for all.
    public init(threshold: Double = 0, mode: Mode = .regular, window: Range<Double>? = nil) {
        self.threshold = threshold
        self.mode = mode
        self.window = window
    }

    /// The times of the spikes of one trace.
    ///
    /// There is none at the first point. A sample that equals the threshold reaches it, and -0.0 reaches 0; beside a
    /// NaN there is none.
    /// - Parameters:
    ///   - voltages: The trace, in mV.
    ///   - times: The time of each point, in ms; those of both that have no partner are left out.
    /// - Returns: The times, in the order of the points.
    /// - Complexity: O(n) in the number of points.
    public func spikeTimes(
        of voltages: UnsafeBufferPointer<Double>, at times: UnsafeBufferPointer<Double>
    ) -> [Double] {
        let count = min(voltages.count, times.count)
        guard let v = voltages.baseAddress, let t = times.baseAddress, count > 1 else { return [] }
        var found: [Double] = []
        switch mode {
        case .regular:
            // Few samples reach the threshold, so that one comparison is enough for nearly all.
            for point in 1..<count where v[point] >= threshold && v[point - 1] < threshold {
                if contains(t[point]) { found.append(t[point]) }
            }
        case .slope:
            var before = (v[1] - v[0]) / (t[1] - t[0])
            for point in 1..<count - 1 {
                let slope = (v[point + 1] - v[point]) / (t[point + 1] - t[point])
                if before < threshold && slope >= threshold && contains(t[point]) { found.append(t[point]) }
                before = slope
            }
        }
        return found
    }

    /// The times of the spikes of one trace, as ``spikeTimes(of:at:)-(UnsafeBufferPointer<Double>,_)`` finds them.
    public func spikeTimes(of voltages: [Double], at times: [Double]) -> [Double] {
        voltages.withUnsafeBufferPointer { v in
            times.withUnsafeBufferPointer { t in spikeTimes(of: v, at: t) }
        }
    }

    private func contains(_ time: Double) -> Bool {
        guard let window else { return true }
        return window.contains(time)
    }
}
