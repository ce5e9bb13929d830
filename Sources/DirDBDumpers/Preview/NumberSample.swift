/// Some numbers of an array, from places evenly spread over it, and pictures of them in block characters.
package struct NumberSample {
    /// The values in the array's order; NaN among them.
    package let values: [Double]
    /// The number of elements that they stand for.
    package let count: Int

    /// Few enough that a mapped array of any size is shown at once: each may have to be read from the disk.
    package static let mostPlaces = 256
    private static let placeLength = 64

    /// Takes the values of some elements, all of them where they are few.
    package init(_ array: any NumpyArray, _ range: Range<Int>? = nil, places: Int = mostPlaces) {
        func take<Element: NumpyElement>(_ elements: UnsafeBufferPointer<Element>) -> [Double] {
            let range = range ?? elements.indices
            if range.count <= places * Self.placeLength { return range.map { Self.value(elements[$0]) } }
            let step = (range.count - Self.placeLength) / (places - 1)
            return (0..<places).flatMap { place in
                let start = range.lowerBound + place * step
                return (start..<start + Self.placeLength).map { Self.value(elements[$0]) }
            }
        }
        func open<Opened: NumpyArray>(_ array: Opened) -> [Double] { array.withElements { take($0) } }
        values = open(array)
        count = range?.count ?? array.count
    }

    private static func value(_ element: some NumpyElement) -> Double {
        switch element {
        case let value as any NumpyReal: value.doubleValue
        case let value as Bool: value ? 1 : 0
        default: .nan
        }
    }

    /// The least and greatest of the finite values; nil when there are none.
    package var extent: ClosedRange<Double>? {
        var extent: ClosedRange<Double>?
        for value in values where value.isFinite {
            extent = min(extent?.lowerBound ?? value, value)...max(extent?.upperBound ?? value, value)
        }
        return extent
    }

    // MARK: Pictures

    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// The mean of each of as many parts as there is room for, as blocks of eight heights; a space where no value is finite.
    package func trace(width: Int, in extent: ClosedRange<Double>) -> String {
        let columns = min(width, values.count)
        return String(
            (0..<columns).map { column in
                let part = values[column * values.count / columns..<(column + 1) * values.count / columns]
                let finite = part.filter(\.isFinite)
                guard !finite.isEmpty else { return " " }
                let mean = finite.reduce(0) { $0 + $1 / Double(finite.count) }
                return Self.blocks[Self.step(mean, in: extent, of: Self.blocks.count)]
            })
    }

    /// How many values there are in each of equal parts of their extent, as blocks; a space for none.
    package func histogram(width: Int) -> String {
        guard let extent else { return "" }
        var counts = [Int](repeating: 0, count: width)
        for value in values where value.isFinite { counts[Self.step(value, in: extent, of: width)] += 1 }
        let most = Double(counts.max() ?? 1)
        return String(
            counts.map { count in
                count == 0 ? " " : Self.blocks[min(7, Int(Double(count) / most * 7.999))]
            })
    }

    /// Which of equal steps of an extent a value in it falls on.
    private static func step(_ value: Double, in extent: ClosedRange<Double>, of count: Int) -> Int {
        // Halved, as the width of an extent may be beyond the range of Double.
        let width = extent.upperBound / 2 - extent.lowerBound / 2
        guard width > 0 else { return count / 2 }
        return max(0, min(count - 1, Int((value / 2 - extent.lowerBound / 2) / width * Double(count))))
    }
}
