import DirDB

/// Compresses pages; its buffers serve all columns.
final class PageCompressor {
    let codec: ParquetCodec
    /// For putting a page together.
    let body = ByteBuffer()
    private let compressed = ByteBuffer()
    private let zstd = ZstdCompressor()
    private let zstdLevel: Int32

    init(_ codec: ParquetCodec, zstdLevel: Int32 = 1) {
        self.codec = codec
        self.zstdLevel = zstdLevel
    }

    /// Appends a page with its header; its content is `body`.
    /// - Returns: The size that header and content have without compression.
    func write(
        _ kind: PageHeader.Kind, valueCount: Int, _ encoding: ParquetEncoding, to pages: ByteBuffer
    ) throws(DirDBError) -> Int {
        var header = PageHeader(kind, valueCount: valueCount, encoding)
        let content = try compress()
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

    private func compress() throws(DirDBError) -> UnsafeRawBufferPointer {
        compressed.removeAll()
        switch codec {
        case .zstd: zstd.compress(body.bytes, level: zstdLevel, to: compressed)
        case .snappy: Snappy.compress(body.bytes, to: compressed)
        case .gzip:
            var deflater = Deflater(.gzip, level: 6)
            try deflater.deflate(body.bytes, isLast: true) { (bytes) throws(DirDBError) in
                compressed.append(bytes)
            }
        case .none, .lzo, .brotli, .lz4Hadoop, .lz4: return body.bytes
        }
        return compressed.bytes
    }
}
