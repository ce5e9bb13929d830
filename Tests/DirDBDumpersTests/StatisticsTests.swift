import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport
import Testing

@Suite("Statistics of arrays")
struct StatisticsTests {
    /// Lengths around the sizes of a lane, of a block, and of several blocks.
    private static let counts = [1, 2, 7, 8, 9, 1023, 1024, 1025, 2049, 5000, 12_345]

    private func check<Element: NumpyReal>(
        _ values: [Element], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let doubles = values.map(\.doubleValue)
        let mean = doubles.reduce(0, +) / Double(values.count)
        let deviation = doubles.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let array = NDArray(values)
        let statistics = array.statistics()
        let scale = max(abs(mean), deviation.squareRoot())
        #expect(abs(statistics.mean - mean) <= 1e-11 * scale, sourceLocation: sourceLocation)
        #expect(
            abs(statistics.standardDeviation - deviation.squareRoot()) <= 1e-9 * scale,
            sourceLocation: sourceLocation)
        #expect(statistics.min == values.min(), sourceLocation: sourceLocation)
        #expect(statistics.max == values.max(), sourceLocation: sourceLocation)
        #expect(statistics.count == values.count, sourceLocation: sourceLocation)
        #expect(statistics.nanCount == 0, sourceLocation: sourceLocation)
        #expect(array.mean() == statistics.mean, sourceLocation: sourceLocation)
        #expect(array.standardDeviation() == statistics.standardDeviation, sourceLocation: sourceLocation)
        #expect(array.min() == statistics.min, sourceLocation: sourceLocation)
        #expect(array.max() == statistics.max, sourceLocation: sourceLocation)
    }

    @Test("They are those of the plain formulas, for every type and length", arguments: counts)
    func reference(count: Int) {
        var random = SplitMix64(state: UInt64(count))
        func values<Element>(_ make: (inout SplitMix64) -> Element) -> [Element] {
            (0..<count).map { _ in make(&random) }
        }
        check(values { Double.random(in: -5...9, using: &$0) })
        check(values { Float.random(in: -5...9, using: &$0) })
        check(values { Float16(Float.random(in: -5...9, using: &$0)) })
        check(values { Int8.random(in: .min ... .max, using: &$0) })
        check(values { Int16.random(in: .min ... .max, using: &$0) })
        check(values { Int32.random(in: .min ... .max, using: &$0) })
        check(values { Int64.random(in: .min ... .max, using: &$0) })
        check(values { UInt8.random(in: .min ... .max, using: &$0) })
        check(values { UInt16.random(in: .min ... .max, using: &$0) })
        check(values { UInt32.random(in: .min ... .max, using: &$0) })
        check(values { UInt64.random(in: .min ... .max, using: &$0) })
    }

    @Test("A mean of 1e9 takes nothing from a standard deviation of 1, wherever an outlier stands")
    func largeMean() {
        let values = (0..<1_000_000).map { 1e9 + ($0 % 2 == 0 ? 1.0 : -1) }
        let statistics = NDArray(values).statistics()
        #expect(abs(statistics.standardDeviation - 1) < 1e-9)
        #expect(statistics.mean == 1e9)
        let shifted = NDArray([0.0] + values).rows(1..<1_000_001)
        #expect(abs(shifted.standardDeviation() - 1) < 1e-9)
    }

    @Test("A mean of ten million times 0.1 is 0.1 to the last digits")
    func pairwise() {
        #expect(abs(NDArray([Double](repeating: 0.1, count: 10_000_000)).mean() - 0.1) < 1e-15)
    }

    @Test(
        "One NaN makes mean, standard deviation, min and max NaN and is counted, at any place",
        arguments: counts)
    func nan(count: Int) {
        for place in Set([0, count / 2, count - 1]) {
            var values = (0..<count).map(Double.init)
            values[place] = .nan
            let statistics = NDArray(values).statistics()
            #expect(statistics.nanCount == 1)
            #expect(statistics.mean.isNaN)
            #expect(statistics.standardDeviation.isNaN)
            #expect(statistics.min?.isNaN == true)
            #expect(statistics.max?.isNaN == true)
            #expect(NDArray(values).nanCount() == 1)
        }
        #expect(NDArray([Float16](repeating: .nan, count: count)).nanCount() == count)
    }

    @Test("Infinities are values; those of both signs have no mean but min and max")
    func infinities() {
        let one = NDArray([1, Float.infinity]).statistics()
        #expect(one.mean == .infinity)
        #expect(one.max == .infinity)
        #expect(one.min == 1)
        #expect(one.nanCount == 0)
        let both = NDArray([-Double.infinity, .infinity]).statistics()
        #expect(both.mean.isNaN)
        #expect(both.nanCount == 0)
        #expect(both.min == -.infinity)
        #expect(both.max == .infinity)
    }

    @Test("An empty array has no extremes, and NaN for mean and standard deviation")
    func empty() {
        let statistics = NDArray([Int32]()).statistics()
        #expect(statistics.count == 0)
        #expect(statistics.min == nil)
        #expect(statistics.max == nil)
        #expect(statistics.mean.isNaN)
        #expect(statistics.standardDeviation.isNaN)
        #expect(NDArray([Double]()).mean().isNaN)
    }

    @Test("Every half has its value as Double")
    func halves() {
        for bits in UInt16.min...UInt16.max {
            let half = Float16(bitPattern: bits)
            #expect(half.isNaN ? half.doubleValue.isNaN : half.doubleValue == Double(half))
        }
    }

    @Test("They stream over a mapped file")
    func mapped() throws {
        let directory = try TemporaryDirectory()
        let db = try Database(testing: directory)
        try db["x"].put(NDArray((0..<100_000).map(Double.init)))
        let array: NDArray<Double> = try db["x"].get()
        #expect(array.isMapped)
        #expect(array.mean() == 49_999.5)
        #expect(array.rows(10..<12).statistics().standardDeviation == 0.5)
        #expect(try db.verify().isEmpty)
    }
}
