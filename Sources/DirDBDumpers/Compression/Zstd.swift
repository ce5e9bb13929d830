import CZstd

/// Compresses into zstd frames, one for each call, with one context for all.
final class ZstdCompressor {
    // Large, so only made when it is needed.
    private lazy var context = ZSTD_createCCtx()
    private var isUsed = false

    deinit {
        if isUsed { ZSTD_freeCCtx(context) }
    }

    /// Appends the compressed bytes.
    func compress(_ bytes: UnsafeRawBufferPointer, level: Int32, to output: ByteBuffer) {
        isUsed = true
        let start = output.count
        let room = ZSTD_compressBound(bytes.count)
        let place = output.extend(by: room)
        let size = ZSTD_compressCCtx(context, place, room, bytes.baseAddress, bytes.count, level)
        precondition(ZSTD_isError(size) == 0, "zstd has no memory")
        output.shrink(to: start + size)
    }
}

/// Decompresses zstd frames, with one context for all.
final class ZstdDecompressor {
    // Large, so only made when it is needed.
    private lazy var context = ZSTD_createDCtx()
    private var isUsed = false

    deinit {
        if isUsed { ZSTD_freeDCtx(context) }
    }

    /// Fills the output.
    /// - Throws: When the bytes are no frame, or one of another size.
    func decompress(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionFailure) {
        isUsed = true
        let size = ZSTD_decompressDCtx(
            context, output.baseAddress, output.count, bytes.baseAddress, bytes.count)
        guard ZSTD_isError(size) == 0 else {
            throw CompressionFailure(cause: "zstd says: \(String(cString: ZSTD_getErrorName(size)))")
        }
        guard size == output.count else {
            throw CompressionFailure(cause: "it decompresses to \(size) bytes instead of \(output.count)")
        }
    }
}
