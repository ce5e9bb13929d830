import CLZ4

/// Raw LZ4 blocks, without a frame.
enum LZ4 {
    /// Appends the compressed bytes, of which there are fewer than 2 GiB.
    static func compress(_ bytes: UnsafeRawBufferPointer, to output: ByteBuffer) {
        let inputSize = Int32(truncatingIfNeeded: bytes.count)
        let most = LZ4_compressBound(inputSize)
        let target = output.extend(by: Int(most))
        let size = bytes.withMemoryRebound(to: CChar.self) { source in
            LZ4_compress_default(
                source.baseAddress, target.assumingMemoryBound(to: CChar.self), inputSize, most)
        }
        output.shrink(to: output.count - Int(most - size))
    }

    /// Fills the output.
    /// - Throws: When the bytes are damaged, or of another size when decompressed.
    static func decompress(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionFailure) {
        guard let inputSize = Int32(exactly: bytes.count), let outputSize = Int32(exactly: output.count)
        else {
            throw CompressionFailure(cause: "it is too large a block for LZ4")
        }
        let size = bytes.withMemoryRebound(to: CChar.self) { source in
            output.withMemoryRebound(to: CChar.self) { target in
                LZ4_decompress_safe(source.baseAddress, target.baseAddress, inputSize, outputSize)
            }
        }
        guard size == outputSize else {
            throw CompressionFailure(cause: "it is no LZ4 block of \(output.count) bytes")
        }
    }
}
