// Min and max of a block, in the form that is fast for the type; inlinable, to be specialised for it.

extension NumpyReal where Self: FixedWidthInteger {
    /// The smallest and the largest element.
    @inlinable
    public static func extremes(of elements: UnsafeBufferPointer<Self>) -> (min: Self, max: Self) {
        var (low, high) = (Self.max, Self.min)
        for element in elements {
            low = Swift.min(low, element)
            high = Swift.max(high, element)
        }
        return (low, high)
    }
}

extension NumpyReal where Self: BinaryFloatingPoint {
    /// The smallest and the largest element.
    @inlinable
    public static func extremes(of elements: UnsafeBufferPointer<Self>) -> (min: Self, max: Self) {
        // The compiler must not reorder comparisons of reals: four side by side, written so that it sees them as
        // one vector, are twice as fast as one.
        var low = (elements[0], elements[0], elements[0], elements[0])
        var high = low
        let whole = elements.count & ~3
        var index = 0
        while index < whole {
            let (a, b, c, d) = (
                elements[index], elements[index + 1], elements[index + 2], elements[index + 3]
            )
            low = (lesser(a, low.0), lesser(b, low.1), lesser(c, low.2), lesser(d, low.3))
            high = (greater(a, high.0), greater(b, high.1), greater(c, high.2), greater(d, high.3))
            index += 4
        }
        var min = lesser(lesser(low.0, low.1), lesser(low.2, low.3))
        var max = greater(greater(high.0, high.1), greater(high.2, high.3))
        while index < elements.count {
            min = lesser(elements[index], min)
            max = greater(elements[index], max)
            index += 1
        }
        return (min, max)
    }

    // Unlike the standard library's, these are one instruction each; they need not care for NaN.

    @inlinable @inline(__always)
    static func lesser(_ left: Self, _ right: Self) -> Self { left < right ? left : right }

    @inlinable @inline(__always)
    static func greater(_ left: Self, _ right: Self) -> Self { left > right ? left : right }
}

extension Float16 {
    /// The smallest and the largest element.
    @inlinable
    public static func extremes(of elements: UnsafeBufferPointer<Float16>) -> (min: Float16, max: Float16) {
        // Comparing halves calls the library function too. These integers are in the same order.
        var (low, high) = (Int16.max, Int16.min)
        for element in elements {
            let bits = Int16(bitPattern: element.bitPattern)
            let key = bits ^ (bits >> 15 & 0x7FFF)
            low = Swift.min(low, key)
            high = Swift.max(high, key)
        }
        return (
            Float16(bitPattern: UInt16(bitPattern: low ^ (low >> 15 & 0x7FFF))),
            Float16(bitPattern: UInt16(bitPattern: high ^ (high >> 15 & 0x7FFF)))
        )
    }
}
