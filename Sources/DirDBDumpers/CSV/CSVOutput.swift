import DirDB

/// Bytes on their way to a sink, in memory that is not checked byte by byte.
struct CSVOutput: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    // A small table needs little; beyond it doubles.
    private var capacity = 1 << 12
    private var count = 0

    init() {
        memory = .allocate(capacity: capacity)
    }

    deinit {
        memory.deallocate()
    }

    /// Whether it is time to flush.
    var isFull: Bool { count > 1 << 17 }

    mutating func flush(to sink: inout DataSink) throws(DirDBError) {
        try sink.write(UnsafeRawBufferPointer(start: memory, count: count))
        count = 0
    }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count += 1
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (memory + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Appends the digits of a number.
    mutating func append(_ number: Int64) {
        let longest = 20
        reserve(longest)
        var magnitude = number.magnitude
        var place = memory + count + longest
        let end = place
        repeat {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            place -= 1
            place.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder)
            magnitude = quotient
        } while magnitude > 0
        if number < 0 {
            place -= 1
            place.pointee = UInt8(ascii: "-")
        }
        (memory + count).update(from: place, count: end - place)
        count += end - place
    }

    private mutating func reserve(_ size: Int) {
        if count + size <= capacity { return }
        capacity = max(2 * capacity, count + size)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: memory, count: count)
        memory.deallocate()
        memory = larger
    }
}
