/// What one pass over an array of real numbers tells.
///
/// NaN spreads as in numpy: one in the array makes mean, standard deviation, min and max NaN, and ``nanCount``
/// tells that this is why.
public struct ArrayStatistics<Element: NumpyReal>: Sendable, Equatable {
    /// The number of elements, NaN included.
    public let count: Int
    /// How many elements are NaN.
    public let nanCount: Int
    /// The mean; NaN for an empty array.
    public let mean: Double
    /// The standard deviation of the population, divided by n as `numpy.std` does; NaN for an empty array.
    public let standardDeviation: Double
    /// The smallest element; nil for an empty array.
    public let min: Element?
    /// The largest element; nil for an empty array.
    public let max: Element?

    @inlinable
    init(_ moments: Moments<Element>?) {
        count = moments?.count ?? 0
        nanCount = moments?.nanCount ?? 0
        mean = moments?.mean ?? .nan
        standardDeviation = moments.map { ($0.deviation / Double($0.count)).squareRoot() } ?? .nan
        min = moments?.min
        max = moments?.max
    }
}

extension NDArray where Element: NumpyReal {
    /// Count, NaN count, mean, standard deviation, min and max in one pass over the elements.
    ///
    /// Each block is summed, and then its deviations from its own mean, while it is in the cache; blocks are joined
    /// two by two. So a mean of 1e9 takes nothing from the accuracy of a standard deviation of 1.
    /// - Complexity: O(n), at about the speed of memory for `Double`; constant memory.
    @inlinable
    public func statistics() -> ArrayStatistics<Element> {
        let pages = Prefault(self)
        return withElements { elements in
            ArrayStatistics(elements.isEmpty ? nil : Moments.pairwise(elements, 0..<elements.count, pages))
        }
    }

    /// The sum, added up pairwise in `Double`; 0 for an empty array, NaN for one with a NaN.
    /// - Complexity: O(n).
    @inlinable
    public func sum() -> Double {
        let pages = Prefault(self)
        return withElements { elements in
            elements.isEmpty ? 0 : Moments.pairwiseSum(elements, 0..<elements.count, pages)
        }
    }

    /// The mean, summed pairwise in `Double`; NaN for an empty array and for one with a NaN.
    /// - Complexity: O(n).
    @inlinable
    public func mean() -> Double {
        count == 0 ? .nan : sum() / Double(count)
    }

    /// The standard deviation of the population, as `numpy.std`; NaN for an empty array and for one with a NaN.
    /// - Complexity: O(n), one pass.
    @inlinable
    public func standardDeviation() -> Double { statistics().standardDeviation }

    /// The smallest element; NaN where one is, nil for an empty array.
    /// - Complexity: O(n).
    @inlinable
    public func min() -> Element? { statistics().min }

    /// The largest element; NaN where one is, nil for an empty array.
    /// - Complexity: O(n).
    @inlinable
    public func max() -> Element? { statistics().max }

    /// How many elements are NaN.
    /// - Complexity: O(n).
    @inlinable
    public func nanCount() -> Int { statistics().nanCount }
}
