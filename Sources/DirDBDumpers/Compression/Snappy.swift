import CSnappy

/// Raw snappy, without a frame.
enum Snappy {
    /// Appends the compressed bytes.
    static func compress(_ bytes: UnsafeRawBufferPointer, to output: ByteBuffer) {
        let start = output.count
        var size = snappy_max_compressed_length(bytes.count)
        let place = output.extend(by: size)
        let status = bytes.withMemoryRebound(to: CChar.self) { source in
            snappy_compress(
                source.baseAddress, source.count, place.assumingMemoryBound(to: CChar.self), &size)
        }
        precondition(status == SNAPPY_OK, "snappy refuses the room that it asked for")
        output.shrink(to: start + size)
    }

    /// Fills the output.
    /// - Throws: When the bytes are damaged, or of another size when decompressed.
    static func decompress(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionFailure) {
        var size = 0
        let isWhole = bytes.withMemoryRebound(to: CChar.self) { source in
            guard snappy_uncompressed_length(source.baseAddress, source.count, &size) == SNAPPY_OK,
                size == output.count
            else { return false }
            return output.withMemoryRebound(to: CChar.self) { target in
                snappy_uncompress(source.baseAddress, source.count, target.baseAddress, &size) == SNAPPY_OK
            }
        }
        guard isWhole, size == output.count else {
            throw CompressionFailure(cause: "it is no snappy block of \(output.count) bytes")
        }
    }
}
