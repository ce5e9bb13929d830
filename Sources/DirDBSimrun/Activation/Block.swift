/// Memory that is used again and again, and grows where it must.
///
/// What it holds is undefined at first, and lost when it grows, unless it is to be kept.
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

    /// Makes room for so many values, and keeps the first ones.
    mutating func require(_ count: Int, keeping kept: Int = 0) {
        if count <= capacity { return }
        // The next one may be a little larger.
        capacity = count + count / 4
        let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
        larger.initialize(from: start, count: kept)
        start.deallocate()
        start = larger
    }

    /// The first values.
    func prefix(_ count: Int) -> UnsafeBufferPointer<Value> {
        UnsafeBufferPointer(start: start, count: count)
    }
}
