/// Copies between the order of Fortran, first axis fastest, and that of C, last axis fastest.
enum FortranOrder {
    /// Copies the elements of a Fortran-ordered array into C order.
    ///
    /// - Parameters:
    ///   - source: The elements in Fortran order, at any alignment.
    ///   - target: As many bytes, for the elements in C order.
    ///   - shape: The lengths of the axes, at least two, none of them 0.
    ///   - itemSize: The bytes of one element: 1, 2, 4, 8 or 16.
    static func copyToC(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, shape: [Int],
        itemSize: Int
    ) {
        switch itemSize {
        case 1: copy(source, target, shape, UInt8.self)
        case 2: copy(source, target, shape, UInt16.self)
        case 4: copy(source, target, shape, UInt32.self)
        case 8: copy(source, target, shape, UInt64.self)
        default: copy(source, target, shape, Pair.self)
        }
    }

    private struct Pair: BitwiseCopyable {
        var first: UInt64
        var second: UInt64
    }

    // A tile's lines stay in the first-level cache: without tiles each element costs a cache miss.
    private static let tile = 32

    /// The first axis is contiguous in the source, the last one in the target: for each index of the axes between
    /// them, a plane is transposed tile by tile.
    private static func copy<Unit: BitwiseCopyable>(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, _ shape: [Int],
        _ type: Unit.Type
    ) {
        let size = MemoryLayout<Unit>.size
        let last = shape.count - 1
        let (height, width) = (shape[0], shape[last])
        let sourceStride = shape.dropLast().reduce(1, *)
        let targetStride = shape.dropFirst().reduce(1, *)
        var middle = [Int](repeating: 0, count: shape.count)
        repeat {
            var (sourceStart, factor) = (0, height)
            var targetStart = 0
            for axis in 1..<last {
                sourceStart += middle[axis] * factor
                factor *= shape[axis]
                targetStart = (targetStart + middle[axis]) * shape[axis + 1]
            }
            for top in stride(from: 0, to: height, by: tile) {
                for left in stride(from: 0, to: width, by: tile) {
                    for row in top..<min(top + tile, height) {
                        for column in left..<min(left + tile, width) {
                            let unit = source.loadUnaligned(
                                fromByteOffset: (sourceStart + row + column * sourceStride) * size,
                                as: Unit.self)
                            target.storeBytes(
                                of: unit, toByteOffset: (targetStart + row * targetStride + column) * size,
                                as: Unit.self)
                        }
                    }
                }
            }
        } while advance(&middle, shape)
    }

    /// Counts up the indices of the axes between the first and the last; false after the last index.
    private static func advance(_ index: inout [Int], _ shape: [Int]) -> Bool {
        for axis in (1..<shape.count - 1).reversed() {
            index[axis] += 1
            if index[axis] < shape[axis] { return true }
            index[axis] = 0
        }
        return false
    }
}
