import CZlib

/// What surrounds a deflate stream (RFC 1951).
enum DeflateFraming: Int32 {
    /// Nothing, as in zip files.
    case none = -15
    /// The header and the checksum of gzip (RFC 1952).
    case gzip = 31
}

/// Why compressed bytes cannot be decompressed.
struct CompressionFailure: Error {
    let cause: String
}

/// Decompresses one deflate stream, piece by piece.
struct Inflater: ~Copyable {
    /// A deflate stream of so many bytes decompresses to at most so many times as much.
    static let highestRatio = 1032

    // zlib keeps the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let framing: DeflateFraming
    private var isPrepared = false
    /// Whether the end of the stream was found.
    private(set) var isAtEnd = false

    init(_ framing: DeflateFraming) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        self.framing = framing
    }

    deinit {
        if isPrepared { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Decompresses until the output is full, the input is used up or the stream ends.
    ///
    /// - Parameters:
    ///   - input: The compressed bytes; what was used is taken away.
    ///   - output: The buffer to fill from its start.
    /// - Returns: The number of bytes written.
    /// - Throws: When the input is no deflate stream.
    mutating func inflate(
        _ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionFailure) -> Int {
        if !isPrepared { prepare() }
        var count = 0
        while !isAtEnd, count < output.count {
            // zlib counts in 32 bits.
            let available = min(input.count, 1 << 30)
            let room = min(output.count - count, 1 << 30)
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(available)
            stream.pointee.next_out = output.baseAddress?.advanced(by: count).assumingMemoryBound(
                to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            let used = available - Int(stream.pointee.avail_in)
            let made = room - Int(stream.pointee.avail_out)
            input = UnsafeRawBufferPointer(rebasing: input[used...])
            count += made
            switch status {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK where used + made > 0: continue
            case Z_OK, Z_BUF_ERROR: return count
            default: throw CompressionFailure(cause: "it is no deflate stream")
            }
        }
        return count
    }

    // Only now, because who reads nothing compressed should not pay for it.
    private mutating func prepare() {
        let status = inflateInit2_(
            stream, framing.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory or is of another version")
        isPrepared = true
    }
}
