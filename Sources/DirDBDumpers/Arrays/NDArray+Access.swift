public import DirDB

extension NDArray {
    /// Gives scoped access to the elements in C order; the buffer must not outlive the call.
    ///
    /// This is the way to compute: the body's loop runs over plain memory.
    /// - Throws: What `body` throws.
    @inlinable
    public func withElements<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch storage {
        case .owned(let elements, let start):
            return try elements.withUnsafeBufferPointer { (all) throws(Failure) in
                try body(UnsafeBufferPointer(rebasing: all[start..<start + count]))
            }
        case .mapped(let file, let offset):
            return try file.withUnsafeBytes { (bytes) throws(Failure) in
                let size = count * MemoryLayout<Element>.stride
                let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size])
                return try body(part.bindMemory(to: Element.self))
            }
        }
    }

    /// Gives scoped access to the elements in C order as a span, whose escape the compiler rejects.
    /// - Throws: What `body` throws.
    @inlinable
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withElements { (elements) throws(Failure) in try body(elements.span) }
    }

    /// The elements in C order, in memory of their own.
    /// - Complexity: O(n) for slices and mapped arrays, O(1) otherwise.
    public var elements: [Element] {
        if case .owned(let elements, _) = storage, elements.count == count { return elements }
        return withElements { Array($0) }
    }

    /// Whether the elements lie in a mapped file, which somebody who writes in place could change.
    public var isMapped: Bool {
        switch storage {
        case .owned: false
        case .mapped: true
        }
    }

    /// One element by its index on each axis; for loops use ``withElements(_:)``.
    ///
    /// Any other number of indices, or one out of range, is a programming error.
    public subscript(_ indices: Int...) -> Element {
        precondition(indices.count == shape.count, "one index per axis is needed")
        var position = 0
        for (index, length) in zip(indices, shape) {
            precondition(index >= 0 && index < length, "index out of range")
            position = position * length + index
        }
        return withElements { $0[position] }
    }
}

extension NDArray: Equatable where Element: Equatable {
    /// Two arrays are equal when their shapes and all their elements are; NaN equals nothing.
    public static func == (left: NDArray, right: NDArray) -> Bool {
        guard left.shape == right.shape else { return false }
        return left.withElements { left in right.withElements { right in left.elementsEqual(right) } }
    }
}
