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
        if let codec = ParquetCodec(rawValue: number) { return codec }
        let name = ParquetCodec.unsupported[number] ?? "the unknown codec \(number)"
        throw .unsupported("it is compressed with \(name)", remedy: "write it with zstd or snappy")
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
            case .none: throw CompressionFailure(cause: "it is not compressed")
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
            case .none, .zstd: limits.expansion
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
