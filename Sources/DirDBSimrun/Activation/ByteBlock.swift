/// Memory of a fixed size whose content is undefined at first.
struct ByteBlock: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: 16)
    }

    deinit {
        bytes.deallocate()
    }
}

/// Memory for a fixed number of values, filled from the first on.
struct Block<Value: BitwiseCopyable>: ~Copyable {
    let start: UnsafeMutablePointer<Value>
    let count: Int

    init(count: Int) {
        start = .allocate(capacity: count)
        self.count = count
    }

    deinit {
        start.deallocate()
    }

    func prefix(_ count: Int) -> UnsafeBufferPointer<Value> {
        UnsafeBufferPointer(start: start, count: count)
    }
}
