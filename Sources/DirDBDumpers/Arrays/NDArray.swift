public import DirDB

/// An array of any number of dimensions in C order: the last axis varies fastest.
///
/// The elements are owned, or lie in a mapped file of which pages are read as they are touched. Copies and slices
/// share them. A slice keeps the whole file or array alive.
///
///     let x: NDArray<Double> = try entry.get()      // mapped
///     let mean = x.rows(0..<100).mean()             // touches the first 100 rows only
public struct NDArray<Element: NumpyElement>: Sendable {
    @usableFromInline
    enum Storage: Sendable {
        case owned([Element], start: Int)
        // The offset is a multiple of the element's alignment, and the mapping holds all elements.
        case mapped(MappedFile, byteOffset: Int)
    }

    /// The lengths of the axes; empty for a 0-dimensional array, which has one element.
    public let shape: [Int]
    /// The number of elements: the product of the lengths.
    public let count: Int
    @usableFromInline let storage: Storage

    /// Creates an array of the given elements in C order, without copying them.
    ///
    /// - Parameters:
    ///   - shape: The lengths of the axes.
    ///   - elements: As many elements as the product of the lengths.
    /// - Throws: `.invalidArgument` when the numbers differ, or a length is negative.
    public init(shape: [Int], elements: [Element]) throws(DirDBError) {
        guard let count = shape.elementCount(itemSize: MemoryLayout<Element>.stride) else {
            throw .impossibleShape(shape)
        }
        guard count == elements.count else { throw .elementCount(elements.count, isNotOf: shape, count) }
        self.init(shape: shape, storage: .owned(elements, start: 0))
    }

    /// Creates a 1-dimensional array, without copying the elements.
    public init(_ elements: [Element]) {
        self.init(shape: [elements.count], storage: .owned(elements, start: 0))
    }

    // The shape's element count was checked.
    init(shape: [Int], storage: Storage) {
        self.shape = shape
        count = shape.reduce(1, *)
        self.storage = storage
    }
}

// MARK: Slices

extension NDArray {
    /// The lengths of all axes but the first.
    private var rowShape: [Int] { Array(shape.dropFirst()) }

    /// Some rows, that is indices of the first axis; an array with as many dimensions as this one.
    ///
    /// A range beyond the rows, or an array without dimensions, is a programming error.
    /// - Complexity: O(1), nothing is copied.
    public func rows(_ range: Range<Int>) -> NDArray {
        precondition(!shape.isEmpty, "an array without dimensions has no rows")
        precondition(range.lowerBound >= 0 && range.upperBound <= shape[0], "rows out of range")
        let start = range.lowerBound * rowShape.reduce(1, *)
        return NDArray(shape: [range.count] + rowShape, storage: storage.advanced(by: start))
    }

    /// One row; an array with one dimension less than this one.
    ///
    /// Any index that is no row, or an array without dimensions, is a programming error.
    /// - Complexity: O(1), nothing is copied.
    public func row(_ index: Int) -> NDArray {
        NDArray(shape: rowShape, storage: rows(index..<index + 1).storage)
    }

    /// The same elements in the same order with other lengths of the axes.
    ///
    /// - Throws: `.invalidArgument` when the new shape has another number of elements.
    /// - Complexity: O(1), nothing is copied.
    public func reshaped(_ shape: [Int]) throws(DirDBError) -> NDArray {
        guard let count = shape.elementCount(itemSize: MemoryLayout<Element>.stride) else {
            throw .impossibleShape(shape)
        }
        guard count == self.count else { throw .elementCount(self.count, isNotOf: shape, count) }
        return NDArray(shape: shape, storage: storage)
    }
}

extension NDArray.Storage {
    fileprivate func advanced(by count: Int) -> Self {
        switch self {
        case .owned(let elements, let start): .owned(elements, start: start + count)
        case .mapped(let file, let offset):
            .mapped(file, byteOffset: offset + count * MemoryLayout<Element>.stride)
        }
    }
}

// MARK: Storing

extension NDArray: Storable {
    /// An array is stored as an npy file, and read by mapping it.
    public static var defaultDumper: NPYDumper<Element> { NPYDumper() }

    /// An array is also read from a pickle that holds nothing else.
    public static var dumpers: [any Dumper<NDArray>] { [NPYDumper(), PickleArrayDumper()] }
}
