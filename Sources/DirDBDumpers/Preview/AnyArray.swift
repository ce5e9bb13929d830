package import DirDB

/// Arrays of whatever element type an npy file has.
package enum AnyArray {
    /// What is not mapped as it lies in the file (Fortran order, the other byte order) is read whole.
    private static let mostReadBytes = 64 << 20

    /// Opens an array to look at some of it.
    /// - Returns: The array; nil when the whole of it would have to be read, and is large.
    /// - Throws: What ``NPYDumper/load(_:)`` throws.
    package static func forLooking(_ file: borrowing DataFile) throws -> (any NumpyArray)? {
        let header = try NPYHeader.read(file, limit: 65536)
        let isMapped = header.isCOrder && !header.dtype.needsNormalizing
        if !isMapped && (header.byteCount ?? 0) > mostReadBytes { return nil }
        return try load(file, header.dtype)
    }

    /// Maps or reads a whole array.
    /// - Throws: What ``NPYDumper/load(_:)`` throws.
    package static func load(_ file: borrowing DataFile) throws -> any NumpyArray {
        try load(file, NPYHeader.read(file, limit: 65536).dtype)
    }

    private static func load(_ file: borrowing DataFile, _ dtype: DType) throws -> any NumpyArray {
        guard let type = dtype.elementType else { throw dtype.refusal(file.path) }
        return try load(file, type)
    }

    private static func load<Element: NumpyElement>(
        _ file: borrowing DataFile, _ type: Element.Type
    ) throws -> any NumpyArray {
        try NPYDumper<Element>().load(file)
    }
}

/// What one pass over all numbers of an array gives.
package struct ArraySummary {
    /// The number of elements, NaN included.
    package private(set) var count = 0
    package private(set) var nanCount = 0
    package private(set) var zeroCount = 0
    /// NaN when an element is, or there is none; so are the deviation, the least and the greatest.
    package private(set) var mean = Double.nan
    /// Of the population, divided by n, as `numpy.std` does.
    package private(set) var standardDeviation = Double.nan
    package private(set) var least = JSON.null
    package private(set) var greatest = JSON.null

    private static let pieceCount = 1 << 20

    /// Reads the elements once, in pieces; nil when they are not real numbers.
    ///
    /// - Parameters:
    ///   - array: An array.
    ///   - progress: Called after each piece with the number of elements read so far.
    /// - Throws: What `progress` throws.
    package init?(_ array: any NumpyArray, _ progress: (Int) throws -> Void) rethrows {
        // By concrete types: a loop that is not specialised for the element takes ten times as long.
        switch array {
        case let array as NDArray<Double>: try add(array, progress) { .real($0) }
        case let array as NDArray<Float>: try add(array, progress) { .real(Double($0)) }
        case let array as NDArray<Float16>: try add(array, progress) { .real($0.doubleValue) }
        case let array as NDArray<Int8>: try add(array, progress) { JSON($0) }
        case let array as NDArray<Int16>: try add(array, progress) { JSON($0) }
        case let array as NDArray<Int32>: try add(array, progress) { JSON($0) }
        case let array as NDArray<Int>: try add(array, progress) { JSON($0) }
        case let array as NDArray<UInt8>: try add(array, progress) { JSON($0) }
        case let array as NDArray<UInt16>: try add(array, progress) { JSON($0) }
        case let array as NDArray<UInt32>: try add(array, progress) { JSON($0) }
        case let array as NDArray<UInt>: try add(array, progress) { JSON($0) }
        default: return nil
        }
    }

    @inline(__always)
    private mutating func add<Element: NumpyReal>(
        _ array: NDArray<Element>, _ progress: (Int) throws -> Void, _ json: (Element) -> JSON
    ) rethrows {
        let pages = Prefault(array)
        var total: Moments<Element>?
        try array.withElements { elements in
            for start in stride(from: 0, to: elements.count, by: Self.pieceCount) {
                let range = start..<Swift.min(start + Self.pieceCount, elements.count)
                let part = Moments.pairwise(elements, range, pages)
                for index in range where elements[index].doubleValue == 0 { zeroCount += 1 }
                total = total.map { Moments.join($0, part) } ?? part
                try progress(range.upperBound)
            }
        }
        guard let total else { return }
        count = total.count
        nanCount = total.nanCount
        mean = total.mean
        standardDeviation = (total.deviation / Double(total.count)).squareRoot()
        least = json(total.min)
        greatest = json(total.max)
    }

    /// The keys under which it is printed and recorded.
    package var json: JSON {
        [
            "count": JSON(count), "mean": .real(mean), "std": .real(standardDeviation), "min": least,
            "max": greatest, "nan": JSON(nanCount), "zero": JSON(zeroCount),
        ]
    }
}
