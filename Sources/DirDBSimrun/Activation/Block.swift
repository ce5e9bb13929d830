/// Memory that is used again and again, and grows where it must.
///
/// What it holds is undefined at first, and lost when it grows.
struct Block<Value: BitwiseCopyable>: ~Copyable {
    private(set) var start: UnsafeMutablePointer<Value>
    private(set) var capacity: Int

    init(capacity: Int = 0) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        start.deallocate()
    }

    /// Makes room for so many values.
    mutating func require(_ count: Int) {
        if count <= capacity { return }
        start.deallocate()
        // The next one may be a little larger.
        capacity = count + count / 4
        start = .allocate(capacity: capacity)
    }

    /// The first values.
    func prefix(_ count: Int) -> UnsafeBufferPointer<Value> {
        UnsafeBufferPointer(start: start, count: count)
    }
}
