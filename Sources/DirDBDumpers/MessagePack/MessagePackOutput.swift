import DirDB

/// Bytes that are being written, and large arrays that are only referred to until they go to the file.
final class MessagePackOutput: ByteBuffer {
    /// Types of values that are encoded by containers.
    var containerTypes = KnownTypes()
    private var large: [(position: Int, array: any NumpyArray)] = []

    // Below this copying is cheaper than a write of its own.
    private static let largeSize = 1 << 20

    // MARK: Bytes

    /// Appends a byte and a big-endian integer.
    @inline(__always)
    func append<Value: FixedWidthInteger & BitwiseCopyable>(_ byte: UInt8, _ value: Value) {
        let place = extend(by: 1 + MemoryLayout<Value>.size)
        place.storeBytes(of: byte, as: UInt8.self)
        place.storeBytes(of: value.bigEndian, toByteOffset: 1, as: Value.self)
    }

    /// Appends the elements of an array, which may be kept for later.
    func append(elementsOf array: some NumpyArray) {
        array.withElements { elements in
            let bytes = UnsafeRawBufferPointer(elements)
            if bytes.count < Self.largeSize {
                append(bytes)
            } else {
                large.append((count, array))
            }
        }
    }

    /// Takes back what was written from a position on.
    func truncate(to position: Int) {
        shrink(to: position)
        large.removeAll { $0.position > position }
    }

    /// Puts bytes between others.
    func insert(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        guard let source = bytes.baseAddress else { return }
        let moved = count - position
        _ = extend(by: bytes.count)
        (start + position + bytes.count).copyMemory(from: start + position, byteCount: moved)
        (start + position).copyMemory(from: source, byteCount: bytes.count)
        for index in large.indices where large[index].position > position {
            large[index].position += bytes.count
        }
    }

    /// Puts the contents of others between its own, each where one begins, in the order of their positions.
    func insert(_ nested: [(position: Int, content: any EncodingSink)]) {
        guard let first = nested.first else { return }
        let rest = MessagePackOutput()
        var done = first.position
        for case (let position, let content as MessagePackOutput) in nested {
            rest.append(self, done..<position)
            rest.append(content, 0..<content.count)
            done = position
        }
        rest.append(self, done..<count)
        truncate(to: first.position)
        append(rest, 0..<rest.count)
    }

    /// Appends a part of another, with the arrays that end in it.
    private func append(_ other: MessagePackOutput, _ range: Range<Int>) {
        for (position, array) in other.large
        where position > range.lowerBound && position <= range.upperBound {
            large.append((count + position - range.lowerBound, array))
        }
        append(UnsafeRawBufferPointer(start: other.start + range.lowerBound, count: range.count))
    }

    /// Replaces one byte.
    func set(_ byte: UInt8, at position: Int) {
        start.storeBytes(of: byte, toByteOffset: position, as: UInt8.self)
    }

    // MARK: The whole

    /// Hands on all pieces in order.
    /// - Throws: What `body` throws.
    func forEachPiece<Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var done = 0
        for (position, array) in large {
            try body(UnsafeRawBufferPointer(start: start + done, count: position - done))
            try Self.withBytes(of: array, body)
            done = position
        }
        try body(UnsafeRawBufferPointer(start: start + done, count: count - done))
    }

    /// All bytes in one piece.
    func flattened() -> [UInt8] {
        var bytes: [UInt8] = []
        forEachPiece { bytes.append(contentsOf: $0) }
        return bytes
    }

    private static func withBytes<Failure: Error>(
        of array: some NumpyArray, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try array.withElements { (elements) throws(Failure) in try body(UnsafeRawBufferPointer(elements)) }
    }
}
