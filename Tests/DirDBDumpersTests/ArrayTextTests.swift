import ComplexModule
import DirDB
import Testing

@testable import DirDBDumpers

@Suite("Arrays as text and pictures")
struct ArrayTextTests {
    private static func lines(_ array: any NumpyArray, width: Int = 75) -> [String] {
        array.textLines(width: width)
    }

    @Test("Small arrays look as numpy prints them")
    func small() throws {
        #expect(Self.lines(NDArray([Int](0..<4))) == ["[0 1 2 3]"])
        #expect(
            try Self.lines(NDArray(shape: [3, 4], elements: Array(0..<12))) == [
                "[[ 0  1  2  3]", " [ 4  5  6  7]", " [ 8  9 10 11]]",
            ])
        #expect(
            try Self.lines(NDArray(shape: [2, 2, 2], elements: (0..<8).map(Double.init))) == [
                "[[[0. 1.]", "  [2. 3.]]", "", " [[4. 5.]", "  [6. 7.]]]",
            ])
        #expect(Self.lines(NDArray([0.5, 1.25])) == ["[0.5  1.25]"])
        #expect(Self.lines(NDArray([true, false])) == ["[ True False]"])
        #expect(try Self.lines(NDArray(shape: [], elements: [3.5])) == ["3.5"])
        #expect(try Self.lines(NDArray(shape: [0, 3], elements: [Double]())) == ["[]"])
        #expect(Self.lines(NDArray([Complex(1.0, 2), Complex(0, -1)])) == ["[1.+2.j 0.-1.j]"])
    }

    @Test("Of long axes the first and last three are shown, and lines are broken at the width")
    func long() throws {
        #expect(Self.lines(NDArray(Array(0..<1500))) == ["[   0    1    2 ... 1497 1498 1499]"])
        let square = try NDArray(shape: [50, 50], elements: Array(0..<2500))
        #expect(
            Self.lines(square) == [
                "[[   0    1    2 ...   47   48   49]", " [  50   51   52 ...   97   98   99]",
                " [ 100  101  102 ...  147  148  149]", " ...", " [2350 2351 2352 ... 2397 2398 2399]",
                " [2400 2401 2402 ... 2447 2448 2449]", " [2450 2451 2452 ... 2497 2498 2499]]",
            ])
        let broken = Self.lines(NDArray(Array(0..<100)), width: 40)
        #expect(broken.allSatisfy { $0.count <= 40 } && broken.count > 5)
        #expect(broken.joined(separator: " ").split { " []".contains($0) }.count == 100)
    }

    @Test("Arrays of very many axes or rows take no more than some lines")
    func bounded() throws {
        let deep = try NDArray(
            shape: [Int](repeating: 2, count: 16), elements: [UInt8](repeating: 1, count: 1 << 16))
        #expect(Self.lines(deep).count < 2000)
        let flat = try NDArray(shape: [900, 1], elements: [UInt8](repeating: 1, count: 900))
        #expect(Self.lines(flat).count <= 102)
    }

    @Test(
        "Numbers have six digits",
        arguments: [
            (0, "0."), (-0.0, "-0."), (1, "1."), (-12.5, "-12.5"), (1.0 / 3, "0.333333"),
            (123_456.7, "123457."),
            (1e6, "1.e+06"), (1.5e-7, "1.5e-07"), (.leastNonzeroMagnitude, "4.94066e-324"),
            (1.7976931348623157e308, "1.79769e+308"),
            (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"), (0.1 + 0.2, "0.3"),
            (99999.96, "100000."),
        ])
    func numbers(value: Double, text: String) {
        #expect(NumberText.short(value) == text)
    }

    @Test("Traces and histograms leave out what is not finite, and stand any extent")
    func pictures() throws {
        let ramp = NumberSample(NDArray((0..<800).map(Double.init)))
        #expect(ramp.extent == 0...799)
        #expect(ramp.trace(width: 8, in: 0...799) == "▁▂▃▄▅▆▇█")
        #expect(ramp.histogram(width: 4) == "████")
        let gaps = NumberSample(NDArray([0, .nan, 1, .infinity]))
        #expect(gaps.extent == 0...1 && gaps.trace(width: 4, in: 0...1) == "▁ █ ")
        let wide = NumberSample(NDArray([-Double.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude]))
        #expect(wide.trace(width: 3, in: try #require(wide.extent)) == "▁▅█")
        let same = NumberSample(NDArray([3.0, 3, 3]))
        #expect(same.trace(width: 9, in: 3...3).count == 3 && !same.histogram(width: 5).isEmpty)
        #expect(NumberSample(NDArray([Double.nan])).extent == nil)
        #expect(
            NumberSample(NDArray([UInt8](repeating: 7, count: 1 << 20))).values.count == 1 << 14)
    }

    @Test("One pass gives what statistics do, and the zeros, in pieces too")
    func summary() throws {
        let values = (0..<3_000_000).map { Double($0 % 1000) - 500 + 1e6 }
        let array = NDArray(values)
        var seen: [Int] = []
        let summary = try #require(ArraySummary(array) { seen.append($0) })
        let whole = array.statistics()
        #expect(summary.count == values.count && seen.last == values.count && seen.count > 1)
        #expect(summary.mean == whole.mean && summary.least == .real(1e6 - 500))
        #expect(abs(summary.standardDeviation - whole.standardDeviation) < 1e-9)
        let small = try #require(ArraySummary(NDArray<Int8>([0, -3, 0, 5])) { _ in })
        #expect(
            small.json["zero"] == 2 && small.json["min"] == -3 && small.json["max"] == 5
                && small.json["mean"] == .real(0.5))
        let gap = try #require(ArraySummary(NDArray<Float>([1, .nan])) { _ in })
        #expect(gap.nanCount == 1 && gap.mean.isNaN)
        #expect(ArraySummary(NDArray<Float>([])) { _ in }?.count == 0)
        #expect(ArraySummary(NDArray([true])) { _ in } == nil)
    }
}
