import DirDBDumpers

/// How far two arrays of one element type and shape differ.
struct ArrayDifference {
    private(set) var differing = 0
    private(set) var count = 0
    /// The greatest difference of two elements; nil where there is none, or one of them is NaN.
    private(set) var greatest: Double?

    init(_ left: any NumpyArray, _ right: any NumpyArray) {
        count = left.count
        // By concrete types: a loop that is not specialised for the element takes ten times as long.
        switch (left, right) {
        case (let left as NDArray<Double>, let right as NDArray<Double>): compareNumbers(left, right)
        case (let left as NDArray<Float>, let right as NDArray<Float>): compareNumbers(left, right)
        case (let left as NDArray<Float16>, let right as NDArray<Float16>): compareNumbers(left, right)
        case (let left as NDArray<Int8>, let right as NDArray<Int8>): compareNumbers(left, right)
        case (let left as NDArray<Int16>, let right as NDArray<Int16>): compareNumbers(left, right)
        case (let left as NDArray<Int32>, let right as NDArray<Int32>): compareNumbers(left, right)
        case (let left as NDArray<Int>, let right as NDArray<Int>): compareNumbers(left, right)
        case (let left as NDArray<UInt8>, let right as NDArray<UInt8>): compareNumbers(left, right)
        case (let left as NDArray<UInt16>, let right as NDArray<UInt16>): compareNumbers(left, right)
        case (let left as NDArray<UInt32>, let right as NDArray<UInt32>): compareNumbers(left, right)
        case (let left as NDArray<UInt>, let right as NDArray<UInt>): compareNumbers(left, right)
        default: compareBytes(left, right)
        }
    }

    @inline(__always)
    private mutating func compareNumbers<Element: NumpyReal>(
        _ left: NDArray<Element>, _ right: NDArray<Element>
    ) {
        var (found, most, hasNaN) = (0, 0.0, false)
        left.withElements { left in
            right.withElements { right in
                for index in left.indices where left[index] != right[index] {
                    let (one, two) = (left[index].doubleValue, right[index].doubleValue)
                    if one.isNaN && two.isNaN { continue }
                    found += 1
                    if one.isNaN || two.isNaN {
                        hasNaN = true
                    } else {
                        most = max(most, (one - two).magnitude)
                    }
                }
            }
        }
        differing = found
        greatest = hasNaN || found == 0 ? nil : most
    }

    private mutating func compareBytes(_ left: any NumpyArray, _ right: any NumpyArray) {
        func elements<Opened: NumpyArray>(_ array: Opened, _ body: (UnsafeRawBufferPointer, Int) -> Void) {
            array.withElements { body(UnsafeRawBufferPointer($0), MemoryLayout<Opened.Element>.stride) }
        }
        elements(left) { left, size in
            elements(right) { right, _ in
                for start in stride(from: 0, to: min(left.count, right.count), by: size)
                where !left[start..<start + size].elementsEqual(right[start..<start + size]) {
                    differing += 1
                }
            }
        }
    }
}
