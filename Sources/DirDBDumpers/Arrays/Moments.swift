public import CPrefetch

/// The sums from which statistics are made, of a part of an array.
///
/// All of it is inlinable: a generic loop that is not specialised for the caller's element type is ten times slower.
/// Eight sums run side by side, because one addition takes four cycles but two can start in each.
@usableFromInline
struct Moments<Element: NumpyReal>: Sendable {
    @usableFromInline var count: Int
    @usableFromInline var nanCount: Int
    @usableFromInline var sum: Double
    /// The sum of the squares of the deviations from the mean.
    @usableFromInline var deviation: Double
    @usableFromInline var min: Element
    @usableFromInline var max: Element

    @inlinable var mean: Double { sum / Double(count) }

    // Small enough for the first-level cache and for short chains of additions; large against the joining.
    @inlinable static var blockSize: Int { 1024 }

    // One core without it gets two thirds of what the memory can give. The next block is behind this one.
    @inlinable static var prefetchDistance: Int { 4096 / MemoryLayout<Element>.stride }

    /// The sums of a range that is not empty, halved until it is a block.
    ///
    /// Mean and deviations of two parts are joined after Chan, Golub and LeVeque (1979).
    @inlinable
    static func pairwise(
        _ elements: UnsafeBufferPointer<Element>, _ range: Range<Int>, _ pages: Prefault
    ) -> Moments {
        pages.willRead(range)
        if range.count <= blockSize { return Moments(block: UnsafeBufferPointer(rebasing: elements[range])) }
        let middle = split(range)
        let left = pairwise(elements, range.lowerBound..<middle, pages)
        let right = pairwise(elements, middle..<range.upperBound, pages)
        return join(left, right)
    }

    /// The sums of two parts as those of one.
    @inlinable
    static func join(_ left: Moments, _ right: Moments) -> Moments {
        let count = left.count + right.count
        let difference = right.mean - left.mean
        let weight = Double(left.count) * Double(right.count) / Double(count)
        var joined = left
        joined.count = count
        joined.nanCount += right.nanCount
        joined.sum += right.sum
        joined.deviation += right.deviation + difference * difference * weight
        // A part with a NaN has it as min and max, and passes it on.
        if right.nanCount > 0 || left.nanCount == 0 && right.min < left.min { joined.min = right.min }
        if right.nanCount > 0 || left.nanCount == 0 && left.max < right.max { joined.max = right.max }
        return joined
    }

    /// The sum of a range, added up in the same order as ``pairwise(_:_:_:)`` does.
    @inlinable
    static func pairwiseSum(
        _ elements: UnsafeBufferPointer<Element>, _ range: Range<Int>, _ pages: Prefault
    ) -> Double {
        pages.willRead(range)
        if range.count <= blockSize { return blockSum(UnsafeBufferPointer(rebasing: elements[range])) }
        let middle = split(range)
        return pairwiseSum(elements, range.lowerBound..<middle, pages)
            + pairwiseSum(elements, middle..<range.upperBound, pages)
    }

    /// The middle, at a whole number of blocks.
    @inlinable
    static func split(_ range: Range<Int>) -> Int {
        range.lowerBound + (range.count / 2 + blockSize - 1) / blockSize * blockSize
    }

    @inlinable
    static func blockSum(_ block: UnsafeBufferPointer<Element>) -> Double {
        var sums = SIMD8<Double>(repeating: 0)
        let whole = block.count & ~7
        var index = 0
        while index < whole {
            if let address = block.baseAddress { prefetch(address + index + prefetchDistance) }
            sums += lanes(block, index)
            index += 8
        }
        var sum = total(sums)
        while index < block.count {
            sum += block[index].doubleValue
            index += 1
        }
        return sum
    }

    @inlinable
    init(block: UnsafeBufferPointer<Element>) {
        count = block.count
        sum = Self.blockSum(block)
        let mean = sum / Double(count)
        let center = SIMD8<Double>(repeating: mean)
        var squares = SIMD8<Double>(repeating: 0)
        let whole = block.count & ~7
        var index = 0
        while index < whole {
            let difference = Self.lanes(block, index) - center
            squares += difference * difference
            index += 8
        }
        deviation = Self.total(squares)
        while index < block.count {
            let difference = block[index].doubleValue - mean
            deviation += difference * difference
            index += 1
        }
        (min, max) = Element.extremes(of: block)
        nanCount = 0
        // Only a NaN, or infinities of both signs, make the sum NaN: looking for them costs nothing otherwise.
        guard sum.isNaN else { return }
        for element in block where element.doubleValue.isNaN {
            nanCount += 1
            (min, max) = (element, element)
        }
    }

    /// Eight elements from `index` on, which the caller has checked to be there.
    @inlinable @inline(__always)
    static func lanes(_ block: UnsafeBufferPointer<Element>, _ index: Int) -> SIMD8<Double> {
        SIMD8(
            block[index].doubleValue, block[index + 1].doubleValue, block[index + 2].doubleValue,
            block[index + 3].doubleValue, block[index + 4].doubleValue, block[index + 5].doubleValue,
            block[index + 6].doubleValue, block[index + 7].doubleValue)
    }

    @inlinable
    static func total(_ sums: SIMD8<Double>) -> Double {
        let four = sums.lowHalf + sums.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}
