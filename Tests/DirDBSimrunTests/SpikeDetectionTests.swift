import DirDB
import DirDBDumpers
import DirDBSimrun
import DirDBWorkflow
import TestSupport
import Testing

@Suite struct SpikeDetectionTests {
    @Test(
        "A spike is where the voltage reaches the threshold from below; not at the first point, not beside NaN",
        arguments: [
            ([1.0, 2, 3], []), ([-1, 0, 1], [1.0]), ([-1, -0.0, 1], [1]), ([-1, 1, -1, 1], [1, 3]),
            ([0, 0, -1, 0], [3]), ([-1, .nan, 1], []), ([.nan, 1, -1], []), ([-.infinity, .infinity], [1]),
            ([5], []), ([], []),
        ] as [([Double], [Double])])
    func regular(_ voltages: [Double], _ expected: [Double]) {
        let times = voltages.indices.map(Double.init)
        #expect(SpikeDetection().spikeTimes(of: voltages, at: times) == expected)
    }

    @Test("Threshold and window confine the spikes; the window's end is not in it")
    func window() {
        let voltages = [-1.0, 1, -1, 1, -1, 1]
        let times = [0.0, 1, 2, 3, 4, 5]
        #expect(SpikeDetection(window: 1..<5).spikeTimes(of: voltages, at: times) == [1, 3])
        #expect(SpikeDetection(window: 1.5..<5.5).spikeTimes(of: voltages, at: times) == [3, 5])
        #expect(SpikeDetection(threshold: 1.5).spikeTimes(of: voltages, at: times) == [])
    }

    @Test("By slope a spike is where the slope to the next point reaches the threshold")
    func slope() {
        // Slopes: 1, 20, 20, -4, 10.
        let voltages = [0.0, 0.5, 10.5, 20.5, 18.5, 23.5]
        let times = [0.0, 0.5, 1, 1.5, 2, 2.5]
        #expect(SpikeDetection(threshold: 10, mode: .slope).spikeTimes(of: voltages, at: times) == [0.5, 2])
        #expect(SpikeDetection(threshold: 0, mode: .slope).spikeTimes(of: [1], at: [1]) == [])
        #expect(SpikeDetection(threshold: 0, mode: .slope).spikeTimes(of: [1, 2], at: [1, 2]) == [])
    }

    @Test("Stored traces of 64-bit and 32-bit reals give the spikes of the arrays; other shapes are refused")
    func stored() throws {
        let directory = try TemporaryDirectory()
        let database = try Database(directory.path)
        let traces = try NDArray(shape: [2, 4], elements: [-1.0, 1, -1, 1, -1, -1, -1, 0])
        let times = NDArray([0.0, 0.5, 1, 1.5])
        try database["v"].put(traces)
        try database["f"].put(try NDArray(shape: [2, 4], elements: traces.elements.map(Float.init)))
        try database["t"].put(times)
        let expected = [[0.5, 1.5], [1.5]]
        let detection = SpikeDetection()
        #expect(try detection.spikeTimes(of: traces, at: times) == expected)
        #expect(try detection.spikeTimes(of: try database["v"], at: try database["t"]) == expected)
        #expect(try detection.spikeTimes(of: try database["f"], at: try database["t"]) == expected)
        #expect(throws: DirDBError.self) { try detection.spikeTimes(of: traces, at: NDArray([0.0, 1])) }
        #expect(try database.verify().isEmpty)
    }
}
