import CZlib
import DirDB

/// Compresses into one deflate stream, piece by piece.
struct Deflater: ~Copyable {
    // zlib keeps the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var output = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private let framing: DeflateFraming
    private let level: Int

    /// The level is from 1, the fastest, to 9, the smallest.
    init(_ framing: DeflateFraming, level: Int) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        self.framing = framing
        self.level = level
    }

    deinit {
        if isPrepared { deflateEnd(stream) }
        stream.deallocate()
        output.deallocate()
    }

    /// Compresses bytes and hands on what is ready; after the last bytes, all of it.
    /// - Throws: What `emit` throws.
    mutating func deflate(
        _ bytes: UnsafeRawBufferPointer, isLast: Bool,
        _ emit: (UnsafeRawBufferPointer) throws(DirDBError) -> Void
    ) throws(DirDBError) {
        if !isPrepared { prepare() }
        var rest = bytes
        while true {
            // zlib counts in 32 bits.
            let available = min(rest.count, 1 << 30)
            let isEnd = isLast && available == rest.count
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: rest.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(available)
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            _ = CZlib.deflate(stream, isEnd ? Z_FINISH : Z_NO_FLUSH)
            rest = UnsafeRawBufferPointer(rebasing: rest[(available - Int(stream.pointee.avail_in))...])
            let count = output.count - Int(stream.pointee.avail_out)
            if count > 0 { try emit(UnsafeRawBufferPointer(rebasing: output[..<count])) }
            // A full buffer may be followed by more.
            if rest.isEmpty, count < output.count { return }
        }
    }

    private var isPrepared: Bool { output.baseAddress != nil }

    // Only now, because who compresses nothing should not pay for it.
    private mutating func prepare() {
        let status = deflateInit2_(
            stream, Int32(level), Z_DEFLATED, framing.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory or is of another version")
        output = .allocate(byteCount: 256 << 10, alignment: 16)
    }
}
