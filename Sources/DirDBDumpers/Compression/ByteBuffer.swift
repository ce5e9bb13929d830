/// Bytes that grow at the end and whose memory is used again and again.
///
/// Not an array, because room is made without zeroing it, and because decoders may read words that lie partly behind
/// the end.
class ByteBuffer {
    /// So many bytes behind the end can be read; what they hold is undefined.
    static let slack = 16

    private(set) var start: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        start = .allocate(byteCount: self.capacity + Self.slack, alignment: 16)
    }

    deinit {
        start.deallocate()
    }

    /// The content, valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Makes room for further bytes; the memory may move.
    func reserve(_ additional: Int) {
        let needed = count + additional
        if needed <= capacity { return }
        let grown = max(needed, capacity * 2)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: grown + Self.slack, alignment: 16)
        moved.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = moved
        capacity = grown
    }

    /// Appends bytes of undefined content and returns where they begin.
    func extend(by additional: Int) -> UnsafeMutableRawPointer {
        reserve(additional)
        let place = start + count
        count += additional
        return place
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        extend(by: bytes.count).copyMemory(from: source, byteCount: bytes.count)
    }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    func append(byte: UInt8) {
        extend(by: 1).storeBytes(of: byte, as: UInt8.self)
    }

    func append<Value: FixedWidthInteger & BitwiseCopyable>(littleEndian value: Value) {
        extend(by: MemoryLayout<Value>.size).storeBytes(of: value.littleEndian, as: Value.self)
    }

    /// Appends an unsigned integer, seven bits a byte, the lowest first (ULEB128).
    func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(byte: UInt8(rest))
    }

    /// Drops bytes at the end.
    func shrink(to count: Int) {
        precondition(count <= self.count, "a buffer does not grow by shrinking")
        self.count = count
    }

    /// Drops bytes at the beginning.
    func removeFirst(_ dropped: Int) {
        precondition(dropped <= count, "a buffer has no more bytes than it has")
        count -= dropped
        start.copyMemory(from: start + dropped, byteCount: count)
    }

    func removeAll() {
        count = 0
    }
}
