import DirDB

/// Decompresses pages by any codec that is known.
final class PageDecompressor {
    private let zstd = ZstdDecompressor()
    private let limits: ReadingLimits

    init(_ limits: ReadingLimits) {
        self.limits = limits
    }

    /// Whether a codec is known; what it is called.
    static func codec(_ number: Int32) throws(ParquetFailure) -> ParquetCodec {
        guard let codec = ParquetCodec(rawValue: number) else {
            throw .unsupported("it is compressed with the unknown codec \(number)")
        }
        switch codec {
        case .lzo: throw .unsupported("it is compressed with LZO", remedy: "write it with zstd or snappy")
        case .brotli:
            throw .unsupported("it is compressed with Brotli", remedy: "write it with zstd or snappy")
        case .lz4Hadoop:
            throw .unsupported(
                "it is compressed with the deprecated LZ4", remedy: "write it with LZ4_RAW, zstd or snappy")
        case .none, .snappy, .gzip, .zstd, .lz4: return codec
        }
    }

    /// Appends the decompressed bytes, `size` of them.
    func decompress(
        _ bytes: UnsafeRawBufferPointer, _ codec: ParquetCodec, size: Int, to output: ByteBuffer
    ) throws(ParquetFailure) {
        if size == 0 { return }
        guard size <= mostBytes(codec, from: bytes.count) else {
            throw .damaged("\(bytes.count) compressed bytes cannot hold \(size)")
        }
        guard System.canAllocate(size) else {
            throw .unsupported("a page of \(size) bytes needs more memory than can be had")
        }
        let place = output.extend(by: size)
        let target = UnsafeMutableRawBufferPointer(start: place, count: size)
        do throws(CompressionFailure) {
            switch codec {
            case .snappy: try Snappy.decompress(bytes, into: target)
            case .gzip: try inflate(bytes, into: target)
            case .zstd: try zstd.decompress(bytes, into: target)
            case .lz4: try LZ4.decompress(bytes, into: target)
            case .none, .lzo, .brotli, .lz4Hadoop: throw CompressionFailure(cause: "it is not compressed")
            }
        } catch {
            throw .damaged("a page cannot be decompressed: \(error.cause)")
        }
    }

    /// What the codec can make at most of so many bytes.
    private func mostBytes(_ codec: ParquetCodec, from count: Int) -> Int {
        let ratio =
            switch codec {
            // Three bytes for a copy of 64.
            case .snappy: 32
            case .gzip: Inflater.highestRatio
            case .lz4: 255
            case .none, .lzo, .brotli, .lz4Hadoop, .zstd: limits.expansion
            }
        return min(ratio, limits.expansion) * count + limits.freeBytes
    }

    /// A page may consist of several gzip members.
    private func inflate(
        _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(CompressionFailure) {
        var input = bytes
        var done = 0
        repeat {
            var inflater = Inflater(.gzip)
            let before = input.count
            done += try inflater.inflate(
                &input, into: UnsafeMutableRawBufferPointer(rebasing: target[done...]))
            // Only a member that was read to its end is known to be whole.
            guard inflater.isAtEnd, input.count < before else {
                throw CompressionFailure(cause: "it is cut off, or holds more than \(target.count) bytes")
            }
        } while done < target.count && !input.isEmpty
        guard done == target.count else {
            throw CompressionFailure(cause: "it decompresses to \(done) bytes instead of \(target.count)")
        }
    }
}
