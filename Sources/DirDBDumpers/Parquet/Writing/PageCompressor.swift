import DirDB

/// Compresses pages; its buffers serve all columns.
final class PageCompressor {
    let codec: ParquetCodec
    /// For putting a page together.
    let body = ByteBuffer()
    private let compressed = ByteBuffer()
    private let zstd = ZstdCompressor()
    private let isFast: Bool

    /// Creates a compressor; a fast one does not look for the last percents.
    init(_ codec: ParquetCodec, isFast: Bool = false) {
        self.codec = codec
        self.isFast = isFast
    }

    /// The codec for a chunk of plain numbers that begins with `body`: a fast compressor leaves it as it is when the
    /// start of it does not become smaller by an eighth.
    func codecOfNumbers() throws(DirDBError) -> ParquetCodec {
        if !isFast || codec == .none { return codec }
        let sample = UnsafeRawBufferPointer(rebasing: body.bytes.prefix(1 << 14))
        return try compress(sample, codec).count > sample.count / 8 * 7 ? .none : codec
    }

    /// Appends a page with its header; its content is `body`.
    /// - Returns: The size that header and content have without compression.
    func write(
        _ kind: PageHeader.Kind, valueCount: Int, _ encoding: ParquetEncoding, _ codec: ParquetCodec,
        to pages: ByteBuffer
    ) throws(DirDBError) -> Int {
        var header = PageHeader(kind, valueCount: valueCount, encoding)
        let content = try compress(body.bytes, codec)
        header.uncompressedSize = body.count
        header.compressedSize = content.count
        var checksum = CRC32()
        checksum.update(content)
        header.checksum = checksum.value
        let head = header.bytes
        pages.append(head)
        pages.append(content)
        return head.count + body.count
    }

    private func compress(
        _ bytes: UnsafeRawBufferPointer, _ codec: ParquetCodec
    ) throws(DirDBError) -> UnsafeRawBufferPointer {
        compressed.removeAll()
        switch codec {
        case .zstd: zstd.compress(bytes, level: isFast ? -1 : 1, to: compressed)
        case .snappy: Snappy.compress(bytes, to: compressed)
        case .gzip:
            var deflater = Deflater(.gzip, level: 6)
            try deflater.deflate(bytes, isLast: true) { (part) throws(DirDBError) in
                compressed.append(part)
            }
        case .none: return bytes
        }
        return compressed.bytes
    }
}
