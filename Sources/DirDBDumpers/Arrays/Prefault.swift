public import DirDB

/// Maps the pages of a mapped array some MiB before they are read: one system call in the place of a page fault for
/// each 16 pages, which take longer than adding up what is on them.
///
/// Not the whole array at once: it may be larger than the memory.
@usableFromInline
struct Prefault: Sendable {
    @usableFromInline let file: MappedFile?
    @usableFromInline let byteOffset: Int
    @usableFromInline let stride: Int
    /// Ranges of more than half of this and no more than this are mapped: halving hits each element once.
    @usableFromInline let window: Int

    @usableFromInline
    init<Element>(_ array: NDArray<Element>) {
        stride = MemoryLayout<Element>.stride
        window = Swift.min(array.count, (4 << 20) / stride)
        if case .mapped(let file, let offset) = array.storage {
            self.file = file
            byteOffset = offset
        } else {
            file = nil
            byteOffset = 0
        }
    }

    /// Is called with each range that pairwise summation halves, the larger before the smaller.
    @inlinable @inline(__always)
    func willRead(_ range: Range<Int>) {
        if file != nil && range.count <= window && range.count > window / 2 { populate(range) }
    }

    @usableFromInline
    func populate(_ range: Range<Int>) {
        file?.populate(byteOffset + range.lowerBound * stride..<byteOffset + range.upperBound * stride)
    }
}
